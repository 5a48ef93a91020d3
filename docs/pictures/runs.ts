/** Cells side by side that look alike → runs, each of which becomes one element of a picture. */
import type { Cell } from '../../test/e2e/cells.ts'
import { type Ground, hexOf } from './colors.ts'
import { cell, type Rectangle, shapeOf } from './shapes.ts'

/** How cells look once inverse and the terminal's own colors are resolved. */
export interface Look {
  /** Undefined is the color of all text. */
  readonly color: string | undefined
  /** Undefined is the window's own. */
  readonly ground: string | undefined
  readonly bold: boolean
  readonly dim: boolean
  readonly underline: boolean
}

/** Cells side by side that become one element. */
interface Run {
  readonly column: number
  readonly look: Look
  readonly kind: string
  readonly cells: Cell[]
}

export interface Placed extends Run {
  readonly row: number
  /** How many rows it goes down: more than 1 for an upright line. */
  tall: number
}

/** What a cell looks like in a terminal with such a ground. */
export function lookOf({ color, ground, inverse, bold, dim, underline }: Cell, own: Ground): Look {
  const front = color === undefined ? undefined : hexOf(color, own)
  const back = ground === undefined ? undefined : hexOf(ground, own)
  return {
    color: inverse ? (back ?? own.ground) : front,
    ground: inverse ? (front ?? own.text) : back,
    ...{ bold, dim, underline },
  }
}

/** Whether their texts look alike; the ground behind is drawn by itself. */
function isSame(one: Look, other: Look): boolean {
  return (
    one.color === other.color &&
    one.bold === other.bold &&
    one.dim === other.dim &&
    one.underline === other.underline
  )
}

/**
 * All that is drawn, from the top down. An upright line through many rows is one element: between its pieces a hair's
 * breadth would shine through.
 */
export function placedRuns(
  rows: readonly (readonly Cell[])[],
  looks: readonly (readonly Look[])[],
): readonly Placed[] {
  const all: Placed[] = []
  const above = new Map<number, Placed>()
  rows.forEach((cells, row) => {
    for (const run of runsOf(cells, looks[row] ?? [])) {
      const before = isUpright(run) ? above.get(run.column) : undefined
      if (before !== undefined && before.row + before.tall === row && isAlike(before, run)) {
        before.tall++
        continue
      }
      const placed = { ...run, row, tall: 1 }
      all.push(placed)
      if (isUpright(run)) above.set(run.column, placed)
    }
  })
  return all
}

/** A row as runs, from left to right; blanks that can't be seen are in none. */
function runsOf(row: readonly Cell[], looks: readonly Look[]): readonly Run[] {
  const runs: Run[] = []
  row.forEach((each, column) => {
    const look = looks[column]
    if (look === undefined) return
    const last = runs.at(-1)
    const kind = kindOf(each)
    const joins = each.width === 0 || (kind !== 'sign' && last?.kind === kind && isSame(last.look, look))
    if (joins && last !== undefined) last.cells.push(each)
    else runs.push({ column, look, kind, cells: [each] })
  })
  return runs.flatMap(pieces)
}

/**
 * What may stand in one element: letters that every monospaced font has in its own width; a sign that may come from
 * another font has one of its own; shapes of one kind.
 */
function kindOf({ text, width }: Cell): string {
  const shape = shapeOf(text)
  if (shape !== undefined) return shape.kind === 'drawn' ? 'drawn' : `filled ${shape.opacity}`
  return width <= 1 && /^[\x20-\x7e\xa0-\xac\xae-\xff\u2010-\u2026]*$/.test(text) ? 'letters' : 'sign'
}

/**
 * Without the blanks at both ends, and in pieces where there are several in a row: they can't be seen unless they are
 * underlined, and what is between them has its own place.
 */
function pieces(run: Run): readonly Run[] {
  if (run.look.underline || run.kind !== 'letters') return [run]
  const { cells } = run
  const begins = cells.flatMap((each, at) => {
    const follows = at > 0 && (isInk(cells[at - 1]) || isInk(cells[at - 2]))
    return isInk(each) && !follows ? [at] : []
  })
  return begins.map((from, at) => {
    const piece = cells.slice(from, begins[at + 1])
    return { ...run, column: run.column + from, cells: piece.slice(0, piece.findLastIndex(isInk) + 1) }
  })
}

function isInk(each: Cell | undefined): boolean {
  return each !== undefined && each.text.trim() !== ''
}

function isAlike(one: Run, other: Run): boolean {
  return one.cells[0]?.text === other.cells[0]?.text && isSame(one.look, other.look)
}

/** One cell of a line from the cell's top to its bottom. */
function isUpright({ cells: [first, ...more] }: Run): boolean {
  const shape = first === undefined || more.length > 0 ? undefined : shapeOf(first.text)
  const narrow = ({ y, width, height }: Rectangle) =>
    y === 0 && height === cell.height && width < cell.width / 2
  return shape?.kind === 'filled' && shape.rectangles.every(narrow)
}
