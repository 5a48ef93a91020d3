import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JOURNAL_FILE, readJournal } from '../../src/journal/read.ts'
import { entry, journalOf, seed } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

async function journal() {
  const directory = join(await temporaryDirectory(), 'run')
  const path = join(directory, JOURNAL_FILE)
  await journalOf(directory, [
    entry('run.opened', { runbook: 'deploy' }),
    entry('note', { text: 'größer \ufffd 🚑 "quoted" \\ back', n: 1.5e300, deep: { a: [1, null, true] } }),
    entry('block.ended', { output: { sha256: 'a'.repeat(64), bytes: 12 } }),
    entry('run.ended', { ending: 'done' }),
  ])
  return { directory, path, bytes: readFileSync(path) }
}

/** Which line, counted from 1, the byte at this place belongs to; a newline belongs to the line that it ends. */
function lineAt(bytes: Buffer, place: number): number {
  return bytes.subarray(0, place).filter((byte) => byte === 10).length + 1
}

test('every byte of a journal, changed to any other, is found out in the record that it belongs to', async () => {
  const { directory, path, bytes } = await journal()
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
      const altered = Buffer.from(bytes)
      altered[place] = (altered[place] ?? 0) ^ change
      await writeFile(path, altered)
      expect(await readJournal(directory)).toMatchObject({
        ok: false,
        problem: { line: lineAt(bytes, place) },
      })
    }),
    { seed, numRuns: 2000 },
  )
})

test('each byte in turn, changed in its lowest bit, is found out', async () => {
  const { directory, path, bytes } = await journal()
  for (let place = 0; place < bytes.length; place += 1) {
    const altered = Buffer.from(bytes)
    altered[place] = (altered[place] ?? 0) ^ 1
    await writeFile(path, altered)
    const reading = await readJournal(directory)
    expect(reading, `byte ${place}`).toMatchObject({ ok: false, problem: { line: lineAt(bytes, place) } })
  }
})

test('a byte put in or taken out anywhere before the end is found out', async () => {
  const { directory, path, bytes } = await journal()
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 2), fc.nat(255), fc.boolean(), async (place, byte, out) => {
      const middle = out ? Buffer.alloc(0) : Buffer.from([byte])
      const altered = Buffer.concat([
        bytes.subarray(0, place),
        middle,
        bytes.subarray(out ? place + 1 : place),
      ])
      fc.pre(!altered.equals(bytes))
      await writeFile(path, altered)
      const line = lineAt(bytes, place)
      const reading = await readJournal(directory)
      expect(reading).toMatchObject({ ok: false, problem: { line } })
    }),
    { seed, numRuns: 1000 },
  )
})

test('lines removed, moved, doubled or exchanged between journals are found out', async () => {
  const { directory, path, bytes } = await journal()
  const lines = bytes.toString().trimEnd().split('\n')
  const [one = '', two = '', three = '', four = ''] = lines
  const altered = [
    { lines: [one, three, four], kind: 'removed', line: 2 },
    { lines: [two, three, four], kind: 'removed', line: 1 },
    { lines: [one, three, two, four], kind: 'reordered', line: 2 },
    { lines: [one, two, two, three, four], kind: 'duplicate', line: 3 },
    { lines: [one, two, '', three, four], kind: 'not-json', line: 3 },
    { lines: [...lines, four], kind: 'duplicate', line: 5 },
  ]
  for (const { lines: given, kind, line } of altered) {
    await writeFile(path, `${given.join('\n')}\n`)
    expect(await readJournal(directory)).toMatchObject({ ok: false, problem: { kind, line } })
  }
})
