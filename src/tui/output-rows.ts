/** What the step's blocks print: its newest lines, or those that the operator has scrolled to. */
import type { BlockOutput, RunView } from '../run/session.ts'
import type { Step } from '../runbook/runbook.ts'
import { blank, cells, type Line, styled, wrapLine } from './line.ts'
import { ink } from './palette.ts'
import { allSteps } from './run-reading.ts'
import type { Pane } from './scroll.ts'
import type { Theme } from './theme.ts'

/** Rows that the output would like to have, its heading among them, counted no further than `most`. */
export function outputHeight(output: BlockOutput | undefined, width: number, most: number): number {
  if (output === undefined || output.lines.length === 0) return 0
  let rows = 1
  for (let at = output.lines.length - 1; at >= 0 && rows < most; at -= 1) {
    rows += rowsOf(output, at, width).length
  }
  return Math.min(rows, most)
}

/**
 * A heading and `height - 1` rows below it. Lines are counted from the block's first one, those that are no longer
 * kept too, so that a place that the operator holds stays where it is while more is printed.
 */
export function outputPane(
  { view, theme }: { readonly view: RunView; readonly theme: Theme },
  step: Step,
  held: number | undefined,
  width: number,
  height: number,
): Pane {
  const { output } = view
  if (output === undefined || output.lines.length === 0 || height < 2) return { rows: [] }
  const room = height - 1
  const { rows, scroll, at } = linesWindow(output, (line) => rowsOf(output, line, width), held, room)
  const last = output.dropped + output.lines.length - 1
  const pane = [headingRow(view, output, step, last - at, width, theme), ...rows]
  return scroll === undefined ? { rows: pane } : { rows: pane, scroll }
}

interface LinesWindow extends Pane {
  /** The line at the bottom, counted from the block's first one. */
  readonly at: number
}

/** At most `room` rows of the output's lines, the held one or the newest at the bottom. */
export function linesWindow(
  output: BlockOutput,
  rowsOf: (index: number) => readonly Line[],
  held: number | undefined,
  room: number,
): LinesWindow {
  const { dropped, lines } = output
  const last = dropped + lines.length - 1
  const first = Math.min(last, dropped + firstFull(lines.length, rowsOf, room))
  const at = Math.min(Math.max(held ?? last, first), last)
  const rows: Line[] = []
  for (let line = at - dropped; line >= 0 && rows.length < room; line -= 1) rows.unshift(...rowsOf(line))
  const shown = rows.slice(-room)
  if (first === last) return { rows: shown, at }
  const showing = (line: number) => placeShowing(line - dropped, lines.length, rowsOf, room) + dropped
  return { rows: shown, at, scroll: { first, last, page: room, rest: 'last', showing } }
}

/** The index of the first line that can stand at the bottom with the room above it filled. */
function firstFull(count: number, rowsOf: (index: number) => readonly Line[], room: number): number {
  let rows = 0
  for (let line = 0; line < count; line += 1) {
    rows += rowsOf(line).length
    if (rows >= room) return line
  }
  return count - 1
}

/** The line at the bottom when the given one is whole on the screen with what follows it, as much before as after. */
function placeShowing(
  line: number,
  count: number,
  rowsOf: (index: number) => readonly Line[],
  room: number,
): number {
  let at = line
  let rows = rowsOf(line).length
  while (at + 1 < count) {
    rows += rowsOf(at + 1).length
    if (rows > room / 2) break
    at += 1
  }
  return at
}

function rowsOf(output: BlockOutput, index: number, width: number): readonly Line[] {
  const line = output.lines[index]
  if (line === undefined || line.text === '') return [blank]
  return wrapLine([styled(line.text, line.stream === 'stderr' ? { color: ink.warn } : {})], width)
}

/** A step that waits shows what the step before it printed: that is what the operator decides on. */
function headingRow(
  view: RunView,
  output: BlockOutput,
  step: Step,
  below: number,
  width: number,
  theme: Theme,
): Line {
  const title = allSteps(view).find(({ id }) => id === output.step)?.title ?? output.step
  const own = output.step === step.id
  const about = own ? 'output' : `output of "${title}"`
  const older = output.dropped > 0 ? `; ${output.dropped} older in the record` : ''
  const newer = below > 0 ? `; ${below} newer below` : ''
  const rule = theme.ascii ? '-' : '─'
  const briefly = own ? 'output' : 'output of an earlier step'
  const fits = [about + older + newer, about + newer, briefly + newer, briefly].find(
    (words) => cells(words) + 6 <= width,
  )
  if (fits === undefined) return [styled(rule.repeat(width), { dim: true })]
  const words = ` ${fits} `
  return [styled(`${rule}${rule}${words}${rule.repeat(width - cells(words) - 2)}`, { dim: true })]
}
