import { expect, test } from 'vitest'
import { keysOf } from '../../src/tui/keys-of.ts'

test('quick typing that came in one read is a key for each character', () => {
  expect(keysOf('aé👩‍🚒')).toEqual([{ input: 'a' }, { input: 'é' }, { input: '👩‍🚒' }])
})

test('a line end is Enter as the last of them, and a blank before that', () => {
  expect(keysOf('a\nb\r')).toEqual([
    { input: 'a' },
    { input: ' ' },
    { input: 'b' },
    { input: '', name: 'enter' },
  ])
})

test('ctrl, tab and backspace keep their meaning among other keys', () => {
  expect(keysOf('\u0015a\t\u007f\b')).toEqual([
    { input: 'u', ctrl: true },
    { input: 'a' },
    { input: '', name: 'tab' },
    { input: '', backspace: true },
    { input: '', backspace: true },
  ])
})
