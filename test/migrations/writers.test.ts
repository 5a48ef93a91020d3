/** The migrations of ops/db on a real PostgreSQL, while both versions of LoanServe read and write all the time. */
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loanSql, pageSql, paySql, totalsSql } from '../../src/world/app/sql/queries.ts'
import { type Postgres, startPostgres } from '../postgres.ts'
import { type FreshDatabase, freshDatabase, until } from './fresh-database.ts'

let server: Postgres
let database: FreshDatabase
beforeAll(async () => {
  server = await startPostgres()
  database = await freshDatabase(server)
})
afterAll(async () => {
  await database.close()
  await server.stop()
})

/** One instance of the application: it asks with prepared statements, one after the other, until it is stopped. */
function instance(client: pg.Client, version: string, { legacy, seed }: { legacy: boolean; seed: number }) {
  let stopped = false
  let requests = 0
  let borrowed = 0
  const errors: string[] = []
  const ask = async (name: string, text: string, values: unknown[] = []) => {
    const { rows } = await client.query({ name: `${version}-${name}`, text, values })
    requests += 1
    return rows
  }
  async function work() {
    for (let round = seed; !stopped; round += 1) {
      const loan = `LN-${(round % 3) + 1}`
      try {
        await ask('page', pageSql(legacy), [25, 0])
        await ask('pay', paySql(legacy), [loan, 1])
        await ask('loan', loanSql(legacy), [loan])
        await ask('totals', totalsSql(legacy))
        const columns = legacy ? 'status, legacy_status' : 'status'
        const values = legacy ? "'late', 'L'" : "'late'"
        // A new version may insert without the old column only once the expand has run, and so it comes after it.
        await ask(
          'borrow',
          `insert into loans (id, borrower_id, principal_cents, outstanding_cents, annual_rate_percent, opened_on, ${columns})
           values ($1, 1, 100, 100, 1, now(), ${values})`,
          [`${version}-${borrowed}`],
        )
        borrowed += 1
      } catch (error) {
        errors.push(`${version}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  const working = work()
  return {
    errors,
    /** Waits until it has asked a good many times more. */
    goesOn: async () => {
      const then = requests
      await until(`${version} goes on`, () => requests > then + 50 || errors.length > 0)
    },
    stop: async () => {
      stopped = true
      await working
    },
  }
}

test('nobody ever sees an error: expand under the old version, both versions side by side, contract under the new one', async () => {
  const old = instance(await database.connect('v1.2.2'), 'v1.2.2', { legacy: true, seed: 0 })
  await old.goesOn()
  const expanded = await database.handrail('migrations', 'expand').ended
  expect(expanded.code, expanded.printed).toBe(0)
  await old.goesOn()

  const fresh = instance(await database.connect('v1.3.0'), 'v1.3.0', { legacy: false, seed: 1 })
  await Promise.all([old.goesOn(), fresh.goesOn()])
  // What the one version writes, the other reads.
  expect(
    await database.rows(
      "select count(*)::int from loans where legacy_status <> case status when 'current' then 'C' when 'late' then 'L' else 'P' end",
    ),
  ).toEqual([[0]])
  await old.stop()

  const reason = 'only v1.3.0 runs in this test'
  const contracted = await database.handrail('migrations', 'contract', '--traffic-has-left', reason).ended
  expect(contracted.code, contracted.printed).toBe(0)
  await fresh.goesOn()
  await fresh.stop()

  expect([...old.errors, ...fresh.errors]).toEqual([])
  expect(
    await database.rows("select 1 from information_schema.columns where column_name = 'legacy_status'"),
  ).toEqual([])
})

test('and the test would see one: the old version fails after the contract', async () => {
  const old = instance(await database.connect('v1.2.2'), 'v1.2.2-late', { legacy: true, seed: 0 })
  await old.goesOn()
  await old.stop()
  expect(old.errors[0]).toContain('legacy_status')
})
