/** Appending a record to the journal, against a bare write and fdatasync of the same bytes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJournal } from '../src/journal/journal.ts'
import { lineOf, sealRecord } from '../src/journal/seal.ts'
import { type Figure, inTurn } from './figures.ts'

const ROUNDS = 15
const RECORDS = 100

const data = {
  step: 'ship',
  role: 'command',
  attempt: 1,
  effect: 'change',
  source: 'kubectl set image "deployment/api-$IDLE" "api=$IMAGE" -n "$NAMESPACE"\n',
}
const entry = { at: new Date(0).toISOString(), by: 'handrail', type: 'block.started', data }

export async function appendRecord(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'))
  const journal = await createJournal(join(folder, 'run'), { run: 'bench' })
  const bare = await open(join(folder, 'bare'), 'a')
  const record = sealRecord({ ...entry, seq: 1000, run: 'bench' }, '0'.repeat(64))
  const line = lineOf(record)
  try {
    const measured = await inTurn(
      ROUNDS,
      () => perRecord(() => journal.append(entry)),
      () => perRecord(() => writeAndSync(bare, line)),
    )
    return {
      what: 'a journal append',
      against: 'a bare write and fdatasync of the same bytes',
      ...measured,
      aim: 1.3,
    }
  } finally {
    await bare.close()
    await journal.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writeAndSync(file: FileHandle, line: string | Uint8Array): Promise<void> {
  await file.write(typeof line === 'string' ? Buffer.from(line) : line)
  await file.datasync()
}

async function perRecord(append: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  for (let count = 0; count < RECORDS; count++) await append()
  return (performance.now() - start) / RECORDS
}
