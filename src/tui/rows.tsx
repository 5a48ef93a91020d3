/** Draws rows: an element of Ink's each, and nothing for a row that has not changed. */
import chalk from 'chalk'
import { Box } from 'ink'
import { createElement, memo } from 'react'
import { clean } from '../shell/clean.ts'
import { type Line, type Segment, textOf } from './line.ts'
import type { Palette } from './palette.ts'

/** Lines as the frame functions give them, one under the other. */
export function Rows({ lines, palette }: { readonly lines: readonly Line[]; readonly palette: Palette }) {
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={row} line={line} palette={palette} />
      ))}
    </Box>
  )
}

/**
 * What Ink's own `<Text>` becomes, with its styles put on at the end: an element for each segment would cost React and
 * Ink many times as much, in the first frame and in every one after it.
 */
const Row = memo(
  function Row({ line, palette }: { readonly line: Line; readonly palette: Palette }) {
    const whole = { flexGrow: 0, flexShrink: 1, flexDirection: 'row', textWrap: 'truncate' }
    const text = clean(textOf(line))
    const props = { style: whole, internal_transform: (row: string) => inked(row, text, line, palette) }
    return createElement('ink-text', props, text)
  },
  (before, after) => before.palette === after.palette && sameLine(before.line, after.line),
)

/** The row as the terminal takes it; one that Ink had to cut stays without its styles for that moment. */
function inked(row: string, text: string, line: Line, palette: Palette): string {
  return row === text ? line.map((segment) => pieceOf(segment, palette)).join('') : row
}

/** What a segment quotes is clean where it is read; here, where all comes through, it is once more. */
function pieceOf({ text, color: hue, bold, dim, inverse, underline }: Segment, palette: Palette): string {
  const color = hue === undefined ? undefined : palette[hue]
  let piece = clean(text)
  if (dim === true) piece = chalk.dim(piece)
  if (color !== undefined) piece = chalk.hex(color)(piece)
  if (bold === true) piece = chalk.bold(piece)
  if (underline === true) piece = chalk.underline(piece)
  return inverse === true ? chalk.inverse(piece) : piece
}

function sameLine(one: Line, other: Line): boolean {
  return (
    one === other ||
    (one.length === other.length && one.every((segment, index) => sameSegment(segment, other[index])))
  )
}

function sameSegment(one: Segment, other: Segment | undefined): boolean {
  return (
    other !== undefined &&
    one.text === other.text &&
    one.color === other.color &&
    one.bold === other.bold &&
    one.dim === other.dim &&
    one.inverse === other.inverse &&
    one.underline === other.underline
  )
}
