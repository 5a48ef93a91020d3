import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clean, createCleaner } from '../../src/shell/clean.ts'
import { seed } from './blocks.ts'

/** Everything that may never be left: C0 but for the line feed, DEL, C1, bidi controls, zero-width, separators. */
const harmful =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e0fff}]/u

describe('what could move a terminal is gone', () => {
  const cases: readonly (readonly [name: string, text: string, cleaned: string])[] = [
    ['colors', 'a\x1b[1;31mred\x1b[0m b', 'ared b'],
    ['a CSI in its 8-bit form', 'a\u009b2Jb', 'ab'],
    ['a CSI that the line cuts off', 'a\x1b[38;5;\nb', 'a\nb'],
    ['a window title', '\x1b]0;owned\x07text', 'text'],
    ['a clipboard write', '\x1b]52;c;cm0gLXJmIC8=\x1b\\text', 'text'],
    ['a link, but not its words', '\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\', 'click'],
    ['an OSC in its 8-bit form', '\u009d0;owned\u009ctext', 'text'],
    ['an OSC without an end, up to the end of its line', 'a\x1b]0;owned\nnext', 'a\nnext'],
    ['an OSC that CAN breaks off', '\x1b]0;owned\x18text', 'text'],
    ['a DCS', '\x1bP1$r0m\x1b\\text', 'text'],
    ['a DCS that holds a BEL', '\x1bPa\x07b\x1b\\text', 'text'],
    ['an APC', '\x1b_Gf=100;AAAA\x1b\\text', 'text'],
    ['a PM', '\x1b^secret\x1b\\text', 'text'],
    ['an SOS', '\x1bXsecret\x1b\\text', 'text'],
    [
      'APC, PM, SOS and DCS in their 8-bit forms',
      '\u009fa\u009c\u009eb\u009c\u0098c\u009c\u0090d\u009ctext',
      'text',
    ],
    ['the title of screen', '\x1bkowned\x1b\\text', 'text'],
    ['a reset of the terminal', 'a\x1bcb', 'ab'],
    ['a character set', 'a\x1b(0b', 'ab'],
    ['a cursor that is saved and put back', 'a\x1b7b\x1b8c', 'abc'],
    ['a lone ESC', 'a\x1b', 'a'],
    ['an ESC hidden in an ESC', 'a\x1b\x1b[0m[31mb', 'a[31mb'],
    ['bells, NUL and DEL', 'a\x07b\x00c\x7fd', 'abcd'],
    ['the other C1 controls', 'a\u0085b\u008dc', 'abc'],
    ['bidi controls', 'a\u202eb\u202cc\u2066d\u2069e\u200ef\u200fg\u061ch', 'abcdefgh'],
    ['zero-width characters', 'ku\u200bbe\u200dc\u2060t\ufeffl\u00ad', 'kubectl'],
    ['tags', `a${String.fromCodePoint(0xe0041, 0xe007f)}b`, 'ab'],
    ['line separators', 'a\u2028b\u2029c', 'a b c'],
    ['half a surrogate pair', 'a\ud83db', 'a\ufffdb'],
    ['marks piled on a letter', `e${'\u0301'.repeat(40)}x`, `e${'\u0301'.repeat(4)}x`],
  ]
  test.each(cases)('%s', (_name, text, cleaned) => {
    expect(clean(text)).toBe(cleaned)
  })
})

describe('what a reader needs is kept', () => {
  const cases: readonly (readonly [name: string, text: string, cleaned: string])[] = [
    ['lines that end as on Windows', 'a\r\nb\r\n', 'a\nb\n'],
    ['the last state of a progress bar', ' 10%\r 50%\r100%', '100%'],
    ['the last state when the line is left at its beginning', '100%\r', '100%'],
    ['the last state when only a control follows it', '100%\r\x1b[K', '100%'],
    ['a spinner as it stands', 'wait |\b/\b-', 'wait -'],
    ['bold as man writes it', 'N\bNA\bAM\bME\bE', 'NAME'],
    ['columns made with tabs', 'NAME\tREADY\napi-green\t3/3', 'NAME    READY\napi-green       3/3'],
    ['letters of every script', 'größer 日本語 العربية हिन्दी 🚀', 'größer 日本語 العربية हिन्दी 🚀'],
    ['blank lines', 'a\n\n\nb', 'a\n\n\nb'],
  ]
  test.each(cases)('%s', (_name, text, cleaned) => {
    expect(clean(text)).toBe(cleaned)
  })
})

const fragment = fc.oneof(
  fc.constantFrom(
    '\x1b[31m',
    '\x1b]0;title\x07',
    '\x1b]52;c;AAAA\x1b\\',
    '\x1b]8;;http://x\x1b\\',
    '\x1bP1;2q',
    '\x1b\\',
    '\x1b_',
    '\x1b^',
    '\x1bX',
    '\x1bk',
    '\u009b',
    '\u009d',
    '\u0090',
    '\u009c',
    '\x18',
    '\r',
    '\r\n',
    '\n',
    '\b',
    '\t',
    '\x00',
    '\x07',
    '\u202e',
    '\u200b',
    '\u2028',
    '\ufeff',
    '🚀',
    'ö',
    '日',
    'e\u0301',
    '[31m',
    ']0;',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 12 }),
)
const payload = fc.array(fragment, { maxLength: 24 }).map((parts) => parts.join(''))

describe('for any payload', () => {
  test('nothing harmful is left, and cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(payload, (text) => {
        const cleaned = clean(text)
        expect(cleaned).not.toMatch(harmful)
        expect(cleaned.isWellFormed()).toBe(true)
        expect(clean(cleaned)).toBe(cleaned)
      }),
      { seed: seed(), numRuns: 2_000 },
    )
  })

  test('cut in two at any byte, a stream gives what the whole gives', () => {
    fc.assert(
      fc.property(payload, (text) => {
        const bytes = Buffer.from(text)
        const whole = clean(bytes.toString('utf8'))
        const cleaner = createCleaner()
        for (let at = 0; at <= bytes.length; at++) {
          const parts = [cleaner.push(bytes.subarray(0, at)), cleaner.push(bytes.subarray(at)), cleaner.end()]
          expect(parts.join('')).toBe(whole)
        }
      }),
      { seed: seed(), numRuns: 300 },
    )
  })

  test('byte by byte, a stream gives what the whole gives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const cleaner = createCleaner()
        const parts = [...bytes].map((byte) => cleaner.push(Uint8Array.of(byte)))
        expect(parts.join('') + cleaner.end()).toBe(clean(Buffer.from(bytes).toString('utf8')))
      }),
      { seed: seed(), numRuns: 500 },
    )
  })
})
