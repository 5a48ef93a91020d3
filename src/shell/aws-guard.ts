/**
 * What becomes of an aws command: in a dry run, in a run that is pinned to one account, and in the practice world.
 * The global options are those of `aws help` of aws-cli 1.45 and 2; both take any unambiguous beginning of an option
 * for the whole (`--endp` for `--endpoint-url`).
 */
import type { Pinned } from './block.ts'

const valueOptions = new Set([
  '--ca-bundle',
  '--cli-binary-format',
  '--cli-connect-timeout',
  '--cli-read-timeout',
  '--color',
  '--endpoint-url',
  '--output',
  '--profile',
  '--query',
  '--region',
])
const switches = new Set([
  '--cli-auto-prompt',
  '--debug',
  '--no-cli-auto-prompt',
  '--no-cli-pager',
  '--no-paginate',
  '--no-sign-request',
  '--no-verify-ssl',
])

/** Beginnings of the operations that only look; by the API's own way of naming them. */
const reads = /^(describe|list|get|head|batch-get)-/

/** What the one in `Pinned` says against a command, as the end of a sentence; undefined when nothing. */
export function awsRefusal(
  argv: readonly string[],
  pinned: Pinned,
  profile: string | undefined,
): string | undefined {
  if (pinned.awsProfile === undefined) return undefined
  const pin = `this run is pinned to the profile "${pinned.awsProfile}"`
  const given = optionValues(argv, '--profile', 3)
  if (given.some((value) => value !== pinned.awsProfile)) return `--profile is given, and ${pin}`
  const settled = profile === pinned.awsProfile || given.length > 0
  return settled ? undefined : `the block has set AWS_PROFILE to "${profile ?? ''}", and ${pin}`
}

/** What says against a command in the practice world: it would leave it. */
export function awsLeavesPractice(argv: readonly string[], endpointUrl: string): string | undefined {
  const leaves = optionValues(argv, '--endpoint-url', 3).some((value) => value !== endpointUrl)
  return leaves ? 'it names an endpoint of its own, and practice never leaves this machine' : undefined
}

/** The same command with the endpoint in front: aws-cli 1 ignores AWS_ENDPOINT_URL for rds in us-east-1, never this option. */
export function withEndpoint(argv: readonly string[], endpointUrl: string): readonly string[] {
  return optionValues(argv, '--endpoint-url', 3).length > 0 ? argv : ['--endpoint-url', endpointUrl, ...argv]
}

/** Whether a command only looks, as far as its words tell; what can't be told does not. */
export function isAwsRead(argv: readonly string[]): boolean {
  if (argv.length === 1 && argv[0] === '--version') return true
  const words = firstWords(argv)
  if (words === undefined) return false
  const [service = '', operation = ''] = words
  if (service === 'help' || operation === 'help' || service === 'sts') return true
  if (service === 's3') return operation === 'ls'
  if (service === 'configure') return /^(list|get|list-profiles)$/.test(operation)
  return operation === 'wait' || reads.test(operation)
}

/** Service and operation; undefined when an option between them isn't known, and so neither whether it takes a value. */
function firstWords(argv: readonly string[]): readonly string[] | undefined {
  const words: string[] = []
  for (let at = 0; at < argv.length && words.length < 2; at++) {
    const argument = argv[at] ?? ''
    if (!argument.startsWith('-')) words.push(argument)
    else if (valueOptions.has(argument)) at++
    else if (!switches.has(argument) && !valueOptions.has(argument.split('=', 1)[0] ?? '')) return undefined
  }
  return words
}

/** Every value given for an option, also under a beginning of its name of at least so many characters. */
function optionValues(argv: readonly string[], option: string, shortest: number): readonly string[] {
  return argv.flatMap((argument, at) => {
    const [name = '', ...value] = argument.split('=')
    if (name.length < shortest || !option.startsWith(name)) return []
    return [value.length > 0 ? value.join('=') : (argv[at + 1] ?? '')]
  })
}
