/** What home and the run have in common in how a terminal is divided. */
import { type Line, styled } from './line.ts'
import type { Theme } from './theme.ts'

/** Below this many columns blue and green have no pane of their own. */
export const WIDE_FROM = 110
/** Below this many rows they have no strip either. */
export const STRIP_FROM = 20

/** Cells of the pane that blue and green have at the right. */
export function clusterWidth(columns: number): number {
  return Math.min(44, Math.floor(columns * 0.27))
}

/** What stands between two panes. */
export function between({ ascii }: Theme): Line {
  return [styled(ascii ? ' | ' : ' │ ', { dim: true })]
}

/** A quiet rule across the screen. */
export function thinRule(columns: number, { ascii }: Theme): Line {
  return [styled((ascii ? '-' : '─').repeat(columns), { dim: true })]
}

/** A row with a blank at either edge. */
export function inset(line: Line): Line {
  return [{ text: ' ' }, ...line, { text: ' ' }]
}
