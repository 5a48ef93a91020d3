import { appendFileSync, chmodSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createJournal, openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/read.ts'
import { verifyChain } from '../../src/journal/seal.ts'
import { anyData, entry, journalOf, RUN, seed } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

test('what was appended is what is read back, record for record', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyData, { maxLength: 8 }), async (all) => {
      const directory = join(await temporaryDirectory(), 'run')
      const records = await journalOf(
        directory,
        all.map((data) => entry('note', data)),
      )
      expect(await readJournal(directory)).toMatchObject({ ok: true, complete: false })
      const reading = await readJournal(directory)
      expect(reading.ok && reading.records).toStrictEqual(records)
    }),
    { seed, numRuns: 50 },
  )
})

test('appends that run at once stand in call order, each on disk when it resolves', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  const journal = await createJournal(directory, { run: RUN })
  const appends = Array.from({ length: 300 }, (_, n) =>
    journal.append(entry('note', { n })).then((record) => {
      const text = readFileSync(join(directory, 'journal.jsonl'), 'utf8')
      expect(text).toContain(record.hash)
      return record
    }),
  )
  const records = await Promise.all(appends)
  expect(records.map(({ data }) => data.n)).toEqual(Array.from({ length: 300 }, (_, n) => n))
  expect(verifyChain(records)).toMatchObject({ ok: true, head: { seq: 300 } })
  await journal.close()
})

test('directories and files are for their owner alone', async () => {
  const state = join(await temporaryDirectory(), 'state')
  const directory = join(state, 'runs', RUN)
  await journalOf(directory, [entry('note')])
  expect(statSync(state).mode & 0o777).toBe(0o700)
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  expect(statSync(join(directory, 'journal.jsonl')).mode & 0o777).toBe(0o600)
})

test('a second journal for the same run is refused and the first one left alone', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  await journalOf(directory, [entry('note')])
  await expect(createJournal(directory, { run: RUN })).rejects.toThrow('already has a record')
  expect(await readJournal(directory)).toMatchObject({ ok: true, head: { seq: 1 } })
})

test('a journal that is opened again goes on where it ended', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  await journalOf(directory, [entry('run.opened'), entry('note')])
  const opened = await openJournal(directory, { run: RUN })
  if (!opened.ok) throw new Error(opened.problem.message)
  expect(opened.records).toHaveLength(2)
  await opened.journal.append(entry('note', { after: true }))
  await opened.journal.close()
  expect(await readJournal(directory)).toMatchObject({ ok: true, head: { seq: 3 } })
})

test('a torn last line stays until an append follows, which cuts it off and says so', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  await journalOf(directory, [entry('run.opened'), entry('note')])
  const path = join(directory, 'journal.jsonl')
  const whole = readFileSync(path)
  appendFileSync(path, '{"at":"2026-11-23T07:1')
  const opened = await openJournal(directory, { run: RUN })
  if (!opened.ok) throw new Error(opened.problem.message)
  expect(opened.tornTail).toEqual({ bytes: 22 })
  expect(statSync(path).size).toBe(whole.length + 22)
  const records = await Promise.all([
    opened.journal.append(entry('note', { n: 1 })),
    opened.journal.append(entry('note', { n: 2 })),
  ])
  await opened.journal.close()
  expect(records.map(({ seq }) => seq)).toEqual([4, 5])
  const reading = await readJournal(directory)
  if (!reading.ok) throw new Error(reading.problem.message)
  expect(reading.tornTail).toBeUndefined()
  expect(reading.records[2]).toMatchObject({
    seq: 3,
    by: 'handrail',
    type: 'journal.mended',
    data: { bytes: 22 },
  })
  expect(readFileSync(path).subarray(0, whole.length)).toEqual(whole)
})

test('a journal torn at any byte opens with the records whose lines are whole', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  const path = join(directory, 'journal.jsonl')
  await journalOf(directory, [entry('run.opened'), entry('note', { text: 'größer' }), entry('run.ended')])
  const whole = readFileSync(path)
  const { writeFile } = await import('node:fs/promises')
  for (let length = 0; length <= whole.length; length += 1) {
    const kept = whole.subarray(0, length)
    await writeFile(path, kept)
    const lines = kept.filter((byte) => byte === 10).length
    const torn = length - (kept.lastIndexOf(10) + 1)
    const reading = await readJournal(directory)
    expect(reading, `${length} bytes`).toMatchObject({
      ok: true,
      head: { seq: lines },
      complete: lines === 3,
    })
    expect(reading.ok && (reading.tornTail?.bytes ?? 0)).toBe(torn)
  }
})

test('nothing is added to a journal after run.ended, not even when it is opened again', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  const journal = await createJournal(directory, { run: RUN })
  const end = journal.append(entry('run.ended'))
  await expect(journal.append(entry('note'))).rejects.toThrow('has ended')
  await end
  await journal.close()
  const opened = await openJournal(directory, { run: RUN })
  if (!opened.ok) throw new Error(opened.problem.message)
  await expect(opened.journal.append(entry('note'))).rejects.toThrow('has ended')
  await opened.journal.close()
  expect(await readJournal(directory)).toMatchObject({ ok: true, complete: true, head: { seq: 1 } })
})

test('an entry that is no JSON is refused, and the journal goes on without it', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  const journal = await createJournal(directory, { run: RUN })
  await expect(journal.append(entry('note', { n: Number.POSITIVE_INFINITY }))).rejects.toThrow(
    'data.n is Infinity',
  )
  expect(await journal.append(entry('note'))).toMatchObject({ seq: 1 })
  await journal.close()
  await expect(journal.append(entry('note'))).rejects.toMatchObject({ name: 'JournalBroken', exitCode: 6 })
})

test("a journal of another run doesn't open", async () => {
  const directory = join(await temporaryDirectory(), 'run')
  await journalOf(directory, [entry('note')])
  expect(await openJournal(directory, { run: 'another' })).toMatchObject({
    ok: false,
    problem: { kind: 'run', line: 1 },
  })
  expect(await openJournal(`${directory}-none`, { run: RUN })).toMatchObject({
    ok: false,
    problem: { kind: 'missing' },
  })
})

test.skipIf(process.platform !== 'linux')(
  'a disk that is full says so at the append, with exit code 6',
  async () => {
    const directory = join(await temporaryDirectory(), 'run')
    await mkdir(directory)
    symlinkSync('/dev/full', join(directory, 'journal.jsonl'))
    await expect(createJournal(directory, { run: RUN })).rejects.toMatchObject({ exitCode: 6 })
  },
)

test.skipIf(process.getuid?.() === 0)(
  'a directory that may not be written is a record that cannot be begun',
  async () => {
    const parent = await temporaryDirectory()
    chmodSync(parent, 0o500)
    await expect(createJournal(join(parent, 'run'), { run: RUN })).rejects.toMatchObject({ exitCode: 6 })
  },
)
