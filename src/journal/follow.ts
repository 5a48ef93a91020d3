/** Follows a journal's file from where it was left, checking each record on the way. */
import { fdatasync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { journalPath, wholeLines } from './read.ts'
import type { JournalRecord } from './record.ts'
import { EMPTY_HEAD, fitsAfter, type Head, type Problem, parseLine, SEALING_TYPE } from './seal.ts'

export interface Follower {
  /**
   * The records after the ones given before, at most a batch; none at the end. All of them are on disk (fdatasync) when it
   * resolves, else a power cut could take back a record that was passed on already, and another would get its seq. A
   * problem comes with the good records before it. Throws the system's error when the file can't be read.
   */
  readonly next: () => Promise<{ readonly records: readonly JournalRecord[]; readonly problem?: Problem }>
  /** The last record given. */
  readonly head: () => Head
  /** Begins again with the first record. */
  readonly rewind: () => void
  readonly close: () => Promise<void>
}

const BATCH = { records: 500, bytes: 1 << 20 } as const

const synced = promisify(fdatasync)

/** Follows the journal in a run's directory; nothing is opened before the first `next`. */
export function followJournal(directory: string, run: string): Follower {
  let file: FileHandle | undefined
  let at: Place = START

  return {
    head: () => at.head,
    rewind: () => {
      at = START
    },
    next: async () => {
      file ??= await open(journalPath(directory), 'r')
      const batch = await readBatch(file, at, run)
      at = batch.after
      if (batch.records.length > 0) await synced(file.fd)
      return batch
    },
    close: async () => {
      const open = file
      file = undefined
      await open?.close()
    },
  }
}

interface Place {
  readonly bytes: number
  readonly head: Head
  readonly sealed: boolean
}

const START: Place = { bytes: 0, head: EMPTY_HEAD, sealed: false }

interface Batch {
  readonly records: readonly JournalRecord[]
  readonly after: Place
  readonly problem?: Problem
}

async function readBatch(file: FileHandle, from: Place, run: string): Promise<Batch> {
  const records: JournalRecord[] = []
  let after = from
  for await (const line of wholeLines(file, from.bytes)) {
    // A line without its newline is being written, or torn: not there yet.
    if (!line.whole) break
    const result = parseLine(line.bytes, after.head.seq + 1)
    if (!result.ok) return { records, after, problem: result.problem }
    const { record } = result
    const problem = fitsAfter(record, after.head, { run, sealed: after.sealed })
    if (problem !== undefined) return { records, after, problem }
    records.push(record)
    after = {
      bytes: after.bytes + line.bytes.length + 1,
      head: { seq: record.seq, hash: record.hash },
      sealed: record.type === SEALING_TYPE,
    }
    if (records.length >= BATCH.records || after.bytes - from.bytes >= BATCH.bytes) break
  }
  return { records, after }
}
