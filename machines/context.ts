/** What the chart of a run remembers beside the state that it is in. */
import type { Runbook, Step } from '../src/runbook/runbook.ts'
import type { Finding, Role } from './events.ts'
import type { StepState } from './state.ts'

/** The block that was handed out last and whose end is awaited. */
interface Awaited {
  readonly step: string
  readonly role: Role
  readonly attempt: number
  /** When its intent was recorded; until then no process of it can exist. */
  readonly startedAt: number | undefined
}

/** What a step's blocks have done so far. */
export interface Track {
  /** How many blocks of each role were started, or ended without a start as in a dry run. */
  readonly taken: Readonly<Record<Role, number>>
  /** The command has ended well at least once. */
  readonly succeeded: boolean
  /** The step may have left something behind: a block of it was started, or it passed. */
  readonly touched: boolean
}

/**
 * How a step is taken back: by its undo block, not at all because nothing needs it or nothing can, or not at all
 * and nothing before it either, since it destroyed what the way back would need.
 */
export type Back = 'undo' | 'leave' | 'barrier'

export interface RunContext {
  readonly parameters: Readonly<Record<string, string>>
  readonly facts: readonly string[]
  readonly steps: Readonly<Record<string, StepState>>
  readonly attested: Readonly<Record<string, readonly string[]>>
  readonly findings: Readonly<Record<string, Finding>>
  readonly tracks: Readonly<Record<string, Track>>
  /** Undefined while the run waits for the operator. */
  readonly awaited: Awaited | undefined
  /** The steps in the order in which they are walked; never changes. */
  readonly route: readonly { readonly step: string; readonly back: Back }[]
}

/** The context of a run that has not begun: every step waits. */
export function startingContext(runbook: Runbook): RunContext {
  const steps = stepsOf(runbook)
  const forEach = <T>(value: T) => Object.fromEntries(steps.map(({ id }) => [id, value]))
  return {
    parameters: {},
    facts: [],
    steps: forEach<StepState>({ status: 'waiting' }),
    attested: forEach<readonly string[]>([]),
    findings: {},
    tracks: forEach<Track>(untouched),
    awaited: undefined,
    route: steps.map((step) => ({ step: step.id, back: backOf(step) })),
  }
}

/** All steps of a runbook in the order in which they are walked. */
export function stepsOf(runbook: Runbook): readonly Step[] {
  return runbook.phases.flatMap((phase) => phase.steps)
}

/**
 * How a step is taken back. A `change` without an undo block is left as it is: the steps before it are independent of
 * it as far as the runbook says. A `destroy` without one is a barrier: what it removed (an old column, a snapshot) is
 * what the way back would need.
 */
export function backOf(step: Step): Back {
  if (step.undo !== undefined) return 'undo'
  return step.command?.effect === 'destroy' ? 'barrier' : 'leave'
}

const untouched: Track = {
  taken: { command: 0, verify: 0, undo: 0, watch: 0, finding: 0 },
  succeeded: false,
  touched: false,
}

export function trackOf(context: RunContext, step: string): Track {
  return context.tracks[step] ?? untouched
}

export function stepStateOf(context: RunContext, step: string): StepState {
  return context.steps[step] ?? { status: 'waiting' }
}

/** Which run of its command a step is at; 1 for a step that never ran one. */
export function attemptAt(context: RunContext, step: string): number {
  return Math.max(1, trackOf(context, step).taken.command)
}
