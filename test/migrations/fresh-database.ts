/** LoanServe's database, new for each test, on one real PostgreSQL; and `handrail` run on it. */
import { type ChildProcess, spawn } from 'node:child_process'
import pg from 'pg'
import { schemaSql } from '../../src/world/database/sql/schema.ts'
import { bin } from '../e2e/terminal.ts'
import type { Postgres } from '../postgres.ts'

export interface FreshDatabase {
  readonly url: string
  /** A connection of a bystander's, ended with the database. */
  readonly connect: (application?: string) => Promise<pg.Client>
  /** Rows of one query, each as an array. */
  readonly rows: (sql: string) => Promise<readonly unknown[][]>
  readonly handrail: (...args: string[]) => Running
  /** The same with another DATABASE_URL. */
  readonly handrailOn: (url: string, ...args: string[]) => Running
  readonly close: () => Promise<void>
}

interface Running {
  readonly child: ChildProcess
  /** What it has printed so far, both streams. */
  readonly printed: () => string
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string }>
}

let count = 0

/** A database with LoanServe's tables and three loans. */
export async function freshDatabase(server: Postgres): Promise<FreshDatabase> {
  count += 1
  const name = `loanserve_${count}`
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const url = server.url.replace(/postgres$/, name)
  const clients: pg.Client[] = []
  const connect = async (application = 'test') => {
    const client = new pg.Client({ connectionString: url, application_name: application })
    client.on('error', () => {})
    await client.connect()
    clients.push(client)
    return client
  }
  const own = await connect()
  await own.query(schemaSql)
  await own.query(`
    insert into borrowers (name) values ('Ada');
    insert into loans (id, borrower_id, principal_cents, outstanding_cents, annual_rate_percent, status, legacy_status, opened_on)
    select 'LN-' || n, 1, 1000000, 1000000, 4.5, 'current', 'C', '2026-01-01' from generate_series(1, 3) n;`)
  const running: ChildProcess[] = []
  const kept = (started: Running) => {
    running.push(started.child)
    return started
  }
  return {
    url,
    connect,
    rows: async (sql) => (await own.query({ text: sql, rowMode: 'array' })).rows,
    handrail: (...args) => kept(start(args, url)),
    handrailOn: (other, ...args) => kept(start(args, other)),
    close: async () => {
      for (const child of running) child.kill('SIGKILL')
      for (const client of clients) await client.end()
    },
  }
}

function start(args: readonly string[], url: string): Running {
  const env = { ...process.env, DATABASE_URL: url, HANDRAIL_OPERATOR: 'tess', KUBECONFIG: '/nowhere' }
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  return {
    child,
    printed: () => printed,
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, printed }))),
  }
}

/** Waits until the condition holds; fails after 20 s with what it was. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never came true: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
