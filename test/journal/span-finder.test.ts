import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spanFinder } from '../../src/journal/span-finder.ts'
import { seed } from './sample.ts'

test('finds at every place the longest form that begins there, as looking for each in turn does', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), minLength: 4, maxLength: 9 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), maxLength: 60 })
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), text, (forms, given) => {
      const expected = Array.from(given.split(''), (_, start) => {
        const lengths = forms.filter((form) => given.startsWith(form, start)).map((form) => form.length)
        return { start, end: start + Math.max(0, ...lengths) }
      }).filter(({ start, end }) => end > start)
      expect(spanFinder(forms)(given)).toEqual(expected)
    }),
    { seed, numRuns: 2000 },
  )
})
