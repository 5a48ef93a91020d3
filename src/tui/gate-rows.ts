/** An open gate: how far its window has come, each sample and what it said, and what would trip it. */
import type { StepState } from '../../machines/state.ts'
import type { Step } from '../runbook/runbook.ts'
import { fitted, type Line, type Segment, styled, wrap } from './line.ts'
import { ink } from './palette.ts'
import { bar, type Theme } from './theme.ts'

type GateState = Extract<StepState, { status: 'watching' }>
type Sample = GateState['samples'][number]

interface OpenGate {
  readonly step: Step
  readonly state: GateState
  /** Milliseconds since 1970. */
  readonly now: number
  /** There is room for more than what has to be read. */
  readonly roomy: boolean
}

/** Samples whose words are shown, the newest first. */
const WORDED = { roomy: 6, tight: 2 } as const
const BAR_CELLS = { least: 8, most: 24 } as const

/** Rows of at most `width` cells. */
export function gateRows(
  { step, state, now, roomy }: OpenGate,
  width: number,
  theme: Theme,
): readonly Line[] {
  const window = step.gate?.windowMs ?? 0
  const open = Math.min(window, Math.max(0, now - state.since))
  const { samples } = state
  const bad = samples.filter((sample) => !sample.good)
  const left = (step.gate?.allow ?? 0) - bad.length
  const words = `gate open for ${Math.floor(open / 1000)} of ${Math.round(window / 1000)} s`
  const room = Math.min(BAR_CELLS.most, width - words.length - 2)
  const barred = room < BAR_CELLS.least ? '' : `${bar(open, window, room, theme)}  `
  return [
    [styled(`${barred}${words}`, { color: ink.value })],
    ...(samples.length === 0
      ? []
      : [samples.slice(-Math.max(1, width)).map((sample) => signOf(sample, theme))]),
    ...wrap(`${bad.length} bad so far; ${tripWords(left)}`, width).map(
      (text): Line => [styled(text, bad.length > 0 ? { color: ink.warn } : { dim: true })],
    ),
    ...worded(samples, roomy).map((sample) => wordsRow(sample, now, width, theme)),
  ]
}

/** The newest ones; where there is little room a bad one has its place before a good one. */
function worded(samples: readonly Sample[], roomy: boolean): readonly Sample[] {
  const said = samples.filter(({ says }) => says !== undefined)
  if (roomy) return said.slice(-WORDED.roomy).toReversed()
  const newest = said.slice(-1)
  const bad = said.filter((sample) => !sample.good && !newest.includes(sample)).slice(-1)
  return [...newest, ...bad].slice(0, WORDED.tight)
}

function wordsRow({ at, good, says = '' }: Sample, now: number, width: number, theme: Theme): Line {
  const ago = styled(`${Math.max(0, Math.round((now - at) / 1000))} s ago `.padStart(9), { dim: true })
  const text = styled(` ${says}`, good ? { dim: true } : { color: ink.bad })
  return fitted([ago, signOf({ good }, theme), text], width)
}

function signOf({ good }: Pick<Sample, 'good'>, { ascii }: Theme): Segment {
  const signs = ascii ? { good: '+', bad: 'x' } : { good: '●', bad: '✗' }
  return styled(good ? signs.good : signs.bad, { color: good ? ink.good : ink.bad })
}

function tripWords(left: number): string {
  return left <= 0 ? 'one more trips it' : `${left} more may be bad before it can trip`
}
