import { expect, test } from 'vitest'
import { parseDuration } from '../../src/runbook/duration.ts'
import { readFenceInfo } from '../../src/runbook/fence-info.ts'
import { claim, isName, slug } from '../../src/runbook/names.ts'
import { nearest } from '../../src/runbook/spelling.ts'

test.each([
  ['500ms', 500],
  ['300s', 300_000],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
  ['1h1m1s1ms', 3_661_001],
  ['24h', 86_400_000],
])('%s is %i milliseconds', (text, ms) => {
  expect(parseDuration(text)).toEqual({ ok: true, ms })
})

test.each(['', '5', '1.5', 's', '5 s', '5S', '5d', '-5s', '30s1m', '25h', '0s', '1e3s', '٣s'])(
  '%j is no length of time',
  (text) => {
    expect(parseDuration(text).ok).toBe(false)
  },
)

test('a bare number is mended by its unit', () => {
  expect(parseDuration('300')).toMatchObject({
    why: '300 has no unit',
    mend: 'Write 300s for seconds, or give it in ms, m or h.',
  })
})

test('a slug holds the words of a heading, whatever the script', () => {
  expect(slug('1. Don’t “ship” it: v2!', 'step')).toBe('1-dont-ship-it-v2')
  expect(slug('Überprüfen', 'step')).toBe('uberprufen')
  expect(slug('デプロイ', 'step')).toBe('テフロイ'.normalize('NFKD'))
  expect(slug('❌', 'step')).toBe('step')
})

test('a claimed id is never given again', () => {
  const taken = new Set<string>(['a-2'])
  expect([claim(taken, 'a'), claim(taken, 'a'), claim(taken, 'a')]).toEqual(['a', 'a-3', 'a-4'])
})

test('a name is a word that no object has by itself', () => {
  expect(['ship', 'a-b_c', '1x'].every(isName)).toBe(true)
  expect(['', '-a', 'a b', 'a.b', 'ä', 'constructor'].some(isName)).toBe(false)
})

test('a slip of the finger is known for the word that was meant, another word is not', () => {
  expect(nearest('tiemout', ['timeout', 'name'])).toBe('timeout')
  expect(nearest('IDEL', ['LIVE', 'IDLE'])).toBe('IDLE')
  expect(nearest('window', ['timeout', 'name'])).toBeUndefined()
  expect(nearest('z', ['a'])).toBeUndefined()
})

test('the words and attributes of a fence are read with their columns', () => {
  expect(readFenceInfo(` verify {a=1 b="x y" c='z'}`, 4)).toEqual({
    words: [{ text: 'verify', column: 5 }],
    attributes: [
      { key: { text: 'a', column: 13 }, value: { text: '1', column: 15 } },
      { key: { text: 'b', column: 17 }, value: { text: 'x y', column: 20 } },
      { key: { text: 'c', column: 25 }, value: { text: 'z', column: 28 } },
    ],
    faults: [],
  })
})

test('JSON attributes are read with their columns', () => {
  expect(readFenceInfo(' {"name":"ship", "a":["x","y"], "b":5}', 3)).toEqual({
    words: [],
    attributes: [
      { key: { text: 'name', column: 5 }, value: { text: 'ship', column: 13 } },
      { key: { text: 'a', column: 20 }, value: { text: 'x,y', column: 24 } },
      { key: { text: 'b', column: 35 }, value: { text: '5', column: 39 } },
    ],
    faults: [],
  })
})

test('quotes inside quotes are kept', () => {
  expect(readFenceInfo(String.raw` {a="x \"y\" }"}`, 1).attributes[0]?.value.text).toBe('x "y" }')
})
