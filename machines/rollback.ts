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

/** Whether a step may have left something behind that no rollback has dealt with yet. */
export function isToTakeBack(context: RunContext, step: string): boolean {
  const { status } = stepStateOf(context, step)
  return trackOf(context, step).touched && status !== 'undone' && status !== 'left'
}
