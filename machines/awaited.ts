/** The block whose end a run waits for: handed out, started, ended. */
import type { RunContext } from './context.ts'
import { trackOf } from './context.ts'
import type { Deed, Outcome, Role, RunEvent } from './events.ts'

/**
 * The deed that starts a block. Attempts count from 1 for each role of each step, and one that never started is
 * handed out again under its old number: no two processes of a run share step, role and attempt.
 */
export function startDeed(context: RunContext, step: string, role: Role, delayMs: number): Deed {
  return { type: 'startBlock', step, role, attempt: nextAttempt(context, step, role), delayMs }
}

/** The context that waits for the block which `startDeed` hands out. */
export function awaiting(context: RunContext, step: string, role: Role): Pick<RunContext, 'awaited'> {
  return { awaited: { step, role, attempt: nextAttempt(context, step, role), startedAt: undefined } }
}

function nextAttempt(context: RunContext, step: string, role: Role): number {
  return trackOf(context, step).taken[role] + 1
}

/** How the awaited block ended; undefined for any other event, and for the end of any other block. */
export function awaitedEnd(context: RunContext, event: RunEvent): Outcome | undefined {
  return event.type === 'block.ended' && isAwaited(context, event) ? event.outcome : undefined
}

/** Whether an event tells of the very block that is awaited. */
export function isAwaited(context: RunContext, event: RunEvent): boolean {
  const { awaited } = context
  if (awaited === undefined) return false
  if (event.type !== 'block.started' && event.type !== 'block.ended') return false
  return event.step === awaited.step && event.role === awaited.role && event.attempt === awaited.attempt
}

/** Whether a block did what it was there for. In a dry run a block that is not run counts as if it had. */
export function endedWell(outcome: Outcome): boolean {
  return outcome.kind === 'not-run' || (outcome.kind === 'exited' && outcome.code === 0)
}

/** The context once a block's intent is on record: from now on a process of it may exist. */
export function withStart(context: RunContext, event: RunEvent): Partial<RunContext> {
  const { awaited } = context
  if (awaited === undefined) return {}
  return { ...withTaken(context, event), awaited: { ...awaited, startedAt: event.at } }
}

/** The context that has counted a block which was started or has ended. */
export function withTaken(context: RunContext, event: RunEvent): Partial<RunContext> {
  if (event.type !== 'block.started' && event.type !== 'block.ended') return {}
  const { step, role, attempt } = event
  const track = trackOf(context, step)
  const taken = { ...track.taken, [role]: attempt }
  const touched = track.touched || role !== 'undo'
  return { tracks: { ...context.tracks, [step]: { ...track, taken, touched } } }
}
