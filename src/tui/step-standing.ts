/** How the current step stands, in words: what Enter would do, how long it runs, why it failed, what is not known. */
import type { Finding } from '../../machines/events.ts'
import type { Failure, StepState } from '../../machines/state.ts'
import { HOLD_WITHIN_MS } from '../run/gate-rollback.ts'
import type { RunView } from '../run/session.ts'
import { durationWords, failureAdvice, failureWords } from '../run/words.ts'
import type { Step } from '../runbook/runbook.ts'
import { gateRows } from './gate-rows.ts'
import { type Line, styled, wrapWords } from './line.ts'
import { ink } from './palette.ts'
import { bar, type Theme } from './theme.ts'

interface Standing {
  readonly step: Step
  readonly state: StepState | undefined
  /** What the step has found. */
  readonly finding: Finding | undefined
  /** Of the block that ended last, if it failed. */
  readonly report: RunView['report']
  readonly countdown: RunView['countdown']
  /** Milliseconds since 1970. */
  readonly now: number
  /** There is room for more than what has to be read. */
  readonly roomy: boolean
}

/** Rows of at most `width` cells. */
export function standingRows(parts: Standing, width: number, theme: Theme): readonly Line[] {
  return standing(parts, width, theme).flatMap((row) => wrapWords(row, width))
}

function standing(
  { step, state, finding, report, countdown, now, roomy }: Standing,
  width: number,
  theme: Theme,
): readonly Line[] {
  const since = (at: number) => durationWords(Math.max(0, now - at))
  switch (state?.status) {
    case 'confirming':
      return [[styled(confirmWords(step), { bold: true })]]
    case 'ready':
      return [
        [styled('Attest each item that is true. Your name goes on the record with it.', { bold: true })],
      ]
    case 'running':
      return [[styled(`running for ${since(state.since)}`, { color: ink.value })]]
    case 'verifying':
      return [[styled(`checking for ${since(state.since)}, try ${state.tries + 1}`, { color: ink.value })]]
    case 'watching':
      return gateRows({ step, state, now, roomy }, width, theme)
    case 'finding':
      return [[styled(`reading what it means for ${since(state.since)}`, { color: ink.value })]]
    case 'found':
      return findingRows(finding)
    case 'undoing':
      return [[styled(`taking it back for ${since(state.since)}`, { color: ink.value })]]
    case 'failed':
    case 'undo-failed':
      return [...countdownRows(countdown, now, width, theme), ...failureRows(step, state.failure, report)]
    case 'unknown':
    case 'undo-unknown':
      return [
        [
          styled('UNKNOWN', { color: ink.warn, bold: true, inverse: true }),
          styled(' Handrail was interrupted while this ran.', { bold: true }),
        ],
        [styled('It may or may not have taken effect. Look at the cluster before you run it again.')],
      ]
    case 'blocked':
      return [
        [
          styled('NOT YET', { color: ink.warn, bold: true, inverse: true }),
          styled(` This needs ${state.missing.join(', ')}, which no step that passed has brought about.`),
        ],
      ]
    default:
      return []
  }
}

function confirmWords(step: Step): string {
  if (step.command === undefined) return 'To be done by hand. Press Enter when it is done.'
  return step.effect === 'destroy'
    ? "This can't be taken back. Press Enter, then type its name."
    : 'Press Enter to run it.'
}

/** What it means stands out: it is what the step was there for. */
function findingRows(finding: Finding | undefined): readonly Line[] {
  const lines = (finding?.text ?? '').split('\n')
  const lead = finding?.leadsTo
  return [
    [
      styled('FOUND', { color: ink.value, bold: true, inverse: true }),
      styled(` ${lines[0] ?? ''}`, { bold: true }),
    ],
    ...lines.slice(1).map((text): Line => [styled(text)]),
    [
      styled(lead === undefined ? 'Press Enter to go on.' : `Press l to open ${lead}, Enter to go on here.`, {
        bold: true,
      }),
    ],
  ]
}

function failureRows(step: Step, failure: Failure, report: RunView['report']): readonly Line[] {
  return [
    [
      styled('FAILED', { color: ink.bad, bold: true, inverse: true }),
      styled(` ${failureWords(failure)}`, { bold: true }),
    ],
    [styled(failureAdvice(step, failure, report).join(' '))],
  ]
}

/** The time left as a number and as a bar that empties, and the one key that keeps things as they are. */
function countdownRows(
  countdown: RunView['countdown'],
  now: number,
  width: number,
  theme: Theme,
): readonly Line[] {
  if (countdown === undefined) return []
  const left = Math.max(0, countdown.until - now)
  const seconds = Math.ceil(left / 1000)
  return [
    [
      styled(` ROLLING BACK IN ${seconds} s `, { color: ink.bad, bold: true, inverse: true }),
      styled(' Press h to hold it.', { bold: true }),
    ],
    [styled(bar(left, HOLD_WITHIN_MS, Math.min(width, 40), theme), { color: ink.bad })],
  ]
}
