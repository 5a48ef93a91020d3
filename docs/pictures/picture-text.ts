/** The text in a picture, to be held against a screen. */
import { cell } from './shapes.ts'
import { unescapeXml } from './xml.ts'

/** The rows of a picture that `pictureSvg` drew, as `Terminal.screen` gives them: without the blanks at their ends. */
export function pictureText(svg: string): readonly string[] {
  const rows: string[][] = []
  for (const { row, column, texts } of elementsIn(svg)) {
    const line = rows[row] ?? []
    rows[row] = line
    texts.forEach((text, at) => {
      line[column + at] = text
    })
  }
  return Array.from(rows, (line) =>
    Array.from(line ?? [], (text) => text ?? ' ')
      .join('')
      .trimEnd(),
  )
}

interface Element {
  readonly row: number
  readonly column: number
  /** What stands in each of its cells: nothing in the second one of a wide character. */
  readonly texts: readonly string[]
}

const letters =
  /<text x="(?<x>[\d.]+)" y="(?<y>[\d.]+)" textLength="(?<length>[\d.]+)"(?<sign> lengthAdjust)?[^>]*>(?<text>[^<]*)</g
const drawings =
  /translate\((?<x>[\d.]+) (?<y>[\d.]+)\)" data-text="(?<text>[^"]*)"(?: data-rows="(?<tall>\d+)")?/g

function elementsIn(svg: string): readonly Element[] {
  const screen = svg.slice(svg.indexOf('<g id="screen"'))
  const inCells = (length = '') => Math.round(Number(length) / cell.width)
  return [
    ...Array.from(screen.matchAll(letters), ({ groups = {} }) => {
      const { x, y, length, sign, text = '' } = groups
      const characters = sign === undefined ? [...unescapeXml(text)] : [unescapeXml(text)]
      const rest = Array<string>(Math.max(0, inCells(length) - characters.length)).fill('')
      const row = Math.round((Number(y) - cell.baseline) / cell.height)
      return { row, column: inCells(x), texts: [...characters, ...rest] }
    }),
    ...Array.from(screen.matchAll(drawings)).flatMap(({ groups = {} }) =>
      Array.from({ length: Number(groups.tall ?? 1) }, (_, down) => ({
        row: Math.round(Number(groups.y) / cell.height) + down,
        column: inCells(groups.x),
        texts: [...unescapeXml(groups.text ?? '')],
      })),
    ),
  ]
}
