import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, plain } from '../../src/journal/canonical.ts'
import { anyJson, seed } from './sample.ts'

test('the example of RFC 8785, section 3.2.2, has the form given there', () => {
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
      '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  )
  expect(canonical(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('keys are sorted by UTF-16 code units, as in RFC 8785, section 3.2.3', () => {
  const keys = ['€', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', 'ö']
  const value = Object.fromEntries(keys.map((key) => [key, 0]))
  expect(Object.keys(JSON.parse(canonical(value)))).toEqual([
    '1',
    '\r',
    '\u0080',
    'ö',
    '€',
    '\u{1f600}',
    '\ufb33',
  ])
})

test('what is read back from the canonical form is the plain copy of what went in, and has the same form', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      const copy = plain(value)
      const form = canonical(copy)
      expect(JSON.parse(form)).toStrictEqual(copy)
      expect(canonical(JSON.parse(form))).toBe(form)
    }),
    { seed },
  )
})

test('what is not JSON is refused with its place', () => {
  expect(() => plain([1, Number.NaN], 'data')).toThrow('data[1] is NaN')
  const holdsDate: unknown = { at: new Date(0) }
  expect(() => plain(JSON.parse('{"a":1}'))).not.toThrow()
  // @ts-expect-error: a Date is not JSON, and the compiler says so first.
  expect(() => plain(holdsDate)).toThrow('data.at is not plain JSON')
})

test('a lone surrogate becomes the replacement character instead of stopping a run', () => {
  expect(plain({ note: 'a\ud800b' })).toEqual({ note: 'a\ufffdb' })
})
