import { expect, test } from 'vitest'
import { fieldLine } from '../../src/tui/field-line.ts'
import { cells, textOf } from '../../src/tui/line.ts'
import { emptyField, type FieldKey, typeInto } from '../../src/tui/text-field.ts'

function typed(...keys: readonly (string | FieldKey)[]) {
  return keys.reduce(
    (field, key) => typeInto(field, typeof key === 'string' ? { input: key } : key),
    emptyField,
  )
}

const left: FieldKey = { input: '', left: true }
const backspace: FieldKey = { input: '', backspace: true }

test('characters go in at the cursor, and backspace takes the one before it', () => {
  expect(typed('a', 'c', left, 'b')).toEqual({ text: 'abc', at: 2 })
  expect(typed('a', 'b', left, backspace)).toEqual({ text: 'b', at: 0 })
  expect(typed(backspace)).toEqual(emptyField)
})

test('a character that is made of several code points is one', () => {
  expect(typed('a👩‍🚒', backspace).text).toBe('a')
  expect(typed('e\u0301x', left, left)).toEqual({ text: 'e\u0301x', at: 0 })
})

test('ctrl-u takes everything before the cursor, ctrl-w the word, ctrl-a and ctrl-e go to the ends', () => {
  expect(typed('one two', left, { input: 'u', ctrl: true })).toEqual({ text: 'o', at: 0 })
  expect(typed('one two', { input: 'w', ctrl: true }).text).toBe('one ')
  expect(typed('ab', { input: 'a', ctrl: true }, 'x', { input: 'e', ctrl: true }, 'y').text).toBe('xaby')
})

test('what is pasted loses line breaks and control characters', () => {
  expect(typed('a\r\nb\u001b[31mc\u0007').text).toBe('a b[31mc')
})

test('a field that is longer than its row shows the part around the cursor', () => {
  const field = typed('x'.repeat(100), 'end')
  const line = fieldLine(field, 20, { ascii: false, palette: {} })
  expect(textOf(line)).toMatch(/^› x+end $/)
  expect(cells(textOf(line))).toBeLessThanOrEqual(20)
})

test('a secret is shown as stars', () => {
  expect(textOf(fieldLine(typed('hunter2'), 40, { ascii: true, palette: {} }, true))).toBe('> ******* ')
})
