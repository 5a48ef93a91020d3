/** Seals records into a chain and says where a chain is broken; knows no file. */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonical, plainEntries } from './canonical.ts'
import type { JournalRecord, Json } from './record.ts'

/** What `prev` is in the first record of a journal. */
export const NOTHING_BEFORE = '0'.repeat(64)

/** The record that ends a run, and so its journal: with it a journal is complete, without it open. */
export const SEALING_TYPE = 'run.ended'

/** Where a chain ends: worth noting down elsewhere, since whole records cut off its end leave no other trace. */
export interface Head {
  /** 0 for a journal without records. */
  readonly seq: number
  readonly hash: string
}

export const EMPTY_HEAD: Head = { seq: 0, hash: NOTHING_BEFORE }

/** What is wrong with a journal, at the first place where something is. */
export interface Problem {
  readonly kind:
    | 'missing'
    | 'unreadable'
    | 'not-json'
    | 'not-a-record'
    | 'not-canonical'
    | 'hash'
    | 'prev'
    | 'removed'
    | 'reordered'
    | 'duplicate'
    | 'run'
    | 'after-end'
  /** The bad record's line, counted from 1; since records count likewise, also the seq that belongs there. 0: no line. */
  readonly line: number
  /** The seq that the bad record itself states, where it can be read. */
  readonly seq?: number
  readonly message: string
}

export type LineResult =
  | { readonly ok: true; readonly record: JournalRecord }
  | { readonly ok: false; readonly problem: Problem }

export type ChainResult =
  | { readonly ok: true; readonly head: Head; readonly complete: boolean }
  | { readonly ok: false; readonly problem: Problem }

export interface Unsealed {
  readonly seq: number
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string
  readonly run: string
  readonly by: string
  readonly type: string
  readonly data: { readonly [key: string]: Json }
}

const NOT_A_MOMENT = 'not a time like 2026-11-23T07:14:00.000Z'

const hex = z.string().regex(/^[0-9a-f]{64}$/)

/** Everything here comes out of JSON.parse, so that an object's values are JSON by construction. */
const dataObject = z.custom<{ readonly [key: string]: Json }>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'data is no object',
)

const recordShape = z.strictObject({
  seq: z.int().positive(),
  at: z.string().refine(isMoment, NOT_A_MOMENT),
  run: z.string().min(1),
  by: z.string(),
  type: z.string().min(1),
  data: dataObject,
  prev: hex,
  hash: hex,
})

/** A record, and its line in a journal without the newline. */
export interface Sealed {
  readonly record: JournalRecord
  readonly line: string
}

/**
 * The record with its place in the chain: `hash` is the SHA-256 (lower-case hex) of the canonical form of the rest,
 * UTF-8. `prev` is the hash of the record before, NOTHING_BEFORE for the first. The record holds a copy of `data` as it
 * will be read back. Throws a TypeError for what is no record: data that is not JSON, a time in another form.
 */
export function sealRecord(unsealed: Unsealed, prev: string): JournalRecord {
  return sealLine(unsealed, prev).record
}

/** `sealRecord`, with the line that `lineOf` would make, which is at hand here. */
export function sealLine(unsealed: Unsealed, prev: string): Sealed {
  const { seq, at } = unsealed
  if (!isMoment(at)) throw new TypeError(`this can't be a record: at: ${NOT_A_MOMENT}`)
  const run = unsealed.run.toWellFormed()
  const by = unsealed.by.toWellFormed()
  const type = unsealed.type.toWellFormed()
  if (run === '' || type === '') throw new TypeError("this can't be a record: its run or type is empty")
  const rest = { seq, at, run, by, type, data: plainEntries(unsealed.data), prev }
  const text = canonical(rest)
  const hash = sha256(text)
  return { record: { ...rest, hash }, line: withHash(text, prev, hash) }
}

/** A record as its line in a journal, without the newline: the canonical form of the whole, `hash` included. */
export function lineOf(record: JournalRecord): string {
  return canonical({ ...record })
}

