import { expect, test } from 'vitest'
import { sampleWords } from '../../src/run/sample-words.ts'

const out = (text: string) => ({ stream: 'stdout', text }) as const
const err = (text: string) => ({ stream: 'stderr', text }) as const

test('a good sample says its first line, without its sign', () => {
  expect(sampleWords([out(''), out('✓ health         200 in 42 ms'), out('✓ errors none')], true)).toBe(
    'health 200 in 42 ms',
  )
  expect(sampleWords([out('  ')], true)).toBeUndefined()
})

test('a bad sample says the line that complains, or the last of its errors, or its last line', () => {
  const probe = [out('✓ database ok'), out('✗ health 503 in 12 ms'), out('✓ external ok')]
  expect(sampleWords(probe, false)).toBe('health 503 in 12 ms')
  expect(sampleWords([out('<html>'), err('curl: (22) The requested URL returned error: 503')], false)).toBe(
    'curl: (22) The requested URL returned error: 503',
  )
  expect(sampleWords([err('one'), err('two'), out('three')], false)).toBe('two')
  expect(sampleWords([out('one'), out('two')], false)).toBe('two')
  expect(sampleWords([], false)).toBeUndefined()
})

test('a line without end is cut', () => {
  expect(sampleWords([out('x'.repeat(1000))], true)).toHaveLength(160)
})
