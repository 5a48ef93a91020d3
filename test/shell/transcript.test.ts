import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countNewlines } from '../../src/shell/newlines.ts'
import { createTranscript } from '../../src/shell/transcript.ts'
import { wholeLines } from '../../src/shell/whole-lines.ts'
import { seed } from './blocks.ts'

const asIs = (text: string) => text

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('')
}

test('line feeds are counted right, whatever the bytes and wherever they begin', () => {
  const bytes = fc
    .uint8Array({ maxLength: 5_000 })
    .map((array) => array.map((byte) => (byte < 90 ? 10 : byte)))
  fc.assert(
    fc.property(bytes, fc.nat(9), (array, offset) => {
      const part = array.subarray(offset)
      expect(countNewlines(part)).toBe(part.filter((byte) => byte === 10).length)
    }),
    { seed: seed(), numRuns: 300 },
  )
})

describe('what a block printed', () => {
  test('is kept whole within the bounds', () => {
    const transcript = createTranscript({ headBytes: 20_000, tailBytes: 30_000 })
    const printed = lines(0, 4_000)
    for (const line of printed.match(/.*\n/g) ?? []) transcript.append(Buffer.from(line))
    expect(printed.length).toBeGreaterThan(35_000)
    expect(transcript.text(asIs)).toBe(printed)
  })

  test('loses its middle beyond them, at line ends, and says how many bytes and lines', () => {
    const transcript = createTranscript({ headBytes: 1_000, tailBytes: 2_000 })
    const printed = lines(0, 10_000)
    for (let at = 0; at < printed.length; at += 777)
      transcript.append(Buffer.from(printed.slice(at, at + 777)))
    const text = transcript.text(asIs)
    const [, head = '', bytes = '', count = '', tail = ''] =
      /^([^…]*)… ([\d,]+) bytes \(([\d,]+) lines\) are left out here …\n([^…]*)$/.exec(text) ?? []
    expect(printed.startsWith(head)).toBe(true)
    expect(printed.endsWith(tail)).toBe(true)
    expect(head).toMatch(/line \d+\n$/)
    expect(tail).toMatch(/^line \d+\n/)
    const number = (figure: string) => Number(figure.replaceAll(',', ''))
    expect(head.length + number(bytes) + tail.length).toBe(printed.length)
    expect(countNewlines(Buffer.from(head + tail)) + number(count)).toBe(10_000)
    expect(head.length).toBeGreaterThan(980)
    expect(tail.length).toBeGreaterThan(1_980)
  })

  test('keeps any part of its last bytes readable, however it was appended', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 60 })
    fc.assert(
      fc.property(pieces, fc.nat(400), (chunks, back) => {
        const transcript = createTranscript({ headBytes: 100, tailBytes: 500 })
        for (const chunk of chunks) transcript.append(chunk)
        const all = Buffer.concat(chunks)
        expect(transcript.bytes()).toBe(all.length)
        const from = Math.max(0, all.length - back)
        expect(transcript.slice(from, all.length).equals(all.subarray(from))).toBe(true)
      }),
      { seed: seed(), numRuns: 500 },
    )
  })

  test('shows no part of a secret that a cut through a line has halved', () => {
    const secret = 'correct-horse-battery-staple'
    const mask = (text: string) => text.replaceAll(secret, '•••')
    for (let shift = 0; shift < secret.length; shift++) {
      const transcript = createTranscript({ headBytes: 5_000, tailBytes: 5_000 })
      const filler = 'x'.repeat(4_990 - shift)
      transcript.append(Buffer.from(`${filler}${secret}${'y'.repeat(20_000)}${secret}${filler}`))
      expect(transcript.text(mask)).not.toMatch(/horse|corr|stap/)
    }
  })
})

test('two streams mix by whole lines, and a line longer than the bound is passed on in pieces', () => {
  const passed: string[] = []
  const stream = wholeLines(10, (bytes) => passed.push(bytes.toString()))
  for (const chunk of ['ab', 'c\nde', 'f', '\n\n', '0123456789', 'x', 'end']) stream.push(Buffer.from(chunk))
  expect(stream.rest().toString()).toBe('end')
  stream.end()
  expect(passed.join('')).toBe('abc\ndef\n\n0123456789xend')
  expect(passed).toEqual(['ab', 'c\n', 'de' + 'f', '\n\n', '0123456789', 'x', 'end'])
})
