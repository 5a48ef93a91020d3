/** A block that did not do its work, in sentences for the reader at 3 a.m.: what, where, what was not changed, what now. */
import type { AnnouncedCommand, BlockOutcome } from './block.ts'
import { onlyLooks } from './guard.ts'
import { shellWords } from './words.ts'

export interface FailedBlock {
  /** What the block is to the reader, as the subject of a sentence: "The command of “Ship the image”". */
  readonly subject: string
  /** Where it stands: "runbooks/deploy.md:83". */
  readonly place: string
  readonly outcome: BlockOutcome | { readonly kind: 'not-run'; readonly why: string }
  readonly timeoutMs?: number
  /** Whether the block only looks. */
  readonly readsOnly: boolean
  /** What its stand-ins announced, in order; a command's own result is not known. */
  readonly commands: readonly AnnouncedCommand[]
}

export interface FailureReport {
  readonly what: string
  readonly where: string
  readonly unchanged: string
  readonly now: string
}

/** Exit codes that a shell or a tool has given a meaning, as `what` and `now`. */
const meanings: Readonly<Record<number, readonly [what: string, now: string]>> = {
  124: [
    'a command in it was stopped by `timeout`',
    'Look whether what it waited for has happened meanwhile, then try again.',
  ],
  125: [
    'Handrail did not let a command run, or `timeout` or `env` could not start one',
    'The output says which command and why. Mend that, then try again.',
  ],
  126: [
    'a program in it may not be run',
    'Look at the rights and the first line of the file that the output names.',
  ],
  127: [
    'a program in it was not found',
    'The output names it. Install it, or start Handrail with it on the PATH, then try again.',
  ],
  141: [
    'a command in a pipe was cut off by the one behind it (SIGPIPE), as `… | head` does',
    'The step may well have done its work: look. In the runbook, `set +o pipefail` in the block lets such pipes pass.',
  ],
  255: [
    'ssh or aws gave up; an `aws … wait` that gives up has only stopped waiting',
    'Look whether what it waited for is still going on, before you try again.',
  ],
}

const signalsInCodes: Readonly<Record<number, string>> = { 130: 'INT', 137: 'KILL', 143: 'TERM' }

/** What to tell the reader; undefined when the block did its work (exit 0). */
export function explainFailure(block: FailedBlock): FailureReport | undefined {
  const { outcome } = block
  if (outcome.kind === 'exited' && outcome.code === 0) return undefined
  const [what, now] = whatAndNow(block)
  return { what: `${block.subject} ${what}.`, where: block.place, unchanged: unchanged(block), now }
}

function whatAndNow({
  outcome,
  timeoutMs,
  readsOnly,
  commands,
}: FailedBlock): readonly [what: string, now: string] {
  switch (outcome.kind) {
    case 'exited':
      return refused(commands, outcome.code) ?? exited(outcome.code)
    case 'signalled':
      return [`was ended by the signal ${outcome.signal}, which Handrail did not send`, killed]
    case 'timed-out':
      return [
        `was still running after ${seconds(timeoutMs)} and was ended with all its processes`,
        readsOnly ? 'Try again.' : 'What it had begun may still take effect. Look before you try again.',
      ]
    case 'cancelled':
      return [
        'was cancelled and ended with all its processes',
        readsOnly
          ? 'Try again, or go on without it.'
          : 'What it had begun may still take effect. Look, then try again or take the way back.',
      ]
    case 'not-run':
      return [`was not run: ${withoutFullStop(outcome.why)}`, 'Mend that, then try again.']
    case 'lost':
      return [
        `has an unknown outcome: ${withoutFullStop(outcome.why)}`,
        'Find out by hand whether it did its work. It is never run again unasked.',
      ]
  }
}

const killed = 'Somebody or the system (out of memory?) ended it. Find out which before you try again.'

/** A block that Handrail itself has held back says so in the guard's own words. */
function refused(
  commands: readonly AnnouncedCommand[],
  code: number,
): readonly [what: string, now: string] | undefined {
  const command = commands.findLast(({ decision }) => decision === 'refuse')
  if (code !== 125 || command === undefined) return undefined
  const words = shellWords([command.tool, ...command.argv])
  return [
    `ended with exit code 125: Handrail did not run \`${words}\`, because ${command.why ?? 'it leaves this run'}`,
    'If it is meant, it belongs into a run of its own. Otherwise mend the runbook.',
  ]
}

function exited(code: number): readonly [what: string, now: string] {
  const meaning = meanings[code]
  if (meaning !== undefined) return [`ended with exit code ${code}: ${meaning[0]}`, meaning[1]]
  const signal = signalsInCodes[code]
  if (signal !== undefined)
    return [`ended with exit code ${code}: a command in it was ended by the signal ${signal}`, killed]
  return [
    `ended with exit code ${code}`,
    'The last lines of its output say why. Then try again, or take the way back.',
  ]
}

/** Handrail knows of kubectl and aws only; anything else that a block calls is the reader's to judge. */
function unchanged({ outcome, readsOnly, commands }: FailedBlock): string {
  if (outcome.kind === 'not-run') return 'Nothing of it was run, and nothing was changed.'
  if (readsOnly) return 'The block only looks: it has changed nothing.'
  const ran = commands.filter(({ tool, decision, ran }) => decision === 'run' && !onlyLooks(tool, ran))
  const last = ran.at(-1)
  if (last === undefined) {
    return 'No kubectl or aws command of it that changes anything was run. Whatever else it called may have.'
  }
  const before = ran.length === 1 ? '' : `, after ${ran.length - 1} more`
  return `What ran before stays as it is. Last: ${shellWords([last.tool, ...last.ran])}${before}.`
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'its time' : `${Math.round(ms / 100) / 10} s`
}

function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}
