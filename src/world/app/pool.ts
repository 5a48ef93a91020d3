/** The application's database connections: a real pool of real sessions. */
import type { Pool, PoolClient } from 'pg'
import { databaseTarget } from './database-target.ts'
import type { PoolFigures } from './log-lines.ts'

export interface ConnectionPool {
  /** The rows of a statement. Rejects as the database or the pool has it. */
  readonly query: (text: string, values: readonly unknown[]) => Promise<readonly unknown[]>
  /** Resolves when the database answers; rejects when it doesn't within the time that a health check has. */
  readonly check: () => Promise<void>
  readonly figures: () => PoolFigures
  /** Ends every session, those that were never given back too. */
  readonly close: () => Promise<void>
}

/** How long a request waits for a connection, and a statement for its locks and its result. */
const waitMs = 5000
/** A health check has answered before the kubelet's usual timeout of 1 s. */
const checkMs = 800

interface PoolOptions {
  readonly url: string
  readonly size: number
  /** One connection for each of so many queries is never given back; undefined in a good version. Asked each time. */
  readonly leaksEvery: () => number | undefined
  readonly applicationName: string
}

/** A pool that opens nothing before the first query. */
export function createPool({ url, size, leaksEvery, applicationName }: PoolOptions): ConnectionPool {
  const target = databaseTarget(url)
  const kept = new Set<PoolClient>()
  let pool: Pool | undefined
  let queries = 0
  let hasConnected = false
  let isClosed = false

  async function open(): Promise<Pool> {
    if ('problem' in target) throw target.problem
    // Loaded here, since a world in which nobody asks starts sooner without it.
    const { default: pg } = await import('pg')
    if (isClosed) throw new Error('the application has ended')
    if (pool !== undefined) return pool
    pool = new pg.Pool({
      ...target.config,
      max: size,
      connectionTimeoutMillis: waitMs,
      idleTimeoutMillis: 60_000,
      statement_timeout: waitMs,
      // The server's own timeout comes first; this one is for a server that has gone without a word.
      query_timeout: waitMs + 1000,
      application_name: applicationName,
      allowExitOnIdle: true,
    })
    // A session that ends while nobody uses it: the pool opens another one when it is needed.
    pool.on('error', ignore)
    return pool
  }

  async function take(): Promise<PoolClient> {
    const client = await (await open()).connect()
    hasConnected = true
    client.on('error', ignore)
    return client
  }

  function giveBack(client: PoolClient, failure?: Error): void {
    // One that has failed may still say so once more while it is taken down: somebody has to listen.
    if (failure === undefined) client.off('error', ignore)
    client.release(failure)
  }

  async function check(): Promise<void> {
    const client = await take()
    try {
      await client.query('SELECT 1')
      giveBack(client)
    } catch (error) {
      giveBack(client, error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }

  return {
    async query(text, values) {
      const client = await take()
      const every = leaksEvery()
      const leaks = every !== undefined && ++queries % every === 0
      try {
        const { rows } = await client.query<Record<string, unknown>>(text, [...values])
        return rows
      } finally {
        if (leaks) kept.add(client)
        else giveBack(client)
      }
    },
    // The first connection may take its time: a database that sleeps wakes for it.
    check: () => within(check(), hasConnected ? checkMs : waitMs),
    figures() {
      const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pool ?? {}
      return { size, in_use: totalCount - idleCount, idle: idleCount, waiting: waitingCount }
    },
    async close() {
      isClosed = true
      for (const client of kept) giveBack(client, new Error('the application ends'))
      kept.clear()
      await pool?.end()
    },
  }
}

function ignore(): void {}

async function within(job: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the database did not answer within ${ms} ms`)), ms)
  })
  job.catch(() => {})
  try {
    await Promise.race([job, late])
  } finally {
    clearTimeout(timer)
  }
}
