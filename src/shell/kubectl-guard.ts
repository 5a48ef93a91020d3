/** What becomes of a kubectl command: in a dry run, and in a run that is pinned to one cluster. */
import type { Pinned } from './block.ts'
import type { Verdict } from './decision.ts'
import { flagName, flagValue, kubectlCommand } from './kubectl-command.ts'

/** Flags that would take a command to another cluster, or make it someone else's, whatever their value is. */
const elsewhere = new Set([
  'as',
  'as-group',
  'as-uid',
  'as-user-extra',
  'certificate-authority',
  'client-certificate',
  'client-key',
  'cluster',
  'insecure-skip-tls-verify',
  'kuberc',
  'password',
  'server',
  'tls-server-name',
  'token',
  'username',
])

/** What changes the run's private kubeconfig, so that the next command would go elsewhere. */
const configChanges = new Set([
  'delete-cluster',
  'delete-context',
  'delete-user',
  'rename-context',
  'set',
  'set-cluster',
  'set-credentials',
  'unset',
])

/** What the one in `Pinned` says against a command, as the end of a sentence; undefined when nothing. */
export function kubectlRefusal(
  argv: readonly string[],
  pinned: Pinned,
  kubeconfig: string | undefined,
): string | undefined {
  if (pinned.kubeconfig !== undefined && kubeconfig !== pinned.kubeconfig) {
    return `the block has set KUBECONFIG to "${kubeconfig ?? ''}", and ${thisRun(pinned)}`
  }
  const { words } = kubectlCommand(argv)
  const [verb, word = ''] = words
  if (verb === 'config' && configChanges.has(word)) {
    return `it would change the kubeconfig of this run, and ${thisRun(pinned)}`
  }
  const stop = argv.indexOf('--')
  const flags = stop === -1 ? argv : argv.slice(0, stop)
  for (const [at, argument] of flags.entries()) {
    if (reachesElsewhere(verb, argument, at, flags, pinned))
      return `${argument} is given, and ${thisRun(pinned)}`
  }
  return undefined
}

function thisRun(pinned: Pinned): string {
  return pinned.context === undefined
    ? 'this run is pinned to one cluster'
    : `this run is pinned to the context "${pinned.context}"`
}

function reachesElsewhere(
  verb: string | undefined,
  argument: string,
  at: number,
  argv: readonly string[],
  pinned: Pinned,
): boolean {
  if (!argument.startsWith('--')) return isServerShorthand(verb, argument)
  const name = flagName(argument)
  if (name === 'context') return pinned.context !== undefined && flagValue(argv, at) !== pinned.context
  if (name === 'kubeconfig')
    return pinned.kubeconfig === undefined || flagValue(argv, at) !== pinned.kubeconfig
  return elsewhere.has(name)
}

/** `-s`, also behind the letters that take no value: `-As https://…` is `-A -s https://…`. */
function isServerShorthand(verb: string | undefined, argument: string): boolean {
  return (verb === 'logs' ? /^-[fhp]*s/ : /^-[ARhiqtw]*s/).test(argument)
}

/** What a dry run makes of a command. Whatever can't be told is printed and not run. */
export function kubectlDryRun(argv: readonly string[]): Verdict {
  const { kind, behindWords, words } = kubectlCommand(argv)
  if (kind === 'read') return { decision: 'run', ran: argv }
  const [verb = ''] = words
  if (kind === 'neither' || !canPretend(verb, argv)) return { decision: 'print', ran: argv }
  const asked = dryRunFlags(argv)
  if (asked === 'pretends') return { decision: 'run', ran: argv }
  if (asked === 'unclear') return { decision: 'print', ran: argv }
  const replaced = argv.map((argument, at) => (asked.has(at) ? flagOf(argv) : argument))
  const inserted = certainlyHolds(argv, asked) ? [] : [flagOf(argv)]
  const ran = [...replaced.slice(0, behindWords), ...inserted, ...replaced.slice(behindWords)]
  return { decision: 'dry-run-server', ran }
}

/** `--local` means that the server is never asked, and goes with a dry run of the client alone. */
function flagOf(argv: readonly string[]): string {
  return argv.some((argument) => /^--local(=true)?$/.test(argument)) ? '--dry-run=client' : '--dry-run=server'
}

/**
 * Forms of a verb that ignore `--dry-run` (`--raw` sends a request as it is) or that kubectl refuses together with it
 * (`replace --force`, `run -it`), and an editor, which nobody sits before.
 */
function canPretend(verb: string, argv: readonly string[]): boolean {
  const bars = [/^--raw(=|$)/, /^--edit(=true)?$/]
  if (verb === 'replace' || verb === 'apply') bars.push(/^--force(=true)?$/)
  if (verb === 'run') bars.push(/^-[iqt]+$/, /^--(stdin|tty|attach|rm)(=true)?$/)
  if (verb === 'delete') bars.push(/^-i$/, /^--interactive(=true)?$/)
  return !argv.some((argument) => bars.some((bar) => bar.test(argument)))
}

/**
 * The author's own `--dry-run` flags: `pretends` when they already ask for a dry run; else the places of those that
 * have to be replaced (`--dry-run=none`). pflag lets the last one win. `unclear` where one stands behind a `--` that may
 * be the value of the flag before it.
 */
function dryRunFlags(argv: readonly string[]): 'pretends' | 'unclear' | ReadonlySet<number> {
  const places = argv.flatMap((argument, at) => (isDryRunFlag(argument) ? [at] : []))
  const stop = argv.indexOf('--')
  const before = stop === -1 ? places : places.filter((at) => at < stop)
  if (before.length < places.length && mayTakeNext(argv[stop - 1])) return 'unclear'
  const refused = before.filter((at) => !/^[^=]*$|=(client|server)$/.test(argv[at] ?? ''))
  if (refused.length === 0 && before.some((at) => !mayTakeNext(argv[at - 1]))) return 'pretends'
  return new Set(refused)
}

function isDryRunFlag(argument: string): boolean {
  return argument.startsWith('--') && flagName(argument) === 'dry-run'
}

/** Whether the argument after this one could be its value. */
function mayTakeNext(argument: string | undefined): boolean {
  return argument?.startsWith('-') === true && !argument.includes('=')
}

/** Whether one of the places holds a flag for sure, and not the value of the flag before it. */
function certainlyHolds(argv: readonly string[], places: ReadonlySet<number>): boolean {
  return [...places].some((at) => !mayTakeNext(argv[at - 1]))
}
