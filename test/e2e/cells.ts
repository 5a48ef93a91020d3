/** What stands in each cell of a terminal, and how it looks, as plain data. */
import type { IBuffer, IBufferCell } from '@xterm/headless'

/** A number of the 256 colors, or one of the 16 million. */
export type Color = number | `#${string}`

export interface Cell {
  /** One character with its marks; a blank where nothing was written. */
  readonly text: string
  /** 2 for a wide character; it is followed by a cell of width 0 that has no text. */
  readonly width: number
  /** Undefined is the terminal's own. */
  readonly color: Color | undefined
  readonly ground: Color | undefined
  readonly bold: boolean
  readonly dim: boolean
  readonly underline: boolean
  readonly inverse: boolean
}

/** A cell with no more than its text. */
export function plainCell(text: string, width = 1): Cell {
  const look = { bold: false, dim: false, underline: false, inverse: false }
  return { text, width, color: undefined, ground: undefined, ...look }
}

/** The rows that are in sight, each of so many cells. */
export function cellsOf(buffer: IBuffer, columns: number, rows: number): readonly (readonly Cell[])[] {
  return Array.from({ length: rows }, (_, row) => {
    const line = buffer.getLine(buffer.viewportY + row)
    return Array.from({ length: columns }, (_, column) => {
      const cell = line?.getCell(column)
      return cell === undefined ? plainCell(' ') : read(cell)
    })
  })
}

function read(cell: IBufferCell): Cell {
  const width = cell.getWidth()
  const text = cell.getChars()
  return {
    text: text === '' && width > 0 ? ' ' : text,
    width,
    color: cell.isFgRGB() ? hex(cell.getFgColor()) : cell.isFgPalette() ? cell.getFgColor() : undefined,
    ground: cell.isBgRGB() ? hex(cell.getBgColor()) : cell.isBgPalette() ? cell.getBgColor() : undefined,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
  }
}

function hex(color: number): Color {
  return `#${color.toString(16).padStart(6, '0')}`
}
