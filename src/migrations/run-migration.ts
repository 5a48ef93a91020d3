/** Runs one migration: whole or not at all, never in anybody's way for long. */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Migration } from './file.ts'
import { type Other, type Session, watchBlockers } from './session.ts'
import { invalidIndex } from './sql/sessions.sql.ts'
import { concurrentIndex, readStatements } from './statements.ts'
import { type Attribution, finishStarted, forgetStarted, recordFinished, recordStarted } from './what-ran.ts'

export interface Patience {
  /** How long a statement may wait for a lock: others queue behind it all that while. */
  readonly lockTimeoutMs: number
  /** How long one may take, unless the file says otherwise: in a transaction, and without. */
  readonly statementTimeoutMs: number
  readonly longStatementTimeoutMs: number
  /** How often it is tried when it gets no lock. */
  readonly tries: number
  /** The pause before the second try; it doubles. */
  readonly pauseMs: number
}

/** Bounds under which users notice nothing. CREATE INDEX CONCURRENTLY is in nobody's way, and may take its time. */
export const usualPatience: Patience = {
  lockTimeoutMs: 2000,
  statementTimeoutMs: 60_000,
  longStatementTimeoutMs: 3_600_000,
  tries: 5,
  pauseMs: 1000,
}

/** What happens meanwhile, for whoever looks on. */
export type Happening =
  | { readonly kind: 'waits'; readonly behind: readonly Other[] }
  | {
      readonly kind: 'tries-again'
      readonly attempt: number
      readonly tries: number
      readonly afterMs: number
    }
  | { readonly kind: 'drops-invalid-index'; readonly index: string }

export type Outcome =
  | { readonly kind: 'ran'; readonly ms: number }
  | {
      readonly kind: 'failed'
      /** The server's words. */
      readonly why: string
      /** In the file, from 1, where the server names a place. */
      readonly line?: number
      /** Why there is no use in waiting for it any longer. */
      readonly timeout?: 'lock' | 'statement'
      readonly tries: number
      /** Who was in the way, as last seen. */
      readonly behind: readonly Other[]
      /** INVALID indexes that a try without a transaction has left; nothing else is ever left. */
      readonly left: readonly string[]
      /** The connection was lost: the server may have finished it or not. */
      readonly unknown: boolean
    }

export interface Runner {
  /** Has the runners' lock. */
  readonly session: Session
  /** Another one, which looks on. */
  readonly watcher: Session
  readonly who: Attribution
  readonly patience: Patience
  readonly onHappening: (happening: Happening) => void
}

/** Runs a migration that has not run and records it. Never throws for what the server says. */
export async function runMigration(migration: Migration, runner: Runner): Promise<Outcome> {
  const { patience, onHappening } = runner
  const began = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    const watch = watchBlockers(runner.watcher, runner.session.pid, (behind) =>
      onHappening({ kind: 'waits', behind }),
    )
    const failure = await attemptOnce(migration, runner).finally(watch.stop)
    if (failure === undefined) return { kind: 'ran', ms: performance.now() - began }
    const isBusy = failure.code === LOCK_NOT_AVAILABLE || failure.code === DEADLOCK_DETECTED
    if (!isBusy || attempt >= patience.tries) return failed(migration, failure, attempt, watch.seen())
    const afterMs = patience.pauseMs * 2 ** (attempt - 1)
    onHappening({ kind: 'tries-again', attempt: attempt + 1, tries: patience.tries, afterMs })
    await pause(afterMs)
  }
}

/** PostgreSQL's error codes, as its manual's appendix A names them. */
const LOCK_NOT_AVAILABLE = '55P03'
const DEADLOCK_DETECTED = '40P01'
const QUERY_CANCELED = '57014'

interface Failure {
  readonly message: string
  /** The server's code; none where the connection failed. */
  readonly code: string | undefined
  /** In the text that was sent, from 1. */
  readonly position: number | undefined
  readonly left: readonly string[]
}

