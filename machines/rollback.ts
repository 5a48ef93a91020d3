/** Which steps a rollback takes back, and where it must stop: pure rules. */
import { type RunContext, stepStateOf, trackOf } from './context.ts'

/** The way back from here, each list newest first. */
interface WayBack {
  /** The steps that a rollback would undo. */
  readonly undoes: readonly string[]
  /** Steps without an undo block that it would pass over: what they did stays. */
  readonly leaves: readonly string[]
  /** The newest step that can't be taken back: what came before it stays as it is too. */
  readonly end: string | undefined
}

/**
 * Every step that may have left something behind (it passed, failed, is unknown, or was skipped after an attempt of it
 * ran), as far back as the newest step that can't be taken back: undone where it has an undo block, else left.
 */
export function wholeWayBack(context: RunContext): WayBack {
  const undoes: string[] = []
  const leaves: string[] = []
  for (const { step, back } of context.route.toReversed()) {
    if (!isToTakeBack(context, step)) continue
    if (back === 'barrier') return { undoes, leaves, end: step }
    if (back === 'undo') undoes.push(step)
    else leaves.push(step)
  }
  return { undoes, leaves, end: undefined }
}

/** Ids of the steps that a rollback from here would undo, newest first. */
export function wayBack(context: RunContext): readonly string[] {
  return wholeWayBack(context).undoes
}

/** Whether a step may have left something behind that no rollback has dealt with yet. */
export function isToTakeBack(context: RunContext, step: string): boolean {
  const { status } = stepStateOf(context, step)
  return trackOf(context, step).touched && status !== 'undone' && status !== 'left'
}
