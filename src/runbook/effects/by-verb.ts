/** Tools that are judged by their first word or two: what reads, what destroys, and all else changes. */
import { type Argument, change, destroy, guess, type Judge, read } from './judgment.ts'
import { readWords } from './options.ts'

interface Verbs {
  /** Options with a value that may stand before the verb. */
  readonly valued: string
  /** Verbs, or `verb second` pairs, that only read. */
  readonly reads: string
  readonly destroys: string
  /** Verbs that only read when nothing but options follows. */
  readonly alone?: string
}

const containers: Verbs = {
  valued: '-H --host -c --context --config -l --log-level',
  reads:
    'ps,images,logs,inspect,stats,top,version,info,port,diff,events,history,search,image ls,image inspect,container ls,container inspect,container logs,volume ls,volume inspect,network ls,network inspect,system df,system info,context ls,compose ps,compose logs,compose config',
  destroys:
    'rm,rmi,kill,system prune,image prune,image rm,container prune,container rm,volume rm,volume prune,network rm,network prune,compose down,compose rm',
}

const tools: Readonly<Record<string, Verbs>> = {
  docker: containers,
  podman: containers,
  helm: {
    valued:
      '-n --namespace --kube-context --kubeconfig --registry-config --repository-cache --repository-config',
    reads:
      'list,ls,status,get,history,template,show,version,search,lint,env,diff,verify,help,repo list,plugin list',
    destroys: 'uninstall,delete,del',
  },
  terraform: {
    valued: '-chdir',
    reads:
      'plan,show,output,validate,version,graph,providers,state list,state show,workspace list,workspace show',
    destroys: 'destroy,state rm,workspace delete',
  },
  git: {
    valued: '-C -c --git-dir --work-tree --namespace',
    reads:
      'status,log,diff,show,rev-parse,rev-list,describe,ls-files,ls-remote,ls-tree,blame,grep,cat-file,shortlog,reflog,merge-base,name-rev,cherry,for-each-ref,var,version,help,remote show,remote get-url,stash list,worktree list,config list,config get',
    destroys: 'clean,stash drop,stash clear,worktree remove,filter-branch',
    alone: 'branch,tag,remote',
  },
  systemctl: {
    valued: '-H --host -M --machine -t --type -p --property -n --lines -o --output',
    reads:
      'status,show,cat,list-units,list-unit-files,list-timers,list-dependencies,list-jobs,list-sockets,is-active,is-enabled,is-failed,is-system-running,get-default,show-environment,help',
    destroys: '',
  },
  npm: {
    valued: '--prefix -w --workspace --registry',
    reads: 'ls,list,view,info,outdated,whoami,ping,help,search,config get,config list,root,prefix,explain',
    destroys: 'unpublish',
  },
  gh: {
    valued: '-R --repo',
    reads:
      'status,issue list,issue view,pr list,pr view,pr status,pr checks,pr diff,run list,run view,run watch,repo view,release list,release view,workflow list,workflow view,auth status',
    destroys: 'repo delete,release delete,issue delete,run delete',
  },
  argocd: {
    valued: '--server --auth-token --grpc-web-root-path',
    reads:
      'version,app get,app list,app diff,app history,app logs,app manifests,app resources,app wait,cluster list,proj list,repo list',
    destroys: 'app delete,app delete-resource,cluster rm,proj delete,repo rm',
  },
  ip: {
    valued: '-n -netns -f -family',
    reads: 'addr show,addr list,address show,route show,route get,link show,neigh show,rule show',
    destroys: '',
    alone: 'a,addr,address,r,route,l,link,n,neigh,rule',
  },
}

/** Judges of these tools, by name. */
export const byVerb: Readonly<Record<string, Judge>> = Object.fromEntries(
  Object.entries(tools).map(([name, verbs]) => [name, judgeOf(name, verbs)]),
)

function judgeOf(tool: string, verbs: Verbs): Judge {
  const table = { valued: new Set(verbs.valued.split(' ')) }
  const reads = new Set(verbs.reads.split(','))
  const destroys = new Set(verbs.destroys.split(','))
  const alone = new Set(verbs.alone?.split(','))
  return ({ args }) => {
    const { operands } = readWords(args, table, true)
    const verb = operands[0]
    if (args.slice(0, args.length - operands.length).some((arg) => arg.several)) return unknown(tool)
    if (verb === undefined) return read(`${tool} alone changes nothing`)
    const second = operands.slice(1).find((word) => !word.text.startsWith('-'))
    if (!verb.fixed) return unknown(tool)
    const pair = `${verb.text} ${fixedText(second)}`
    if (tool === 'git' && forced(verb.text, operands))
      return destroy(`git ${verb.text} --force can lose commits`)
    if (
      tool === 'terraform' &&
      verb.text === 'apply' &&
      operands.some((word) => /^--?destroy$/.test(word.text))
    ) {
      return destroy('terraform apply -destroy removes everything')
    }
    if (destroys.has(verb.text) || destroys.has(pair))
      return destroy(`${tool} ${verb.text} removes something`)
    if (reads.has(verb.text) || reads.has(pair)) return read(`${tool} ${verb.text} only reads`)
    if (second === undefined && alone.has(verb.text)) return read(`${tool} ${verb.text} lists`)
    return guess(`${tool} ${verb.text} may change anything`)
  }
}

function unknown(tool: string) {
  return change(`what ${tool} does is not known before it runs`)
}

function fixedText(word: Argument | undefined): string {
  return word?.fixed === true ? word.text : ''
}

/** Forms of git that throw away what nothing else holds. */
function forced(verb: string, words: readonly Argument[]): boolean {
  const has = (...options: readonly string[]) => words.some((word) => options.includes(word.text))
  if (verb === 'push') return has('--force', '-f', '--delete', '--mirror')
  if (verb === 'reset') return has('--hard')
  return verb === 'branch' && has('-D')
}
