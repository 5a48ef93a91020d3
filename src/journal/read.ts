/** Reads a journal from its file and checks every line on the way. */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalRecord } from './record.ts'
import {
  EMPTY_HEAD,
  fitsAfter,
  type Head,
  movedRatherThanRemoved,
  type Problem,
  parseLine,
  SEALING_TYPE,
} from './seal.ts'

export const JOURNAL_FILE = 'journal.jsonl'

/** The journal's file in a run's directory. */
export function journalPath(directory: string): string {
  return join(directory, JOURNAL_FILE)
}

export type JournalReading =
  | {
      readonly ok: true
      readonly records: readonly JournalRecord[]
      /** A last line that was never finished, as a crash leaves it: it was on record for nobody. */
      readonly tornTail?: { readonly bytes: number }
      readonly head: Head
      /** The last record seals the run. */
      readonly complete: boolean
    }
  | { readonly ok: false; readonly problem: Problem }

export type Scan =
  | {
      readonly ok: true
      readonly records: number
      /** Length of the whole lines, in bytes: where the next line goes. */
      readonly bytes: number
      readonly tornTail?: { readonly bytes: number }
      readonly head: Head
      readonly complete: boolean
    }
  | { readonly ok: false; readonly records: number; readonly problem: Problem }

export interface ScanOptions {
  /** The run that the journal must belong to; otherwise the one of its first record. */
  readonly run?: string
}

/**
 * All records of the journal in a run's directory. A torn last line is left where it is and reported; a record that was
 * altered, removed, moved, doubled or put in makes the whole unreadable, and the first bad one is named. Never throws.
 */
export async function readJournal(directory: string, options: ScanOptions = {}): Promise<JournalReading> {
  const records: JournalRecord[] = []
  const scan = await scanJournal(directory, (record) => records.push(record), options)
  if (!scan.ok) return { ok: false, problem: scan.problem }
  const { head, complete, tornTail } = scan
  return { ok: true, records, head, complete, ...(tornTail === undefined ? {} : { tornTail }) }
}

/**
 * Like `readJournal`, one record at a time: memory stays that of the longest line, however long the journal. `visit` sees
 * the good records up to the first bad one. Never throws, but for what `visit` throws.
 */
export async function scanJournal(
  directory: string,
  visit: (record: JournalRecord) => void,
  options: ScanOptions = {},
): Promise<Scan> {
  const path = journalPath(directory)
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    return { ok: false, records: 0, problem: cannotRead(path, error) }
  }
  try {
    return await scanLines(wholeLines(file), visit, options.run)
  } catch (error) {
    if (isSystemError(error)) return { ok: false, records: 0, problem: cannotRead(path, error) }
    throw error
  } finally {
    await file.close()
  }
}

async function scanLines(
  lines: AsyncIterable<Line>,
  visit: (record: JournalRecord) => void,
  expectedRun: string | undefined,
): Promise<Scan> {
  let head = EMPTY_HEAD
  let run = expectedRun
  let sealed = false
  let bytes = 0
  let problem: Problem | undefined
  const bad = (found: Problem): Scan => ({ ok: false, records: head.seq, problem: found })
  for await (const line of lines) {
    const number = head.seq + 1
    if (problem !== undefined) {
      // Only read on to tell a record that was moved from one that was removed.
      const later = line.whole ? parseLine(line.bytes, 0) : undefined
      if (later?.ok && later.record.seq === number) return bad(movedRatherThanRemoved(problem))
      continue
    }
    if (!line.whole) {
      const lost = lostNewline(line.bytes, number)
      if (lost !== undefined) return bad(lost)
      return {
        ok: true,
        records: head.seq,
        bytes,
        tornTail: { bytes: line.bytes.length },
        head,
        complete: false,
      }
    }
    const result = parseLine(line.bytes, number)
    if (!result.ok) return bad(result.problem)
    const { record } = result
    run ??= record.run
    problem = fitsAfter(record, head, { run, sealed })
    if (problem?.kind === 'removed') continue
    if (problem !== undefined) return bad(problem)
    head = { seq: record.seq, hash: record.hash }
    sealed = record.type === SEALING_TYPE
    bytes += line.bytes.length + 1
    visit(record)
  }
  if (problem !== undefined) return bad(problem)
  return { ok: true, records: head.seq, bytes, head, complete: sealed }
}

/** No crash leaves a finished record with another byte where its newline was: that is an alteration, not a torn line. */
function lostNewline(tail: Buffer, line: number): Problem | undefined {
  const result = parseLine(tail.subarray(0, -1), line)
  if (!result.ok) return undefined
  const { seq } = result.record
  return {
    kind: 'not-json',
    line,
    seq,
    message: `record ${seq} on line ${line} was altered: its line doesn't end with a newline`,
  }
}

interface Line {
  readonly bytes: Buffer
  /** Ends with a newline, which `bytes` does not hold. */
  readonly whole: boolean
}

/** The lines of a file from an offset on; the last one may be torn. */
export async function* wholeLines(file: FileHandle, from = 0): AsyncGenerator<Line> {
  const chunk = Buffer.allocUnsafe(64 * 1024)
  let pending: Buffer[] = []
  let position = from
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
    if (bytesRead === 0) break
    position += bytesRead
    let start = 0
    for (;;) {
      const newline = chunk.subarray(0, bytesRead).indexOf(10, start)
      if (newline === -1) break
      yield { bytes: Buffer.concat([...pending, chunk.subarray(start, newline)]), whole: true }
      pending = []
      start = newline + 1
    }
    if (start < bytesRead) pending.push(Buffer.from(chunk.subarray(start, bytesRead)))
  }
  if (pending.length > 0) yield { bytes: Buffer.concat(pending), whole: false }
}

function cannotRead(path: string, error: unknown): Problem {
  const missing = isSystemError(error) && error.code === 'ENOENT'
  const message = missing
    ? `there is no journal at ${path}`
    : `the journal ${path} can't be read: ${error instanceof Error ? error.message : String(error)}`
  return { kind: missing ? 'missing' : 'unreadable', line: 0, message }
}

/** An error of the operating system, with its code (ENOENT, EACCES, …). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
