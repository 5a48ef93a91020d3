/** Known mistakes in other people's guides: each command is good to read and does something else when it runs. */
import type { Word } from 'unbash'
import type { Fence } from './fence.ts'
import { isSecretCommand, withoutBlanks } from './places.ts'
import type { Report } from './problem.ts'
import { readShell, visit } from './shell-text.ts'

/** A simple command of a guide, and what the whole guide calls. */
interface Call {
  readonly words: readonly Word[]
  readonly args: readonly string[]
  readonly has: (...flags: readonly string[]) => boolean
  /** Of all commands of the file: one text each. */
  readonly all: readonly string[]
  /** The last of several in a pipeline. */
  readonly closesPipeline: boolean
}

interface Trap {
  readonly message: string
  readonly mend: string
  /** The word that it is about; the command's first where absent. */
  readonly at?: Word | undefined
}

/** Reports every known mistake as a warning at the word that it is about. */
export function reportTraps(fences: readonly Fence[], report: Report): void {
  const read = fences.map((fence) => ({ fence, calls: callsOf(fence) }))
  const all = read.flatMap(({ calls }) => calls.map(({ words }) => words.map(({ value }) => value).join(' ')))
  for (const { fence, calls } of read) {
    for (const { words, closesPipeline } of calls) {
      const args = words.slice(1).map(({ value }) => value)
      const has = (...flags: readonly string[]) =>
        args.some((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)))
      const [first] = words
      if (first === undefined) continue
      for (const trap of trapsOf(first.value, { words, args, has, all, closesPipeline })) {
        const position = fence.placeOf((trap.at ?? first).pos)
        report({ severity: 'warning', message: trap.message, mend: trap.mend, position })
      }
    }
  }
}

function callsOf(fence: Fence): readonly Pick<Call, 'words' | 'closesPipeline'>[] {
  const { script, faults } = readShell(withoutBlanks(fence.source))
  if (faults.length > 0) return []
  const calls: Pick<Call, 'words' | 'closesPipeline'>[] = []
  // Behind `||` or in a condition its end is asked for; here it decides.
  const closing = new Set(
    script.commands.flatMap(({ command }) =>
      command.type === 'Pipeline' && command.prefixes.length === 0 ? command.commands.slice(-1) : [],
    ),
  )
  visit(script, (node, within) => {
    if (node.type !== 'Command' || node.name === undefined || within !== undefined) return
    const words = [node.name, ...node.args.flatMap((arg) => (arg.type === 'Word' ? [arg] : []))]
    calls.push({ words, closesPipeline: closing.has(node) })
  })
  return calls
}

function trapsOf(program: string, call: Call): readonly Trap[] {
  switch (program) {
    case 'kubectl':
      return [...secretTraps(call), ...kubectlTraps(call)]
    case 'aws':
      return awsTraps(call)
    case 'curl':
      return curlTraps(call)
    case 'grep':
      return grepTraps(call)
    default:
      return []
  }
}

function word({ words }: Call, matches: RegExp): Word | undefined {
  return words.find(({ value }) => matches.test(value))
}

function secretTraps(call: Call): readonly Trap[] {
  if (!isSecretCommand(call.words)) return []
  const traps: Trap[] = []
  const patch = word(call, /^\s*\{/)
  const data = patch === undefined ? undefined : dataOf(patch.value)
  for (const [key, value] of Object.entries(data ?? {})) {
    if (typeof value !== 'string' || isBase64Text(value)) continue
    traps.push({
      message: `${key} of a Secret's data has to be base64: kubectl refuses other text, and its error prints the whole Secret`,
      mend: `Write "stringData" for "data": it takes the text as it is.`,
      at: patch,
    })
  }
  if (patch !== undefined || call.has('--from-literal')) {
    traps.push({
      message: 'a secret on a command line can be read in the process list while the command runs',
      mend: 'Give it in a file that only you can read: --patch-file, --from-file, or -f.',
      at: patch ?? word(call, /^--from-literal/),
    })
  }
  if (!call.all.some((text) => /^kubectl .*rollout restart/.test(text))) {
    traps.push({
      message: 'pods that have the Secret in their environment keep the old value until they are restarted',
      mend: 'Add kubectl rollout restart for their deployments, and kubectl rollout status --timeout.',
    })
  }
  return traps
}

/** The `data` of a JSON patch as kubectl takes it, or nothing where it is none or can't be read. */
function dataOf(json: string): object | undefined {
  try {
    const patch: unknown = JSON.parse(json)
    if (typeof patch !== 'object' || patch === null || !('data' in patch)) return undefined
    return typeof patch.data === 'object' && patch.data !== null ? patch.data : undefined
  } catch {
    return undefined
  }
}

/** Whether the text is base64 of some text. `password1234` is base64 too, and stands for garbage. */
function isBase64Text(text: string): boolean {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) return false
  // A replacement character or a control character shows that it was never meant to be decoded.
  return !/[\uFFFD]|(?![\t\r\n])\p{Cc}/u.test(bytes.toString('utf8'))
}

