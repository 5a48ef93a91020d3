/** The table `handrail_records` in Postgres, and what goes into it; knows no journal file and no retry. */
import type { Client } from 'pg'
import { z } from 'zod'
import { isList } from './canonical.ts'
import type { JournalRecord, Json } from './record.ts'
import { createRedactor } from './redact.ts'
import { lineOf } from './seal.ts'
import { createRecords } from './sql/create-records.sql.ts'
import { findRecords } from './sql/find-records.sql.ts'
import { hashesOf } from './sql/hashes-of.sql.ts'
import { insertRecords } from './sql/insert-records.sql.ts'
import { shippedRecords } from './sql/shipped-records.sql.ts'

const CONNECT_MS = 3000
/** A query that takes longer is given up: the database that is ill tonight may be this one. */
const QUERY_MS = 10_000

export interface RecordsTable {
  /** Hashes by seq of what the database has of a run. */
  readonly shipped: (run: string) => Promise<ReadonlyMap<number, string>>
  /** Inserts records that are not there yet; says how many it inserted, and which seqs are there with another hash. */
  readonly insert: (
    run: string,
    records: readonly JournalRecord[],
  ) => Promise<{ readonly inserted: number; readonly different: readonly number[] }>
  /** Ends the connection; never throws. */
  readonly close: () => Promise<void>
}

const hashRows = z.array(z.object({ seq: z.int(), hash: z.string() }))
const seqRows = z.array(z.object({ seq: z.int() }))
const foundRows = z.tuple([z.object({ found: z.boolean() })])

export interface TableOptions {
  /** Called when the connection breaks later on. */
  readonly onLost?: () => void
  /** Ends the connection wherever it stands, in the midst of a query too. */
  readonly signal?: AbortSignal
}

/**
 * Connects (3 s at most) and makes the table if it is missing. Throws an Error whose message names the database and never
 * the password.
 */
export async function openRecordsTable(
  databaseUrl: string,
  { onLost = () => {}, signal }: TableOptions = {},
): Promise<RecordsTable> {
  // Loaded here and not above: most commands never need it.
  const { default: pg } = await import('pg')
  let client: Client
  try {
    client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: QUERY_MS,
      statement_timeout: QUERY_MS,
      application_name: 'handrail',
      keepAlive: true,
    })
  } catch (error) {
    throw safeError(databaseUrl, error)
  }
  // Without a listener a lost connection would end the whole process.
  client.on('error', onLost)
  signal?.addEventListener('abort', () => ended(client), { once: true })
  try {
    await client.connect()
    await makeTable(client)
  } catch (error) {
    await ended(client)
    throw safeError(databaseUrl, error)
  }
  async function query(text: string, values: unknown[]): Promise<unknown[]> {
    try {
      return (await client.query(text, values)).rows
    } catch (error) {
      throw safeError(databaseUrl, error)
    }
  }
  return {
    shipped: async (run) => hashesBySeq(await query(shippedRecords, [withoutNul(run)])),
    insert: async (run, records) => {
      const inserted = seqRows.parse(await query(insertRecords, columns(run, records)))
      if (inserted.length === records.length) return { inserted: inserted.length, different: [] }
      const fresh = new Set(inserted.map(({ seq }) => seq))
      const present = records.filter(({ seq }) => !fresh.has(seq))
      const hashes = hashesBySeq(await query(hashesOf, [withoutNul(run), present.map(({ seq }) => seq)]))
      const different = present.filter(({ seq, hash }) => hashes.get(seq) !== hash).map(({ seq }) => seq)
      return { inserted: inserted.length, different }
    },
    close: () => ended(client),
  }
}

/** `host:port/database`, for messages; never throws and never holds a password. */
function databaseName(databaseUrl: string): string {
  try {
    const { hostname, port, pathname } = new URL(databaseUrl)
    return `${hostname || 'a local socket'}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return 'the database of HANDRAIL_DATABASE_URL'
  }
}

async function makeTable(client: Client): Promise<void> {
  const [{ found }] = foundRows.parse((await client.query(findRecords)).rows)
  if (found) return
  try {
    await client.query(createRecords)
  } catch (error) {
    // Another run made it in the same moment: Postgres then reports a duplicate despite "if not exists".
    if (!['23505', '42P07'].includes(codeOf(error) ?? '')) throw error
  }
}

/** Gives up on a polite ending after a second: the other side may be gone. */
async function ended(client: Client): Promise<void> {
  const patience = Promise.withResolvers<void>()
  const timer = setTimeout(patience.resolve, 1000)
  await Promise.race([client.end().catch(() => undefined), patience.promise])
  clearTimeout(timer)
}

function columns(run: string, records: readonly JournalRecord[]): unknown[] {
  const column = (of: (record: JournalRecord) => unknown) => records.map(of)
  return [
    withoutNul(run),
    column(({ seq }) => seq),
    column(({ at }) => at),
    column(({ by }) => withoutNul(by)),
    column(({ type }) => withoutNul(type)),
    column(({ data }) => JSON.stringify(jsonWithoutNul(data))),
    column(({ prev }) => prev),
    column(({ hash }) => hash),
    column(lineOf),
  ]
}

/** Neither text nor jsonb holds U+0000 (PostgreSQL manual, 8.14); `raw`, where it is written \u0000, keeps the truth. */
function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '\ufffd')
}

function jsonWithoutNul(value: Json): Json {
  if (typeof value === 'string') return withoutNul(value)
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return value.map(jsonWithoutNul)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [withoutNul(key), jsonWithoutNul(item)]),
  )
}

function hashesBySeq(rows: unknown): ReadonlyMap<number, string> {
  return new Map(hashRows.parse(rows).map(({ seq, hash }) => [seq, hash]))
}

function safeError(databaseUrl: string, error: unknown): Error {
  const redact = createRedactor({ values: [databaseUrl] })
  return new Error(
    `${databaseName(databaseUrl)}: ${redact(reasonOf(error).replaceAll(databaseUrl, '[masked]'))}`,
  )
}

/** An AggregateError (each address of a host was tried) has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  const code = codeOf(error)
  const message = error instanceof Error && error.message !== '' ? error.message : String(code ?? error)
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
