/** A row of the screen as plain data: segments with a style, measured in terminal cells. */
import stringWidth from 'string-width'
import type { Hue } from './palette.ts'

export interface Style {
  readonly color?: Hue
  readonly bold?: boolean
  readonly dim?: boolean
  readonly inverse?: boolean
  readonly underline?: boolean
}

export interface Segment extends Style {
  readonly text: string
}

export type Line = readonly Segment[]

export const blank: Line = []

/** One segment with a style. */
export function styled(text: string, style: Style = {}): Segment {
  return { text, ...style }
}

export function plain(text: string): Line {
  return [{ text }]
}

/** Terminal cells that a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, segment) => sum + cells(segment.text), 0)
}

/** Signs of one cell each that join with nothing beside them: plain ASCII, letters, arrows, and what boxes are drawn with. */
const narrow =
  /^[\x20-\x7e\xa1-\xac\xae-\xff\u2010-\u2027\u2039\u203a\u2190-\u2319\u2500-\u25fc\u2713\u2717]*$/

/** Terminal cells that a text takes; fast for what screens are drawn with, as nearly everything is. */
export function cells(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text)
}

/** The line in exactly `width` cells: padded, or cut with an ellipsis. */
export function fitted(line: Line, width: number): Line {
  const wide = lineWidth(line)
  if (wide <= width) return wide === width ? line : [...line, { text: ' '.repeat(width - wide) }]
  if (width <= 0) return blank
  const kept: Segment[] = []
  let left = width - 1
  for (const segment of line) {
    const text = cut(segment.text, left)
    kept.push({ ...segment, text })
    left -= cells(text)
    if (text.length < segment.text.length) break
  }
  return fitted([...kept, { text: '…', dim: true }], width)
}

/** As much of the beginning of a text as goes into `width` cells. */
function cut(text: string, width: number): string {
  if (narrow.test(text)) return text.slice(0, Math.max(0, width))
  let taken = ''
  let left = width
  for (const character of text) {
    const wide = cells(character)
    if (wide > left) break
    taken += character
    left -= wide
  }
  return taken
}

/** What is left of a line when so many cells of its beginning are out of sight; a sign in the first cell says so. */
export function movedLeft(line: Line, by: number): Line {
  const text = textOf(line)
  return by <= 0 || text === ''
    ? line
    : [styled('…', { dim: true }), ...sliceLine(line, cut(text, by + 1).length)]
}

/** A line with one part at the left edge and one at the right; the left one gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right)
  if (rightWidth >= width) return fitted(right, width)
  return [...fitted(left, width - rightWidth), ...right]
}

/** Breaks a text at blanks into lines of at most `width` cells; a word that is longer is cut into pieces. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapWords([{ text: paragraph }], width).map(textOf))
}

/** Breaks a line at blanks like `wrap`; its segments keep their styles. */
export function wrapWords(line: Line, width: number): readonly Line[] {
  const text = textOf(line)
  const rows: Line[] = []
  let start = 0
  let end = 0
  for (const { index, 0: word } of text.matchAll(/[^ ]+/g)) {
    if (cells(text.slice(start, index + word.length)) <= width) {
      end = index + word.length
      continue
    }
    if (end > start) rows.push(sliceLine(line, start, end))
    start = index
    end = index + word.length
    while (cells(text.slice(start, end)) > width && width > 0) {
      const piece = cut(text.slice(start, end), width)
      rows.push(sliceLine(line, start, start + Math.max(1, piece.length)))
      start += Math.max(1, piece.length)
    }
  }
  return [...rows, sliceLine(line, start, end)]
}

/** The line in rows of at most `width` cells, the second and later ones set in by so many. */
export function wrapHanging(line: Line, width: number, indent: number): readonly Line[] {
  const [head = blank] = wrapWords(line, width)
  const rest = sliceLine(line, textOf(head).length)
  if (textOf(rest).trim() === '') return [head]
  return [
    head,
    ...wrapWords(rest, width - indent).map((row) => [styled(' '.repeat(indent)), ...trimStart(row)]),
  ]
}

function trimStart(line: Line): Line {
  return sliceLine(line, textOf(line).length - textOf(line).trimStart().length)
}

/** The end of a text in at most `width` cells, with an ellipsis where its beginning is left out. */
export function endOf(text: string, width: number): string {
  if (cells(text) <= width) return text
  let taken = ''
  for (const character of [...text].toReversed()) {
    if (cells(character + taken) > width - 1) break
    taken = character + taken
  }
  return `…${taken}`
}

/**
 * Breaks a line of segments into lines of at most `width` cells: at a blank where there is one in the last third,
 * otherwise wherever the edge falls. Nothing is lost, since commands and output are shown as they are.
 */
export function wrapLine(line: Line, width: number): readonly Line[] {
  if (width <= 0) return []
  const lines: Line[] = []
  let rest = line
  while (lineWidth(rest) > width) {
    const text = cut(textOf(rest), width)
    const blankAt = text.lastIndexOf(' ') + 1
    const length = Math.max(1, blankAt > text.length * 0.66 ? blankAt : text.length)
    lines.push(sliceLine(rest, 0, length))
    rest = sliceLine(rest, length)
  }
  return [...lines, rest]
}

/** The segments of a line between two indices into its text. */
function sliceLine(line: Line, from: number, to = Number.POSITIVE_INFINITY): Line {
  let at = 0
  return line.flatMap((segment) => {
    const start = at
    at += segment.text.length
    const text = segment.text.slice(Math.max(0, from - start), Math.max(0, to - start))
    return text === '' ? [] : [{ ...segment, text }]
  })
}

const asciiFor: Readonly<Record<string, string>> = {
  '…': '~',
  '×': 'x',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
}

/** Our own signs, for a terminal without UTF-8, in as many cells. */
export function asciiSigns(line: Line): Line {
  return line.map((segment) => ({
    ...segment,
    text: segment.text.replace(/[…×↑↓←→]/g, (sign) => asciiFor[sign] ?? sign),
  }))
}

/** The text of a line, without its styles. */
export function textOf(line: Line): string {
  return line.map((segment) => segment.text).join('')
}
