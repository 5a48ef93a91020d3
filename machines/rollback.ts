/** Which steps a rollback takes back, and where it must stop: pure rules. */
import { type RunContext, stepStateOf, trackOf } from './context.ts'

/**
 * Ids of the steps that a rollback from here would undo, newest first: every step that may have left something behind
 * (it passed, failed, is unknown, or was skipped after an attempt of it ran) and has an undo block, as far back as the
 * newest step that can't be taken back.
 */
export function wayBack(context: RunContext): readonly string[] {
  const way: string[] = []
  for (const { step, back } of context.route.toReversed()) {
    if (!isToTakeBack(context, step)) continue
    if (back === 'barrier') break
    if (back === 'undo') way.push(step)
  }
  return way
}

/** What a rollback from here would not take back. */
export interface BeyondWayBack {
  /** The newest step that can't be taken back: what came before it stays as it is too. */
  readonly end: string | undefined
  /** Steps since then without an undo block, newest first: what they did stays. */
  readonly leaves: readonly string[]
}

/** Where the way back ends, and what it passes over. */
export function beyondWayBack(context: RunContext): BeyondWayBack {
  const leaves: string[] = []
  for (const { step, back } of context.route.toReversed()) {
    if (!isToTakeBack(context, step)) continue
    if (back === 'barrier') return { end: step, leaves }
    if (back === 'leave') leaves.push(step)
  }
  return { end: undefined, leaves }
}

/** Whether a step may have left something behind that no rollback has dealt with yet. */
export function isToTakeBack(context: RunContext, step: string): boolean {
  const { status } = stepStateOf(context, step)
  return trackOf(context, step).touched && status !== 'undone' && status !== 'left'
}
