/** A program for crash.test.ts: appends to the journal in argv[2] without end, eight at a time, and prints each seq once its append has resolved. */
import { writeSync } from 'node:fs'
import { createJournal, openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/read.ts'

const [directory = '', run = ''] = process.argv.slice(2)
const exists = (await readJournal(directory)).ok
const opened = exists
  ? await openJournal(directory, { run })
  : { ok: true as const, journal: await createJournal(directory, { run }) }
if (!opened.ok) throw new Error(opened.problem.message)
const { journal } = opened

async function append() {
  for (;;) {
    const data = { text: 'x'.repeat(Math.floor(Math.random() * 3000)) }
    const record = await journal.append({ at: new Date().toISOString(), by: 'Mara', type: 'note', data })
    writeSync(1, `${record.seq} ${record.hash}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, append))
