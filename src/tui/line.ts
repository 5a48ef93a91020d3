/** A row of the screen as plain data: segments with a style, measured in terminal cells. */
import stringWidth from 'string-width'

export interface Style {
  readonly color?: string
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

/** Terminal cells that a text takes; fast where it is plain ASCII, as nearly everything is. */
export function cells(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text)
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
export function cut(text: string, width: number): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.slice(0, Math.max(0, width))
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

/** A line with one part at the left edge and one at the right; the left one gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right)
  if (rightWidth >= width) return fitted(right, width)
  return [...fitted(left, width - rightWidth), ...right]
}

/** Breaks a text at blanks into lines of at most `width` cells; a word that is longer is cut into pieces. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(/ +/)) {
      const joined = line === '' ? word : `${line} ${word}`
      if (cells(joined) <= width) {
        line = joined
        continue
      }
      if (line !== '') lines.push(line)
      let rest = word
      while (cells(rest) > width && width > 0) {
        const piece = cut(rest, width)
        lines.push(piece)
        rest = rest.slice(piece.length)
      }
      line = rest
    }
    lines.push(line)
  }
  return lines
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

/** The text of a line, without its styles. */
export function textOf(line: Line): string {
  return line.map((segment) => segment.text).join('')
}
