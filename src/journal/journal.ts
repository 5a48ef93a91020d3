/** The journal of a run, open for appending: each record sealed, in order, and on disk before anything acts on it. */
import { closeSync, fdatasyncSync, ftruncateSync, openSync } from 'node:fs'
import { createCommitter, JournalBroken } from './commit.ts'
import { makeDirectory, syncDirectory } from './durable.ts'
import { isSystemError, journalPath, scanJournal } from './read.ts'
import type { JournalRecord, Json } from './record.ts'
import { EMPTY_HEAD, type Head, type Problem, SEALING_TYPE, sealLine } from './seal.ts'

/** The type of the record that notes a torn line cut off; its data: `{bytes}`. */
const MENDED_TYPE = 'journal.mended'

export interface Entry {
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string
  /** The operator's name, or `handrail`. */
  readonly by: string
  readonly type: string
  /** Masked already: what is given is written. */
  readonly data: { readonly [key: string]: Json }
}

export interface Journal {
  readonly run: string
  /**
   * Seals an entry and resolves with the record once it is on disk (fdatasync). Records stand in call order. Rejects with
   * JournalBroken (exit code 6) when the disk failed now or earlier, and after `close`; with a TypeError for an entry that
   * is no record, or one after `run.ended`: then nothing was written and the journal goes on.
   */
  readonly append: (entry: Entry) => Promise<JournalRecord>
  /** The end of the chain, records that still wait for the disk included. */
  readonly head: () => Head
  /** Waits for what was appended and closes the file. */
  readonly close: () => Promise<void>
}

export type Opened =
  | {
      readonly ok: true
      readonly journal: Journal
      readonly records: readonly JournalRecord[]
      readonly tornTail?: { readonly bytes: number }
    }
  | { readonly ok: false; readonly problem: Problem }

/**
 * Begins the journal of a new run in its directory, which is made (0700) with its parents; directories are fsynced, so
 * that the journal is there after a power cut. Throws JournalBroken when that fails or the run already has a journal.
 */
export async function createJournal(directory: string, { run }: { readonly run: string }): Promise<Journal> {
  const path = journalPath(directory)
  try {
    await makeDirectory(directory)
    const descriptor = openSync(path, 'ax', 0o600)
    await syncDirectory(directory)
    return appending(descriptor, path, run, { head: EMPTY_HEAD, sealed: false })
  } catch (error) {
    throw new JournalBroken(cannotBegin(path, run, error), { cause: error })
  }
}

/**
 * Opens a run's journal to go on with it: everything in it is read and checked first, and an altered one is refused with
 * the bad record named. A torn last line is cut off by the first append, which notes it in a record of its own
 * (`journal.mended`) before the caller's. Take the run's lease first: two writers would break the chain.
 */
export async function openJournal(directory: string, { run }: { readonly run: string }): Promise<Opened> {
  const records: JournalRecord[] = []
  const scan = await scanJournal(directory, (record) => records.push(record), { run })
  if (!scan.ok) return { ok: false, problem: scan.problem }
  const { head, complete, tornTail } = scan
  const path = journalPath(directory)
  let descriptor: number
  try {
    descriptor = openSync(path, 'a', 0o600)
  } catch (error) {
    const message = `the journal ${path} can be read but not written: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, problem: { kind: 'unreadable', line: 0, message } }
  }
  const torn = tornTail === undefined ? undefined : { bytes: tornTail.bytes, keep: scan.bytes }
  const journal = appending(descriptor, path, run, {
    head,
    sealed: complete,
    ...(torn === undefined ? {} : { torn }),
  })
  return { ok: true, journal, records, ...(tornTail === undefined ? {} : { tornTail }) }
}

interface Start {
  readonly head: Head
  readonly sealed: boolean
  readonly torn?: { readonly bytes: number; readonly keep: number }
}

function appending(descriptor: number, path: string, run: string, start: Start): Journal {
  const committer = createCommitter(descriptor, path)
  let { head, sealed, torn } = start
  let unmendable: JournalBroken | undefined
  let closed = false

  function write(entry: Entry): { readonly record: JournalRecord; readonly onDisk: Promise<void> } {
    const { at, by, type, data } = entry
    const { record, line } = sealLine({ seq: head.seq + 1, at, run, by, type, data }, head.hash)
    const onDisk = committer.commit(line)
    head = { seq: record.seq, hash: record.hash }
    sealed = type === SEALING_TYPE
    return { record, onDisk }
  }

  /** Cuts the torn line off and notes it; a failure is final, like any other of the file. */
  function mend(at: string, { bytes, keep }: NonNullable<Start['torn']>) {
    torn = undefined
    try {
      ftruncateSync(descriptor, keep)
      fdatasyncSync(descriptor)
    } catch (error) {
      unmendable = new JournalBroken(
        `The torn last line of ${path} can't be cut off: ${String(error)}. Nothing was added to the record.`,
      )
      return
    }
    // Whether it reached the disk shows in the caller's record, which comes after it: a failure fails both.
    write({ at, by: 'handrail', type: MENDED_TYPE, data: { bytes } }).onDisk.catch(() => undefined)
  }

  return {
    run,
    head: () => head,
    append: async (entry) => {
      if (closed) throw new JournalBroken(`The record ${path} is closed; ${entry.type} was not written.`)
      if (sealed) throw new TypeError(`the run ${run} has ended: ${entry.type} can't be added to its record`)
      if (torn !== undefined) mend(entry.at, torn)
      const broken = unmendable ?? committer.broken()
      if (broken !== undefined) throw broken
      const { record, onDisk } = write(entry)
      await onDisk
      return record
    },
    close: async () => {
      if (closed) return
      closed = true
      await committer.idle()
      closeSync(descriptor)
    },
  }
}

function cannotBegin(path: string, run: string, error: unknown): string {
  if (isSystemError(error) && error.code === 'EEXIST') {
    return `The run ${run} already has a record at ${path}; nothing was changed. Resume it, or start a run with another id.`
  }
  const why = error instanceof Error ? error.message : String(error)
  return `The record ${path} can't be begun: ${why}. Nothing was run. Mend the directory or set HANDRAIL_STATE_DIR to another.`
}
