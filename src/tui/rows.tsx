/** Draws rows: a `<Text>` each, and nothing for a row that has not changed. */
import { Box, Text } from 'ink'
import { memo } from 'react'
import { clean } from '../shell/clean.ts'
import type { Line, Segment } from './line.ts'
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

const Row = memo(
  function Row({ line, palette }: { readonly line: Line; readonly palette: Palette }) {
    return (
      <Text wrap="truncate">
        {line.map((segment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: segments have no other identity
          <Piece key={index} segment={segment} palette={palette} />
        ))}
      </Text>
    )
  },
  (before, after) => before.palette === after.palette && sameLine(before.line, after.line),
)

/** What a segment quotes is clean where it is read; here, where all comes through, it is once more. */
function Piece({ segment, palette }: { readonly segment: Segment; readonly palette: Palette }) {
  const { text, color: hue, bold, dim, inverse, underline } = segment
  const color = hue === undefined ? undefined : palette[hue]
  return (
    <Text
      {...(color === undefined ? {} : { color })}
      bold={bold === true}
      dimColor={dim === true}
      inverse={inverse === true}
      underline={underline === true}
    >
      {clean(text)}
    </Text>
  )
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
