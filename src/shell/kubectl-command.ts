/**
 * What a kubectl command line does, read as kubectl reads it: by the words, wherever the flags stand.
 * The flags and verbs are those of `kubectl options` and `kubectl VERB --help` of kubectl 1.32 and 1.35; the way words
 * are told from values is that of cobra's `Command.Find` and pflag, which kubectl is made of.
 */

/** `read` leaves the cluster as it is, `server` can be asked to only pretend, `neither` can't (or isn't known). */
type KubectlKind = 'read' | 'server' | 'neither'

export interface KubectlCommand {
  /** The verb, and the word after it where that decides: `['rollout', 'undo']`. Empty for `kubectl --help` and the like. */
  readonly words: readonly string[]
  /** Index in the argument vector just behind those words: a flag put here can't become the value of another. */
  readonly behindWords: number
  readonly kind: KubectlKind
}

/** Global flags that take a value, and those that don't. */
const globalValueFlags = new Set([
  'as',
  'as-group',
  'as-uid',
  'as-user-extra',
  'cache-dir',
  'certificate-authority',
  'client-certificate',
  'client-key',
  'cluster',
  'context',
  'kubeconfig',
  'kuberc',
  'log-flush-frequency',
  'namespace',
  'password',
  'profile',
  'profile-output',
  'request-timeout',
  'server',
  'tls-server-name',
  'token',
  'user',
  'username',
  'v',
  'vmodule',
])
const globalSwitches = new Set([
  'disable-compression',
  'insecure-skip-tls-verify',
  'match-server-version',
  'warnings-as-errors',
])

/** Verbs that have words below them which decide. */
const verbsWithWords = new Set([
  'apply',
  'auth',
  'cluster-info',
  'config',
  'create',
  'plugin',
  'rollout',
  'set',
  'top',
])

const reads = new Set([
  'api-resources',
  'api-versions',
  'apply view-last-applied',
  'auth can-i',
  'auth whoami',
  'cluster-info',
  'cluster-info dump',
  'completion',
  'config current-context',
  'config get-clusters',
  'config get-contexts',
  'config get-users',
  'config view',
  'describe',
  'diff',
  'events',
  'explain',
  'get',
  'help',
  'kustomize',
  'logs',
  'options',
  'plugin list',
  'rollout history',
  'rollout status',
  'top',
  'top node',
  'top pod',
  'version',
  'wait',
])

/** Verbs all of whose forms take `--dry-run=server`, but for `exceptions`. */
const serverVerbs = new Set([
  'annotate',
  'apply',
  'autoscale',
  'cordon',
  'create',
  'delete',
  'drain',
  'expose',
  'label',
  'patch',
  'replace',
  'run',
  'scale',
  'set',
  'taint',
  'uncordon',
])
const serverPairs = new Set(['auth reconcile', 'rollout undo'])
const exceptions = new Set(['apply edit-last-applied', 'create token'])

/** Understands the words of a kubectl command line, given without `kubectl` itself. */
export function kubectlCommand(argv: readonly string[]): KubectlCommand {
  const words: string[] = []
  let behindWords = 0
  for (let at = 0; at < argv.length && words.length < 2; ) {
    const argument = argv[at] ?? ''
    if (argument === '--') break
    if (!argument.startsWith('-')) {
      if (words.length === 1 && !verbsWithWords.has(words[0] ?? '')) break
      if (argument !== '') words.push(argument)
      at += 1
      behindWords = at
      continue
    }
    const takesNext = takesNextArgument(argument, words.length === 0)
    if (takesNext === undefined) break
    at += takesNext ? 2 : 1
  }
  if (words.length === 0) return { words, behindWords, kind: argv.every(asksForHelp) ? 'read' : 'neither' }
  return { words, behindWords, kind: kindOf(words) }
}

function asksForHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h'
}

/**
 * Whether a flag before or between the words takes the argument after it; undefined where that can't be told, and so
 * neither whether a word follows. Before the verb kubectl takes every flag that it doesn't know for one with a value.
 */
function takesNextArgument(flag: string, beforeVerb: boolean): boolean | undefined {
  if (flag === '-' || flag.includes('=')) return false
  if (flag.startsWith('--')) {
    const name = flagName(flag)
    if (globalSwitches.has(name)) return false
    return beforeVerb || globalValueFlags.has(name) ? true : undefined
  }
  if (/^-[nsv]/.test(flag)) return flag.length === 2
  return beforeVerb ? flag.length === 2 : undefined
}

function kindOf(words: readonly string[]): KubectlKind {
  const command = words.join(' ')
  const [verb = ''] = words
  if (exceptions.has(command)) return 'neither'
  if (reads.has(command)) return 'read'
  if (verb === 'top' || verb === 'cluster-info') return 'read'
  return serverVerbs.has(verb) || serverPairs.has(command) ? 'server' : 'neither'
}

/** The name of a long flag: kubectl takes `_` for `-` in it, so that `--dry_run=none` is `--dry-run=none`. */
export function flagName(argument: string): string {
  const [name = ''] = argument.slice(2).split('=', 1)
  return name.replaceAll('_', '-')
}

/** The value of a flag given as `--name=value` or `--name value`. */
export function flagValue(argv: readonly string[], at: number): string | undefined {
  const argument = argv[at] ?? ''
  const equals = argument.indexOf('=')
  return equals === -1 ? argv[at + 1] : argument.slice(equals + 1)
}
