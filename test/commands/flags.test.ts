import { expect, test } from 'vitest'
import { mergeFlags } from '../../src/commands/flags.ts'

const before = { new_feature: false, limit: 25, plan: { tiers: ['a', 'b'] } }

test('one flag is set and the others stay as they are, whatever they are', () => {
  expect(mergeFlags(before, ['new_feature=true'])).toEqual({ ...before, new_feature: true })
  expect(mergeFlags(before, ['label="a=b"', 'limit=30'])).toEqual({ ...before, label: 'a=b', limit: 30 })
})

test.each([['new_feature'], ['=true'], ['new_feature=yes'], ['2nd=true'], ['a=']])(
  '%s is no flag, and nothing is changed',
  (text) => {
    expect(() => mergeFlags(before, [text])).toThrow('Nothing was changed')
  },
)
