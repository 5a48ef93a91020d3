/** A terminal's cells → an SVG picture of its window. */
import type { Cell } from '../../test/e2e/cells.ts'
import { type Ground, grounds } from './colors.ts'
import { type Look, lookOf, type Placed, placedRuns } from './runs.ts'
import { cell, type Rectangle, shapeOf, thin } from './shapes.ts'
import { escapeXml } from './xml.ts'

export interface Picture {
  /** Stands in the window's bar, and is what a screen reader says first. */
  readonly title: string
  /** What is seen, for who can't. */
  readonly description: string
  readonly ground: 'dark' | 'light'
  readonly rows: readonly (readonly Cell[])[]
}

const size = { font: 14, bar: 34, margin: 14, corner: 10 } as const

/** The first that a reader has; all but the last are about 0.6 em wide, as our cells are. */
const fonts =
  "ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono','Liberation Mono',Consolas,'Courier New',monospace"

/**
 * The picture as a whole SVG file. Each run of equal style is an element at its exact place and of its exact width, so
 * that a font whose letters are wider or narrower changes no column. There are no scripts and nothing from elsewhere.
 */
export function pictureSvg({ title, description, ground: name, rows }: Picture): string {
  const ground = grounds[name]
  const columns = Math.max(1, ...rows.map((row) => row.length))
  const width = round(columns * cell.width + 2 * size.margin)
  const height = round(size.bar + rows.length * cell.height + 1.5 * size.margin)
  const looks = rows.map((row) => row.map((each) => lookOf(each, ground)))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="description">${escapeXml(description)}</desc>`,
    ...windowOf(title, ground, width, height),
    `<g id="screen" transform="translate(${size.margin} ${size.bar + size.margin / 2})" font-family="${fonts}" font-size="${size.font}" fill="${ground.text}" xml:space="preserve" style="white-space:pre">`,
    ...looks.flatMap(groundsOf),
    ...placedRuns(rows, looks).map((run) => elementOf(run, ground)),
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

function windowOf(title: string, ground: Ground, width: number, height: number): readonly string[] {
  const { bar, corner } = size
  const inner = `width="${width - 1}" height="${height - 1}" rx="${corner}"`
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (color, at) => `<circle cx="${20 + at * 20}" cy="${bar / 2}" r="6" fill="${color}"/>`,
  )
  return [
    `<rect x=".5" y=".5" ${inner} fill="${ground.ground}"/>`,
    `<path d="M.5 ${bar}V${corner + 0.5}a${corner} ${corner} 0 0 1 ${corner}-${corner}h${width - 1 - 2 * corner}a${corner} ${corner} 0 0 1 ${corner} ${corner}V${bar}z" fill="${ground.bar}"/>`,
    `<rect x=".5" y=".5" ${inner} fill="none" stroke="${ground.edge}"/>`,
    ...dots,
    `<text x="${width / 2}" y="${bar / 2 + 4.5}" text-anchor="middle" font-family="system-ui,-apple-system,'Segoe UI',sans-serif" font-size="13" fill="${ground.title}">${escapeXml(title)}</text>`,
  ]
}

/** What is behind the text, where that isn't the window's own ground: a rectangle for cells side by side. */
function groundsOf(looks: readonly Look[], row: number): readonly string[] {
  return looks.flatMap(({ ground }, column) => {
    if (ground === undefined || looks[column - 1]?.ground === ground) return []
    const end = looks.findIndex((look, at) => at > column && look.ground !== ground)
    const count = (end === -1 ? looks.length : end) - column
    const place = `x="${left(column)}" y="${top(row)}" width="${left(count)}" height="${cell.height}"`
    return [`<rect ${place} fill="${ground}"/>`]
  })
}

function elementOf({ column, look, kind, cells, row, tall }: Placed, ground: Ground): string {
  const text = escapeXml(cells.map((each) => each.text).join(''))
  if (kind === 'letters' || kind === 'sign') {
    // Letters are moved apart; a sign that is too wide for its cell is made narrower.
    const adjust = kind === 'sign' ? ' lengthAdjust="spacingAndGlyphs"' : ''
    const place = `x="${left(column)}" y="${round(row * cell.height + cell.baseline)}"`
    return `<text ${place} textLength="${left(cells.length)}"${adjust}${attributesOf(look)}>${text}</text>`
  }
  const shapes = cells.map((each) => shapeOf(each.text))
  const repeats = tall === 1 ? '' : ` data-rows="${tall}"`
  const place = `transform="translate(${left(column)} ${top(row)})" data-text="${text}"${repeats}`
  if (kind === 'drawn') {
    const paths = shapes.map((shape, at) =>
      shape?.kind === 'drawn' ? `<path transform="translate(${left(at)} 0)" d="${shape.path}"/>` : '',
    )
    const stroke = `stroke="${look.color ?? ground.text}" stroke-width="${thin}"${dimmed(look)}`
    return `<g ${place} fill="none" ${stroke}>${paths.join('')}</g>`
  }
  const rectangles = shapes.flatMap((shape, at) =>
    shape?.kind === 'filled'
      ? shape.rectangles.map((one) => ({ ...one, x: one.x + at * cell.width, height: one.height * tall }))
      : [],
  )
  const [shade = 1] = shapes.flatMap((shape) => (shape?.kind === 'filled' ? [shape.opacity] : []))
  const opacity = shade === 1 ? '' : ` fill-opacity="${shade}"`
  return `<path ${place} d="${joined(rectangles).map(outline).join('')}"${opacity}${attributesOf(look)}/>`
}

function attributesOf(look: Look): string {
  return [
    look.color === undefined ? '' : ` fill="${look.color}"`,
    look.bold ? ' font-weight="bold"' : '',
    dimmed(look),
    look.underline ? ' text-decoration="underline"' : '',
  ].join('')
}

/** A contrast above 4.5 to 1 is left on both grounds. */
function dimmed({ dim }: Look): string {
  return dim ? ' opacity="0.65"' : ''
}

/** Rectangles that meet side by side, as one: between two of them a hair's breadth would shine through. */
function joined(rectangles: readonly Rectangle[]): readonly Rectangle[] {
  const all: Rectangle[] = []
  for (const next of rectangles) {
    const at = all.findIndex(
      ({ x, y, width, height }) =>
        y === next.y && height === next.height && Math.abs(x + width - next.x) < 0.01,
    )
    const before = all[at]
    if (before === undefined) all.push(next)
    else all[at] = { ...before, width: next.x + next.width - before.x }
  }
  return all
}

function outline({ x, y, width, height }: Rectangle): string {
  return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h-${round(width)}z`
}

function left(column: number): number {
  return round(column * cell.width)
}

function top(row: number): number {
  return row * cell.height
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
