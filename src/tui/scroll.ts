/** A part of the screen that holds more rows than it shows. */
import { blank, type Line, styled } from './line.ts'

/** How far a pane can be scrolled, counted in its own rows or lines. */
export interface Scroll {
  /** The lowest and the highest place that the last row shown can have. */
  readonly first: number
  readonly last: number
  readonly page: number
  /** Where the pane rests while nobody scrolls: at its beginning, at its end as it grows, or at a place in between. */
  readonly rest: 'first' | 'last' | number
  /** The place at which a line is seen with what stands around it. */
  readonly showing?: (line: number) => number
}

export interface Pane {
  readonly rows: readonly Line[]
  /** Absent where everything is on the screen. */
  readonly scroll?: Scroll
}

/** Where the pane is held after moving by so many rows; undefined means at rest. */
export function moved(held: number | undefined, scroll: Scroll, by: number): number | undefined {
  const rest = typeof scroll.rest === 'number' ? scroll.rest : scroll[scroll.rest]
  const to = Math.min(Math.max((held ?? rest) + by, scroll.first), scroll.last)
  return to === rest ? undefined : to
}

/** `height` of the rows, from the beginning or from where they are held, with a mark for what is above and below. */
export function windowed(rows: readonly Line[], height: number, held: number | undefined): Pane {
  return windowedLazily(
    rows.map((row) => () => row),
    height,
    held,
  )
}

/** The same of rows that are made only if they are seen. */
export function windowedLazily(
  rows: readonly (() => Line)[],
  height: number,
  held: number | undefined,
): Pane {
  if (rows.length <= height || height < 3) {
    return { rows: Array.from({ length: height }, (_, row) => rows[row]?.() ?? blank) }
  }
  const scroll: Scroll = { first: height - 1, last: rows.length - 1, page: height - 2, rest: 'first' }
  const end = Math.min(Math.max(held ?? scroll.first, scroll.first), scroll.last)
  const above = end - scroll.first
  const below = scroll.last - end
  const shown = rows.slice(end - height + 1, end + 1).map((row) => row())
  const first = above === 0 ? shown.slice(0, 1) : [moreRow(above + 1, 'above')]
  const last = below === 0 ? shown.slice(-1) : [moreRow(below + 1, 'below')]
  return { rows: [...first, ...shown.slice(1, -1), ...last], scroll }
}

/** So many rows, the one with the cursor among them. */
export function around(rows: readonly Line[], cursor: number, height: number): readonly Line[] {
  return windowed(rows, height, Math.max(height - 1, cursor + Math.floor(height / 2))).rows
}

/** Says that there is more, and where. */
export function moreRow(count: number, where: 'above' | 'below'): Line {
  return [styled(`… ${count} more ${where}`, { dim: true })]
}
