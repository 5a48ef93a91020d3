/** kubectl, by verb and flags (kubernetes.io/docs/reference/kubectl/generated). */
import { change, destroy, guess, type Invocation, type Judge, type Judgment, read } from './judgment.ts'
import { hasOption, optionValue, type ReadWords, readWords } from './options.ts'

/** Flags with a value that any verb takes, and those of single verbs that may stand before their operands. */
export const kubectlOptions: ReadonlySet<string> = new Set(
  (
    '-n --namespace --context --cluster --user --kubeconfig -s --server --token --as --as-group --as-uid ' +
    '--as-user-extra --certificate-authority --client-key --client-certificate --request-timeout --tls-server-name ' +
    '--cache-dir -v --v --profile --profile-output --log-flush-frequency --vmodule --username --password --kuberc ' +
    '-l --selector -f --filename -o --output -k --kustomize -c --container -p --patch --patch-file --type ' +
    '--replicas --timeout --field-selector --field-manager --template --tail --since --since-time --sort-by ' +
    '--grace-period --cascade --for --image --revision --to-revision --pod-running-timeout --subresource --raw'
  ).split(' '),
)

/** Flags without a value that may stand before the verb. */
const bare: ReadonlySet<string> = new Set([
  '--insecure-skip-tls-verify',
  '--match-server-version',
  '--warnings-as-errors',
  '--disable-compression',
])

const reads: ReadonlySet<string> = new Set(
  'get describe logs top explain api-resources api-versions version diff wait cluster-info events completion options help kustomize'.split(
    ' ',
  ),
)

const changes: ReadonlySet<string> = new Set(
  (
    'apply patch set scale autoscale label annotate create run expose edit replace rollout cordon uncordon taint ' +
    'certificate attach port-forward proxy cp debug auth config plugin exec'
  ).split(' '),
)

/** Of verbs with a second word, the second words that only read. */
const readingSeconds: Readonly<Record<string, ReadonlySet<string>>> = {
  rollout: new Set(['status', 'history']),
  auth: new Set(['can-i', 'whoami']),
  config: new Set(['view', 'get-contexts', 'current-context', 'get-clusters', 'get-users']),
  apply: new Set(['view-last-applied']),
  plugin: new Set(['list']),
}

/** Verbs that run or carry something whatever `--dry-run` says. */
const deaf: ReadonlySet<string> = new Set(['exec', 'cp', 'port-forward', 'proxy', 'attach', 'debug', 'edit'])

/** `--dry-run=client|server` makes a change a read; `exec` is judged by what it runs in the pod. */
export const judgeKubectl: Judge = (invocation, inner) => {
  const words = readWords(invocation.args, { valued: kubectlOptions })
  const { options, operands } = words
  const before = invocation.args.slice(0, words.firstOperand)
  if (before.some((arg) => arg.several)) return change('the kubectl verb is not known before it runs')
  const [verb, second] = operands
  if (verb === undefined) return read('kubectl alone prints its help')
  const odd = oddFlag(invocation, words)
  if (odd !== undefined) return change(`kubectl ${odd} is not known, so the verb is not either`)
  if (!verb.fixed) return change('the kubectl verb is not known before it runs')
  if (hasOption(options, '--help', '-h') && !deaf.has(verb.text)) return read('prints help')
  if (verb.text === 'exec') return judgeExec(words, inner)
  const dryRun = optionValue(options, '--dry-run')
  const dry =
    hasOption(options, '--dry-run') && (dryRun === undefined || ['client', 'server'].includes(dryRun.text))
  if (dry && !deaf.has(verb.text)) return read(`kubectl ${verb.text} --dry-run changes nothing`)
  if (reads.has(verb.text)) return judgeRead(verb.text, words)
  const pair = second?.fixed === true ? second.text : ''
  if (readingSeconds[verb.text]?.has(pair) === true) return read(`kubectl ${verb.text} ${pair} only reads`)
  if (['set', 'label', 'annotate'].includes(verb.text) && hasOption(options, '--list', '--local')) {
    return read(`kubectl ${verb.text} --list only reads`)
  }
  return judgeChange(verb.text, pair, words)
}

function judgeRead(verb: string, { options }: ReadWords): Judgment {
  if (verb === 'cluster-info' && hasOption(options, '--output-directory'))
    return change('writes a dump to files')
  return read(`kubectl ${verb} only reads`)
}

function judgeChange(verb: string, second: string, { options }: ReadWords): Judgment {
  const on = (name: string) => hasOption(options, name) && optionValue(options, name)?.text !== 'false'
  if (verb === 'delete') return destroy('kubectl delete removes objects')
  if (verb === 'drain') return destroy('kubectl drain evicts pods')
  if (verb === 'replace' && on('--force')) return destroy('kubectl replace --force deletes objects first')
  if (verb === 'apply' && on('--prune')) return destroy('kubectl apply --prune deletes objects')
  if (verb === 'config') return change('kubectl config changes the kubeconfig')
  if (verb === 'scale' || verb === 'autoscale') return change(`kubectl ${verb} changes the number of pods`)
  if (verb === 'rollout') return change(`kubectl rollout ${second} changes what runs`.replace('  ', ' '))
  if (['attach', 'port-forward', 'proxy', 'debug'].includes(verb))
    return change(`kubectl ${verb} reaches into the cluster`)
  if (changes.has(verb)) return change(`kubectl ${verb} changes objects`)
  return guess(`kubectl ${verb} is not known`)
}

/** `kubectl exec POD -- PROGRAM …`, or as it was once written, without the `--`. */
function judgeExec({ operands, rest }: ReadWords, inner: Parameters<Judge>[1]): Judgment {
  const program = rest.length > 0 ? rest : operands.slice(2)
  const [first] = program
  if (first === undefined) return change('kubectl exec runs an unknown program in a pod')
  const judged = inner.words(program)
  const where = judged.effect === 'read' ? 'only reads in the pod' : 'in a pod'
  return { ...judged, because: `${where}: ${judged.because}` }
}

/** A flag before the verb that may or may not take the word behind it for its value. */
function oddFlag({ args }: Invocation, { firstOperand }: ReadWords): string | undefined {
  for (let index = 0; index < firstOperand; index++) {
    const text = args[index]?.text ?? ''
    if (!text.startsWith('-') || text === '--') continue
    if (kubectlOptions.has(text)) index++
    else if (
      text.startsWith('--') ? !text.includes('=') && !bare.has(text) : !kubectlOptions.has(text.slice(0, 2))
    )
      return text
  }
  return undefined
}