/** Reads one line (without its newline) as a record whose hash fits. Whether it fits its place is `fitsAfter`'s to say. */
export function parseLine(line: Buffer, lineNumber: number): LineResult {
  const bad = (kind: Problem['kind'], message: string, seq?: number): LineResult => ({
    ok: false,
    problem: { kind, line: lineNumber, ...(seq === undefined ? {} : { seq }), message },
  })
  // Bytes that are not UTF-8 are read as U+FFFD, behind which an alteration of a real U+FFFD could hide.
  if (!isUtf8(line)) return bad('not-json', `line ${lineNumber} is not UTF-8 text`)
  const text = line.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return bad('not-json', `line ${lineNumber} is not JSON`)
  }
  const parsed = recordShape.safeParse(value)
  if (!parsed.success) {
    return bad('not-a-record', `line ${lineNumber} is not a record: ${wrongFields(parsed.error)}`)
  }
  const record = parsed.data
  let form: string
  try {
    form = lineOf(record)
  } catch {
    return bad(
      'not-canonical',
      `line ${lineNumber} holds a lone surrogate, which no sealed record does`,
      record.seq,
    )
  }
  if (form !== text) {
    return bad(
      'not-canonical',
      `line ${lineNumber} is not in canonical form (RFC 8785), as each record was written`,
      record.seq,
    )
  }
  if (sha256(withoutHash(text, record.hash)) !== record.hash) {
    return bad(
      'hash',
      `record ${record.seq} on line ${lineNumber} was altered: its hash doesn't fit its content`,
      record.seq,
    )
  }
  return { ok: true, record }
}

/** What is wrong with a record whose own hash fits, in this place of a chain; undefined when nothing is. */
export function fitsAfter(
  record: JournalRecord,
  head: Head,
  chain: { readonly run: string; readonly sealed: boolean },
): Problem | undefined {
  const line = head.seq + 1
  const bad = (kind: Problem['kind'], message: string): Problem => ({ kind, line, seq: record.seq, message })
  if (record.run !== chain.run) {
    return bad('run', `line ${line} belongs to the run ${record.run}, the journal to ${chain.run}`)
  }
  if (record.seq <= head.seq) {
    if (record.hash === head.hash) return bad('duplicate', `line ${line} repeats record ${record.seq}`)
    return bad('reordered', `line ${line} holds record ${record.seq}, where record ${line} belongs`)
  }
  if (record.seq > line) {
    const missing =
      record.seq === line + 1 ? `record ${line} was` : `records ${line} to ${record.seq - 1} were`
    return bad('removed', `${missing} removed: line ${line} holds record ${record.seq}`)
  }
  if (record.prev !== head.hash) {
    const before = head.seq === 0 ? 'the beginning' : `record ${head.seq}`
    return bad(
      'prev',
      `record ${record.seq} on line ${line} doesn't follow ${before}: its prev is another hash`,
    )
  }
  if (chain.sealed) {
    return bad('after-end', `record ${record.seq} on line ${line} comes after the record that ended the run`)
  }
  return undefined
}

/**
 * Checks a whole chain of records: hashes, order, gaps, one run, nothing after its end. The first bad record is named.
 * `complete` tells whether the last record seals the run.
 */
export function verifyChain(records: readonly JournalRecord[]): ChainResult {
  let head = EMPTY_HEAD
  let sealed = false
  const run = records[0]?.run ?? ''
  for (const record of records) {
    const result = parseLine(Buffer.from(lineOf(record)), head.seq + 1)
    if (!result.ok) return result
    const problem = fitsAfter(record, head, { run, sealed })
    if (problem !== undefined) {
      const later = records.slice(head.seq).some((other) => other.seq === head.seq + 1)
      return { ok: false, problem: later ? movedRatherThanRemoved(problem) : problem }
    }
    head = { seq: record.seq, hash: record.hash }
    sealed = record.type === SEALING_TYPE
  }
  return { ok: true, head, complete: sealed }
}

/** A record that seems removed but comes later was moved; any other problem stays what it is. */
export function movedRatherThanRemoved(problem: Problem): Problem {
  if (problem.kind !== 'removed') return problem
  const message = `records are out of order: line ${problem.line} holds record ${problem.seq}, and record ${problem.line} comes later`
  return { ...problem, kind: 'reordered', message }
}

/** The canonical form with the `hash` member put where it belongs, before the last `prev`, the record's own. */
function withHash(rest: string, prev: string, hash: string): string {
  const place = rest.lastIndexOf(`"prev":"${prev}"`)
  return `${rest.slice(0, place)}"hash":"${hash}",${rest.slice(place)}`
}

/** A line without its `hash` member. In canonical form `hash` follows `data`, so its last occurrence is the record's own. */
function withoutHash(line: string, hash: string): string {
  const member = `"hash":"${hash}",`
  const start = line.lastIndexOf(member)
  return line.slice(0, start) + line.slice(start + member.length)
}

/** SHA-256 as lower-case hex; text is taken as UTF-8. */
export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function isMoment(text: string): boolean {
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString() === text
}

function wrongFields(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`).join('; ')
}
