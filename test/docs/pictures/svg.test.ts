import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pictureText } from '../../../docs/pictures/picture-text.ts'
import { pictureSvg } from '../../../docs/pictures/svg.ts'
import { type Cell, plainCell } from '../../e2e/cells.ts'

const words = { title: 'a title', description: 'what is seen', ground: 'dark' } as const

function row(text: string, style: Partial<Cell> = {}): readonly Cell[] {
  return Array.from(text, (character) => ({ ...plainCell(character), ...style }))
}

const draw = (...rows: readonly (readonly Cell[])[]) => pictureSvg({ ...words, rows })

/** The elements of the screen, without the window around it. */
function screenOf(svg: string): readonly string[] {
  const lines = svg.split('\n')
  return lines.slice(lines.findIndex((line) => line.startsWith('<g id="screen"')) + 1, lines.indexOf('</g>'))
}

test('a run of equal style is one text at its exact place and of its exact width', () => {
  const svg = draw(row('ab'), [...row(' c d', { bold: true }), ...row('e')])
  expect(screenOf(svg)).toEqual([
    '<text x="0" y="13.4" textLength="16.8">ab</text>',
    '<text x="8.4" y="31.4" textLength="25.2" font-weight="bold">c d</text>',
    '<text x="33.6" y="31.4" textLength="8.4">e</text>',
  ])
})

test('what several blanks divide has places of its own, so that no reader of SVG can lose a column', () => {
  expect(screenOf(draw(row('a b  c')))).toEqual([
    '<text x="0" y="13.4" textLength="25.2">a b</text>',
    '<text x="42" y="13.4" textLength="8.4">c</text>',
  ])
})

test('colors of the terminal, of the 256 and of the 16 million come out as they are', () => {
  const fills = [2, 8, 16, 196, 244, '#60a5fa'] as const
  const svg = draw(fills.flatMap((color) => row('x', { color })))
  expect(Array.from(svg.matchAll(/textLength="8.4" fill="([^"]*)"/g), ([, fill]) => fill)).toEqual([
    ...['#3fb950', '#6e7681', '#000000', '#ff0000', '#808080', '#60a5fa'],
  ])
})

test('inverse has the color as its ground and the ground as its color; cells side by side share a rectangle', () => {
  const [ground, text] = screenOf(draw([...row('a '), ...row(' k ', { inverse: true, color: '#f87171' })]))
  expect(ground).toBe('<rect x="16.8" y="0" width="25.2" height="18" fill="#f87171"/>')
  expect(text).toContain('>a<')
  expect(screenOf(draw(row('k', { inverse: true }))).join('')).toMatch(/fill="#e6edf3".*fill="#10151d"/)
})

test('bold, dim and underline are told apart, and an underlined blank is seen', () => {
  expect(screenOf(draw(row('x', { bold: true, dim: true }))).join('')).toContain(
    ' font-weight="bold" opacity="0.65">x<',
  )
  expect(screenOf(draw(row('  ', { underline: true }))).join('')).toContain(
    ' text-decoration="underline">  <',
  )
})

test('lines are geometry: a whole rule is one rectangle, and a border through many rows as well', () => {
  expect(screenOf(draw(row('────')))).toEqual([
    '<path transform="translate(0 0)" data-text="────" d="M0 8.4h33.6v1.2h-33.6z"/>',
  ])
  const [border, ...rest] = screenOf(draw(row('│a'), row('│b'), row('│c')))
  expect(border).toBe(
    '<path transform="translate(0 0)" data-text="│" data-rows="3" d="M3.6 0h1.2v54h-1.2z"/>',
  )
  expect(rest).toHaveLength(3)
})

test('a sign that may come from another font has a cell of its own, and is made to fit', () => {
  expect(screenOf(draw(row('✓ ok')))).toEqual([
    '<text x="0" y="13.4" textLength="8.4" lengthAdjust="spacingAndGlyphs">✓</text>',
    '<text x="16.8" y="13.4" textLength="16.8">ok</text>',
  ])
})

test('a wide character takes two cells, and what follows is at its place', () => {
  const svg = draw([plainCell('漢', 2), plainCell('', 0), ...row('x')])
  expect(screenOf(svg)[0]).toContain('textLength="16.8"')
  expect(screenOf(svg)[1]).toContain('x="16.8"')
  expect(pictureText(svg)).toEqual(['漢x'])
})

test('signs of XML are escaped, control characters and halves of characters are shown as lost', () => {
  const rows = [row('a<b>&"\u0007'), [plainCell('\ud800')]]
  const svg = pictureSvg({ ...words, title: '<x>\u001b[2J', rows })
  expect(svg).toContain('>a&lt;b&gt;&amp;&quot;<')
  expect(svg).toContain('<title id="title">&lt;x&gt;\ufffd[2J</title>')
  expect(svg).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  expect(svg.isWellFormed()).toBe(true)
  expect(pictureText(svg)).toEqual(['a<b>&"\ufffd', '\ufffd'])
})

test('there is a title and a description for who cannot see it, and nothing that runs or comes from elsewhere', () => {
  const svg = draw(row('x'))
  expect(svg).toContain('role="img" aria-labelledby="title description"')
  expect(svg).toContain('<desc id="description">what is seen</desc>')
  expect(svg).not.toMatch(/<script|<foreignObject|<image|href|@import|url\(/)
})

test('on a light ground the terminal is light', () => {
  const svg = pictureSvg({ ...words, ground: 'light', rows: [row('x')] })
  expect(svg).toContain('fill="#ffffff"')
  expect(svg).toContain('fill="#1f2328"')
})

const character = fc.oneof(
  fc.constantFrom(...' ab<&>"│─━╭╮╰╯█▁░▏✓◐…é·↶'),
  fc.constant(' '),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 1 })
    .filter((text) => !/[\x00-\x1f\x7f-\x9f\ufffe\uffff]|\p{Zs}|\p{Zl}|\p{Zp}/u.test(text)),
)

const anyCell: fc.Arbitrary<readonly Cell[]> = fc
  .record({
    text: character,
    wide: fc.boolean(),
    color: fc.constantFrom(undefined, 3, '#60a5fa' as const),
    ground: fc.constantFrom(undefined, 4),
    bold: fc.boolean(),
    dim: fc.boolean(),
    underline: fc.boolean(),
    inverse: fc.boolean(),
  })
  .map(({ wide, ...cell }) => {
    const isWide = wide && cell.text.length > 1
    return [{ ...cell, width: isWide ? 2 : 1 }, ...(isWide ? [{ ...cell, text: '', width: 0 }] : [])]
  })

test('whatever is on the screen, the text of its picture is the text of the screen', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyCell, { maxLength: 12 }), { maxLength: 5 }), (rows) => {
      const flat = rows.map((cells) => cells.flat())
      const text = flat.map((cells) =>
        cells
          .map((each) => each.text)
          .join('')
          .trimEnd(),
      )
      const read = pictureText(draw(...flat))
      expect([...read, ...Array<string>(text.length - read.length).fill('')]).toEqual(text)
    }),
  )
})
