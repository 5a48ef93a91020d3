/** Draws rows: a `<Text>` each, and nothing for a row that has not changed. */
import { Box, Text } from 'ink'
import { memo } from 'react'
import type { Line, Segment } from './line.ts'

/** Lines as the frame functions give them, one under the other. */
export function Rows({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={row} line={line} />
      ))}
    </Box>
  )
}

const Row = memo(
  function Row({ line }: { readonly line: Line }) {
    return (
      <Text wrap="truncate">
        {line.map((segment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: segments have no other identity
          <Piece key={index} segment={segment} />
        ))}
      </Text>
    )
  },
  (before, after) => sameLine(before.line, after.line),
)

function Piece({ segment }: { readonly segment: Segment }) {
  const { text, color, bold, dim, inverse, underline } = segment
  return (
    <Text
      {...(color === undefined ? {} : { color })}
      bold={bold === true}
      dimColor={dim === true}
      inverse={inverse === true}
      underline={underline === true}
    >
      {text}
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
