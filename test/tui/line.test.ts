import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import {
  cells,
  endOf,
  fitted,
  type Line,
  lineWidth,
  spread,
  textOf,
  wrap,
  wrapHanging,
  wrapLine,
} from '../../src/tui/line.ts'
import { proseRows } from '../../src/tui/prose.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii' }),
  fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '  ', '語', '👩‍🚒', 'é', '-') }),
)
const line: fc.Arbitrary<Line> = fc.array(
  fc.record({ text, bold: fc.boolean() }).map((segment) => segment),
  { maxLength: 5 },
)
const width = fc.integer({ min: 2, max: 40 })

test('what is counted without asking has the width that it is given when asked', () => {
  const signs = Array.from({ length: 0x3000 - 0x20 }, (_, index) => String.fromCharCode(index + 0x20))
  // A letter on either side joins with nothing that is counted so.
  const wrong = signs.filter(
    (sign) =>
      sign.isWellFormed() &&
      (cells(sign) !== stringWidth(sign) || cells(`│${sign}é`) !== stringWidth(`│${sign}é`)),
  )
  expect(wrong).toEqual([])
})

test('a fitted line has exactly its width', () => {
  fc.assert(fc.property(line, width, (one, wide) => lineWidth(fitted(one, wide)) === wide))
})

test('two parts spread over a row fill it exactly', () => {
  fc.assert(
    fc.property(line, line, width, (one, other, wide) => lineWidth(spread(one, other, wide)) === wide),
  )
})

test('a wrapped command loses nothing', () => {
  fc.assert(
    fc.property(line, width, (one, wide) => {
      const rows = wrapLine(one, wide)
      expect(rows.map(textOf).join('')).toBe(textOf(one))
      expect(rows.every((row) => lineWidth(row) <= wide)).toBe(true)
    }),
  )
})

test('wrapped words lose only blanks', () => {
  const words = (some: string) => some.replace(/[ \n]+/g, '')
  fc.assert(
    fc.property(text, width, (some, wide) => {
      const rows = wrap(some, wide)
      expect(words(rows.join(''))).toBe(words(some))
      expect(rows.every((row) => cells(row) <= wide)).toBe(true)
    }),
  )
})

test('a hanging text is set in from its second row on', () => {
  expect(wrapHanging([{ text: '› [ ] ' }, { text: 'hello there you all' }], 12, 6).map(textOf)).toEqual([
    '› [ ] hello',
    '      there',
    '      you',
    '      all',
  ])
})

test('of a long name the end is kept, since that tells it from others', () => {
  expect(endOf('arn:aws:eks:eu-central-1:123456789012:cluster/production', 12)).toBe('…/production')
  expect(endOf('short', 12)).toBe('short')
})

test('prose is wrapped as paragraphs and lists, its marks become styles', () => {
  const rows = proseRows('Nothing **at all** of\n`a_b_c` is *lost*.\n\n- one two three four\n- five', 14)
  expect(rows.map(textOf)).toEqual([
    'Nothing at all',
    'of a_b_c is',
    'lost.',
    '',
    '- one two',
    '  three four',
    '- five',
  ])
  expect(rows[0]?.find((segment) => segment.bold)?.text).toBe('at all')
})

test('marks that mean nothing stay as they are written', () => {
  expect(proseRows('2 * 3 * 4, snake_case_name, **open', 60).map(textOf)).toEqual([
    '2 * 3 * 4, snake_case_name, **open',
  ])
})
