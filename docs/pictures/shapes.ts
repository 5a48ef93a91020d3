/**
 * Box drawing and block elements as geometry: lines that meet whatever font a reader has, which no font's own signs do
 * in rows of another's height.
 */

/** The size of a cell in the picture's units, and how far down its letters stand. */
export const cell = { width: 8.4, height: 18, baseline: 13.4 } as const

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type Shape =
  | { readonly kind: 'filled'; readonly rectangles: readonly Rectangle[]; readonly opacity: number }
  /** A rounded corner: an SVG path, drawn as a line. */
  | { readonly kind: 'drawn'; readonly path: string }

export const thin = 1.2
const thick = 2.6

/** The thickness of the arms to the left, up, right and down. */
type Arms = readonly [left: number, up: number, right: number, down: number]

const boxes: ReadonlyMap<string, Arms> = new Map([
  ['─', [thin, 0, thin, 0]],
  ['━', [thick, 0, thick, 0]],
  ['│', [0, thin, 0, thin]],
  ['┃', [0, thick, 0, thick]],
  ['┌', [0, 0, thin, thin]],
  ['┐', [thin, 0, 0, thin]],
  ['└', [0, thin, thin, 0]],
  ['┘', [thin, thin, 0, 0]],
  ['├', [0, thin, thin, thin]],
  ['┤', [thin, thin, 0, thin]],
  ['┬', [thin, 0, thin, thin]],
  ['┴', [thin, thin, thin, 0]],
  ['┼', [thin, thin, thin, thin]],
  ['╴', [thin, 0, 0, 0]],
  ['╵', [0, thin, 0, 0]],
  ['╶', [0, 0, thin, 0]],
  ['╷', [0, 0, 0, thin]],
  ['╸', [thick, 0, 0, 0]],
  ['╹', [0, thick, 0, 0]],
  ['╺', [0, 0, thick, 0]],
  ['╻', [0, 0, 0, thick]],
])

/** Dashes in a cell, and their thickness. */
const dashes: ReadonlyMap<string, readonly [count: number, thickness: number]> = new Map([
  ['╌', [2, thin]],
  ['╍', [2, thick]],
  ['┄', [3, thin]],
  ['┅', [3, thick]],
  ['┈', [4, thin]],
  ['┉', [4, thick]],
])

const shades: ReadonlyMap<string, number> = new Map([
  ['░', 0.25],
  ['▒', 0.5],
  ['▓', 0.75],
])

const middle = { x: cell.width / 2, y: cell.height / 2 } as const

/** Each begins just beyond one edge of the cell and ends at another, with a quarter of a circle between. */
const corners: ReadonlyMap<string, string> = new Map([
  ['╭', `M${middle.x} ${cell.height + 0.4}V${middle.y + 4}q0-4 4-4H${cell.width}`],
  ['╮', `M${middle.x} ${cell.height + 0.4}V${middle.y + 4}q0-4-4-4H0`],
  ['╰', `M${middle.x}-0.4V${middle.y - 4}q0 4 4 4H${cell.width}`],
  ['╯', `M${middle.x}-0.4V${middle.y - 4}q0 4-4 4H0`],
])

/** How a character is drawn in a cell whose corner is at 0, 0; undefined for one that is text. */
export function shapeOf(character: string): Shape | undefined {
  const path = corners.get(character)
  if (path !== undefined) return { kind: 'drawn', path }
  const opacity = shades.get(character)
  if (opacity !== undefined) return filled([part(0, 0, 1, 1)], opacity)
  const arms = boxes.get(character)
  if (arms !== undefined) return filled(armsOf(arms))
  const dashed = dashes.get(character)
  if (dashed !== undefined) return filled(dashesOf(...dashed))
  const block = blockOf(character)
  return block === undefined ? undefined : filled([block])
}

function filled(rectangles: readonly Rectangle[], opacity = 1): Shape {
  return { kind: 'filled', rectangles, opacity }
}

/** Arms reach over the middle by half of the thickest, so that corners have no notch. */
function armsOf([left, up, right, down]: Arms): readonly Rectangle[] {
  const { x, y } = middle
  const over = Math.max(left, up, right, down) / 2
  if (left === right && up + down === 0) return [level(0, cell.width, left)]
  if (up === down && left + right === 0) return [upright(0, cell.height, up)]
  return [
    ...(left > 0 ? [level(0, x + over, left)] : []),
    ...(right > 0 ? [level(x - over, cell.width, right)] : []),
    ...(up > 0 ? [upright(0, y + over, up)] : []),
    ...(down > 0 ? [upright(y - over, cell.height, down)] : []),
  ]
}

function dashesOf(count: number, thickness: number): readonly Rectangle[] {
  const each = cell.width / count
  return Array.from({ length: count }, (_, at) => level(each * (at + 0.2), each * (at + 0.8), thickness))
}

function level(from: number, to: number, thickness: number): Rectangle {
  return { x: from, y: middle.y - thickness / 2, width: to - from, height: thickness }
}

function upright(from: number, to: number, thickness: number): Rectangle {
  return { x: middle.x - thickness / 2, y: from, width: thickness, height: to - from }
}

/** U+2580 to U+2590 and U+2594, U+2595: halves and eighths of a cell. */
function blockOf(character: string): Rectangle | undefined {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x2580) return part(0, 0, 1, 0.5)
  if (code === 0x2590) return part(0.5, 0, 0.5, 1)
  if (code === 0x2594) return part(0, 0, 1, 1 / 8)
  if (code === 0x2595) return part(7 / 8, 0, 1 / 8, 1)
  const lower = code - 0x2580
  if (lower >= 1 && lower <= 8) return part(0, 1 - lower / 8, 1, lower / 8)
  const leftward = 0x2590 - code
  if (leftward >= 1 && leftward <= 7) return part(0, 0, leftward / 8, 1)
  return undefined
}

/** A part of the cell, in fractions of it. */
function part(x: number, y: number, width: number, height: number): Rectangle {
  return {
    x: x * cell.width,
    y: y * cell.height,
    width: width * cell.width,
    height: height * cell.height,
  }
}
