/** A box over a screen, and the table of keys that a help is. */
import { blank, cells, fitted, type Line, lineWidth, plain, styled, wrapHanging } from './line.ts'
import type { KeyHint } from './run-ui.ts'
import type { Theme } from './theme.ts'

const WIDEST = 76

/** The body with a box in its middle, never taller than the body; what it covers is dimmed. */
export function boxOver(
  body: readonly Line[],
  rowsOf: (width: number, height: number) => readonly Line[],
  columns: number,
  theme: Theme,
): readonly Line[] {
  const width = Math.max(10, Math.min(WIDEST, columns - 8))
  const box = boxed(rowsOf(width, body.length - 2), width, theme)
  const left = Math.floor((columns - width - 4) / 2)
  const top = Math.max(0, Math.floor((body.length - box.length) / 2))
  return body.map((line, row) => {
    const over = box[row - top]
    return over === undefined
      ? line.map((segment) => ({ ...segment, dim: true }))
      : fitted([styled(' '.repeat(left)), ...over], columns)
  })
}

function boxed(rows: readonly Line[], width: number, { ascii }: Theme): readonly Line[] {
  const edge = ascii
    ? { h: '-', v: '|', a: '+', b: '+', c: '+', d: '+' }
    : { h: '─', v: '│', a: '╭', b: '╮', c: '╰', d: '╯' }
  const bar = edge.h.repeat(width + 2)
  return [
    plain(`${edge.a}${bar}${edge.b}`),
    ...rows.map((row): Line => [styled(`${edge.v} `), ...fitted(row, width), styled(` ${edge.v}`)]),
    plain(`${edge.c}${bar}${edge.d}`),
  ]
}

/** The keys with what they do, one under the other or, where they are too many, in two columns; `below` them the rest. */
export function helpTable(
  hints: readonly KeyHint[],
  below: readonly Line[],
  width: number,
  height: number,
): readonly Line[] {
  const head: Line = [styled('The keys that work now', { bold: true })]
  const tall = [head, ...hints.flatMap((hint) => hintRows(hint, 14, width)), blank, ...below]
  if (tall.length <= height) return tall
  const half = Math.ceil(hints.length / 2)
  const wide = Math.floor((width - 2) / 2)
  const column = (some: readonly KeyHint[]) => {
    const keys = Math.max(...some.map(({ key }) => cells(key))) + 2
    return some.flatMap((hint) => hintRows(hint, keys, wide))
  }
  const left = column(hints.slice(0, half))
  const right = column(hints.slice(half))
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, row): Line => {
    const beside = right[row] ?? blank
    return [...fitted(left[row] ?? blank, wide + 2), ...beside]
  })
  const room = height - 1 - below.length
  return [head, ...rows.slice(0, Math.max(0, room)), ...below].slice(0, height)
}

function hintRows({ key, does }: KeyHint, keys: number, width: number): readonly Line[] {
  const row = [styled(key.padEnd(keys), { bold: true }), styled(does)]
  return lineWidth(row) <= width ? [row] : wrapHanging(row, width, keys)
}
