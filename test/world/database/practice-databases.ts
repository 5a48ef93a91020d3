/** Databases of a practice world for tests, and clients that ask them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import {
  createDatabases,
  type Databases,
  type DatabasesOptions,
} from '../../../src/world/database/databases.ts'
import { createRandom } from '../../../src/world/random.ts'

/** Databases on the machine's clock, from the seed 7. */
export function practiceDatabases(options: Partial<DatabasesOptions> = {}): Promise<Databases> {
  return createDatabases({ now: Date.now, machineNow: Date.now, random: createRandom(7), ...options })
}

/** The application user's URL of a cluster's database. */
export function urlOf(databases: Databases, clusterId: string): string {
  const url = new URL(databases.primaryUrl)
  url.port = String(databases.addressOf(clusterId)?.port)
  return url.href
}

/** The rows of statements, run one after the other in one session. */
export async function ask(url: string, ...statements: readonly string[]): Promise<unknown[]> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    let rows: unknown[] = []
    for (const sql of statements) ({ rows } = await client.query<Record<string, unknown>>(sql))
    return rows
  } finally {
    await client.end()
  }
}

const run = promisify(execFile)

/** Whether this machine has psql. */
export const hasPsql: boolean = await run('psql', ['--version']).then(
  () => true,
  () => false,
)

/** What psql prints, unaligned and without headings. Rejects with what it says when it fails. */
export async function psql(url: string, sql: string): Promise<string> {
  const { stdout } = await run('psql', [url, '-Atc', sql])
  return stdout.trim()
}

/** Comes back after the next millisecond, so that what is done before and after lies at different times. */
export async function nextMoment(): Promise<number> {
  const begun = Date.now()
  while (Date.now() < begun + 3) await new Promise((resolve) => setTimeout(resolve, 1))
  return begun + 2
}
