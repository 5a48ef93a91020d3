/** The runner's own session with the database: one that nobody else can hold at the same time. */
import type { Client } from 'pg'
import { z } from 'zod'
import { blockers, lockHolder, tryLock } from './sql/sessions.sql.ts'
import type { Query } from './what-ran.ts'

const CONNECT_MS = 10_000

/** Another runner is at work, or its last statement is. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld'
}

/** A session of somebody else's: what it does and since when. */
export interface Other {
  readonly pid: number
  readonly user: string | null
  readonly application: string
  readonly state: string | null
  /** How long it has had its transaction (or, for the holder of the lock, its session). */
  readonly seconds: number | null
  readonly query: string
}

export interface Session {
  readonly query: Query
  /** The version as the server says it, e.g. `15.4`. */
  readonly serverVersion: string
  /** Its process on the server. */
  readonly pid: number
  /** Host, port and database. */
  readonly place: string
  readonly close: () => Promise<void>
}

const versions = z.tuple([z.object({ version: z.string(), pid: z.int() })])
const taken = z.tuple([z.object({ taken: z.boolean() })])
const others = z.array(
  z.object({
    pid: z.int(),
    user: z.string().nullable(),
    application: z.string(),
    state: z.string().nullable(),
    seconds: z.number().nullable(),
    query: z.string(),
  }),
)

/** Connects to the database of a URI. Throws what the driver throws: take the password out of it before it is shown. */
export async function openSession(
  url: string,
  { application, readOnly = false }: { readonly application: string; readonly readOnly?: boolean },
): Promise<Session> {
  // Loaded here and not above: most commands never need it.
  const { default: pg } = await import('pg')
  const client: Client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: application,
    keepAlive: true,
  })
  // Without a listener a lost connection would end the whole process; the query that it cuts off says so anyway.
  client.on('error', () => {})
  const query: Query = async (text, values) =>
    (values === undefined ? await client.query(text) : await client.query(text, [...values])).rows ?? []
  try {
    await client.connect()
    if (readOnly) await query('set default_transaction_read_only = on')
    const [{ version, pid }] = versions.parse(
      await query(
        `select split_part(current_setting('server_version'), ' ', 1) as version, pg_backend_pid() as pid`,
      ),
    )
    const place = `${client.host}:${client.port}/${client.database ?? ''}`
    return { query, serverVersion: version, pid, place, close: () => client.end().catch(() => {}) }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

/**
 * Takes the runners' lock for as long as the session lives. Throws LockHeld with who has it. When this process dies, the
 * server ends its statement within a second, and the lock is free.
 */
export async function takeLock({ query }: Session): Promise<void> {
  // Only Linux and a few others can watch the connection in the midst of a statement.
  await query(`set client_connection_check_interval = '1s'`).catch(() => {})
  const [result] = taken.parse(await query(tryLock))
  if (result.taken) return
  const [holder] = others.parse(await query(lockHolder))
  const who = holder === undefined ? 'another session' : sessionText(holder)
  throw new LockHeld(`Migrations are already running in this database: ${who}.`)
}

/** Looks again and again, on a session of its own, at what another session waits for. */
export interface Watch {
  /** Those that were in its way when it last waited. */
  readonly seen: () => readonly Other[]
  readonly stop: () => Promise<void>
}

const LOOK_MS = 250

/** Watches the session `pid`; `onBlocked` is told whenever others come into its way. */
export function watchBlockers(
  { query }: Session,
  pid: number,
  onBlocked: (others: readonly Other[]) => void = () => {},
): Watch {
  const stopped = new AbortController()
  let seen: readonly Other[] = []
  async function look() {
    let known = ''
    while (!stopped.signal.aborted) {
      const now = others.parse(await query(blockers, [pid]))
      const pids = now.map((each) => each.pid).join()
      if (now.length > 0) seen = now
      if (now.length > 0 && pids !== known) onBlocked(now)
      known = pids
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS)
        stopped.signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }
  // Who is in the way is good to know, and no reason to fail.
  const looking = look().catch(() => {})
  return {
    seen: () => seen,
    stop: async () => {
      stopped.abort()
      await looking
    },
  }
}

/** Who it is and what it does, in one line. */
export function sessionText({ pid, user, application, state, seconds, query }: Other): string {
  const named = application === '' ? '' : ` (${application})`
  const since = seconds === null ? '' : ` for ${Math.round(seconds)} s`
  const statement = query.replaceAll(/\s+/g, ' ').trim()
  const doing = statement === '' ? '' : `: ${statement}`
  return `process ${pid} of ${user ?? 'the server'}${named}, ${state ?? 'state unknown'}${since}${doing}`
}