async function attemptOnce(migration: Migration, runner: Runner): Promise<Failure | undefined> {
  return migration.transaction ? await inTransaction(migration, runner) : await alone(migration, runner)
}

async function inTransaction(migration: Migration, runner: Runner): Promise<Failure | undefined> {
  const { session, who, patience } = runner
  const { query } = session
  try {
    await query('begin')
    await query(`set local lock_timeout = ${patience.lockTimeoutMs}`)
    await query(
      `set local statement_timeout = ${migration.statementTimeoutMs ?? patience.statementTimeoutMs}`,
    )
    await query(migration.sql)
    await recordFinished(query, migration, who)
    await query('commit')
    return undefined
  } catch (error) {
    // Where the connection is lost, the server rolls back by itself.
    await query('rollback').catch(() => {})
    return { ...serverError(error), left: [] }
  }
}

/** One statement by itself. It is put on record first, since afterwards nobody may be there to do it. */
async function alone(migration: Migration, runner: Runner): Promise<Failure | undefined> {
  const { session, who, patience, onHappening } = runner
  const { query } = session
  try {
    await recordStarted(query, migration, who)
    for (const index of await invalidIndexes(migration, session)) {
      onHappening({ kind: 'drops-invalid-index', index })
      await query(`drop index concurrently if exists ${index}`)
    }
    // What is CONCURRENTLY waits for transactions to end, and nobody waits behind it.
    await query('set lock_timeout = 0')
    await query(`set statement_timeout = ${migration.statementTimeoutMs ?? patience.longStatementTimeoutMs}`)
    await query(migration.sql)
    await query('reset statement_timeout')
    const broken = await invalidIndexes(migration, session)
    if (broken.length > 0)
      return {
        message: `the index ${broken.join()} is INVALID`,
        code: INVALID,
        position: undefined,
        left: broken,
      }
    await finishStarted(query, migration)
    return undefined
  } catch (error) {
    const failure = serverError(error)
    await query('reset statement_timeout').catch(() => {})
    const left = await invalidIndexes(migration, session).catch(() => [])
    if (left.length === 0) await forgetStarted(query, migration).catch(() => {})
    return { ...failure, left }
  }
}

/** No code of the server's: it did what it was told, and the index is no good. */
const INVALID = 'INVALID'

const names = z.array(z.object({ name: z.string() }))

/** INVALID indexes under the names that the migration makes, in SQL's own quotes; not those being built right now. */
async function invalidIndexes(migration: Migration, { query }: Session): Promise<readonly string[]> {
  const read = await readStatements(migration.sql)
  if (!read.ok) return []
  const wanted = read.statements.flatMap(({ node }) => concurrentIndex(node) ?? [])
  const found: string[] = []
  for (const { name, schema } of wanted)
    found.push(...names.parse(await query(invalidIndex, [name, schema ?? null])).map((row) => row.name))
  return found
}

const databaseError = z.object({
  message: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
  position: z.string().optional(),
})

function serverError(error: unknown): Omit<Failure, 'left'> {
  const read = databaseError.safeParse(error)
  if (!read.success) return { message: String(error), code: undefined, position: undefined }
  const { message, code, detail, position } = read.data
  const isServers = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('57P')
  return {
    message: detail === undefined ? message : `${message} (${detail})`,
    code: isServers ? code : undefined,
    position: position === undefined ? undefined : Number(position),
  }
}

function failed(
  migration: Migration,
  { message, code, position, left }: Failure,
  tries: number,
  behind: readonly Other[],
): Outcome {
  const line =
    position === undefined ? undefined : [...migration.sql].slice(0, position).join('').split('\n').length
  const timeout = code === LOCK_NOT_AVAILABLE ? 'lock' : code === QUERY_CANCELED ? 'statement' : undefined
  return {
    kind: 'failed',
    why: message,
    tries,
    behind: timeout === undefined ? [] : behind,
    left,
    unknown: code === undefined,
    ...(line === undefined ? {} : { line }),
    ...(timeout === undefined ? {} : { timeout }),
  }
}