function kubectlTraps(call: Call): readonly Trap[] {
  const { args, has } = call
  const [verb = '', second = ''] = args.filter((arg) => !arg.startsWith('-'))
  const traps: Trap[] = []
  if (verb === 'rollout' && second === 'status' && !has('--timeout') && !has('--watch', '-w')) {
    traps.push({
      message: 'kubectl rollout status waits for ever when the rollout does not succeed',
      mend: 'Add --timeout=300s.',
    })
  }
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const terminal = call.words.find(
    ({ value }) => options.includes(value) && /^(-[it]*t[it]*|--tty(=true)?)$/.test(value),
  )
  if (verb === 'exec' && terminal !== undefined) {
    traps.push({
      message: `${terminal.value} asks for a terminal, and no block has one`,
      mend: `Leave ${terminal.value} out: what only prints needs neither.`,
      at: terminal,
    })
  }
  const local = call.words.find(({ text }, index) => index > 0 && /\$\{?[A-Z]\w*/.test(text))
  if (
    verb === 'exec' &&
    args.includes('--') &&
    local !== undefined &&
    !args.some((arg) => /^-\w*c$/.test(arg))
  ) {
    traps.push({
      message: `${local.text} is put in on this machine, not in the pod`,
      mend: `Write sh -c '…' behind -- if the pod's own value is meant.`,
      at: local,
    })
  }
  if (['get', 'describe', 'wait'].includes(verb) && /^(endpoints?|ep)(\/|$)/.test(second)) {
    traps.push({
      message: 'Endpoints is deprecated since Kubernetes 1.33, and holds no more than 1000 addresses',
      mend: 'Write kubectl get endpointslices -l kubernetes.io/service-name=NAME.',
      at: word(call, /^(endpoints?|ep)(\/|$)/),
    })
  }
  if (verb === 'logs' && has('-f', '--follow')) {
    traps.push({
      message: 'kubectl logs -f never ends, so neither does its step',
      mend: 'Leave -f out and write --since=5m or --tail=100.',
      at: word(call, /^(-f|--follow)/),
    })
  }
  return traps
}

function awsTraps(call: Call): readonly Trap[] {
  const restores = call.args.includes('restore-db-cluster-to-point-in-time')
  if (!restores || call.all.some((text) => /^aws .*create-db-instance/.test(text))) return []
  const settings = call.has('--vpc-security-group-ids')
    ? ''
    : ', and no setting of the old one but what is named here'
  return [
    {
      message: `the restored cluster has no instance, so nobody can connect to it${settings}`,
      mend: 'Wait until it is available, then add aws rds create-db-instance --db-cluster-identifier for it.',
      at: word(call, /^restore-db-cluster/),
    },
  ]
}

function curlTraps(call: Call): readonly Trap[] {
  const { args, has } = call
  const fails = args.some((arg) => /^-[a-zA-Z]*f/.test(arg)) || has('--fail', '--fail-with-body')
  const looks =
    args.some((arg) => /^-[a-zA-Z]*[wiIvo]/.test(arg)) || has('--write-out', '--head', '--include')
  if (fails || looks) return []
  return [
    {
      message: 'curl without -f ends with 0 whatever the server answers, an error page too',
      mend: 'Write curl -f, or -fsS to see errors alone.',
    },
  ]
}

function grepTraps({ closesPipeline }: Call): readonly Trap[] {
  if (!closesPipeline) return []
  return [
    {
      message: 'grep ends with 1 when it finds nothing, and then the step has failed',
      mend: 'Where finding nothing is an answer, write || true behind it.',
    },
  ]
}
