import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabases, type Databases } from '../../../src/world/database/databases.ts'
import { createRandom } from '../../../src/world/random.ts'
import { ask, hasPsql, nextMoment, practiceDatabases, psql, urlOf } from './practice-databases.ts'

let databases: Databases

beforeAll(async () => {
  databases = await practiceDatabases()
})

afterAll(() => databases.stop())

const count = async (url: string, table = 'payments') =>
  (await ask(url, `SELECT count(*)::int FROM ${table}`))[0]

test('a restore to a time between shows the lost rows again, beside the source that has lost them', async () => {
  const { primaryId, primaryUrl } = databases
  await ask(primaryUrl, "INSERT INTO payments (loan_id, amount_cents) VALUES ('LN-10001', 777)")
  const before = await nextMoment()
  await ask(
    primaryUrl,
    'DELETE FROM payments WHERE amount_cents = 777',
    'ALTER TABLE loans DROP COLUMN outstanding_cents',
  )
  await nextMoment()

  const restored = databases.restore('rollback', primaryId, before)
  expect(databases.addressOf('rollback')).toMatchObject({ host: '127.0.0.1' })
  await restored
  const url = urlOf(databases, 'rollback')
  expect(databases.isAwake('rollback')).toBe(false)
  await expect(ask(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  await databases.open('rollback')

  const sql = 'SELECT count(*) FROM payments WHERE amount_cents = 777'
  if (hasPsql) expect([await psql(primaryUrl, sql), await psql(url, sql)]).toEqual(['0', '1'])
  expect(await ask(url, `${sql}`)).toEqual([{ count: '1' }])
  expect(await ask(url, 'SELECT count(outstanding_cents)::int FROM loans')).toEqual([{ count: 1200 }])
  await expect(ask(primaryUrl, 'SELECT outstanding_cents FROM loans')).rejects.toThrow('does not exist')
})

test('what was restored can be changed, and restored again to a time since or before', async () => {
  const url = urlOf(databases, 'rollback')
  const restoredAt = await nextMoment()
  await ask(url, 'DROP TABLE payments')
  await nextMoment()
  await databases.restore('second', 'rollback', restoredAt)
  await databases.open('second')
  expect(
    await ask(urlOf(databases, 'second'), 'SELECT count(*)::int FROM payments WHERE amount_cents = 777'),
  ).toEqual([{ count: 1 }])
  await expect(count(url)).rejects.toThrow('does not exist')
})

test('a time after the last change, or still to come, gives all there is', async () => {
  const whole = await count(databases.primaryUrl)
  const quiet = await nextMoment()
  await nextMoment()
  for (const [id, time] of [
    ['quiet', quiet],
    ['future', Date.now() + 3_600_000],
  ] as const) {
    await databases.restore(id, databases.primaryId, time)
    await databases.open(id)
    expect(await count(urlOf(databases, id))).toEqual(whole)
  }
})

test('a time from before the world began gives its data without what is younger', async () => {
  const weekAgo = Date.now() - 7 * 24 * 3_600_000
  await databases.restore('week', databases.primaryId, weekAgo)
  await databases.open('week')
  const url = urlOf(databases, 'week')
  const [youngest] = await ask(
    url,
    'SELECT greatest(max(payments.created_at), (SELECT max(created_at) FROM loans)) AS at FROM payments',
  )
  expect(youngest).toEqual({ at: expect.any(Date) })
  expect(youngest).toSatisfy(({ at }: { at: Date }) => at.getTime() <= weekAgo)
  // What was paid since is owed again.
  const other = await practiceDatabases()
  try {
    const seeded = other.asleep(other.primaryUrl)
    const since = [...(seeded?.payments ?? [])].find(
      ({ createdAt, loanId }) => createdAt > weekAgo && (seeded?.loans.get(loanId)?.createdAt ?? 0) < weekAgo,
    )
    const owed = (seeded?.loans.get(since?.loanId ?? '')?.outstandingCents ?? 0) + (since?.amountCents ?? 0)
    expect(
      await ask(url, `SELECT outstanding_cents::int AS owed FROM loans WHERE id = '${since?.loanId}'`),
    ).toEqual([{ owed }])
  } finally {
    await other.stop()
  }
})

test('what can not be restored is refused, and leaves nothing behind', async () => {
  await expect(databases.restore('x', 'nowhere', Date.now())).rejects.toThrow('there is no database nowhere')
  await expect(databases.restore('rollback', databases.primaryId, Date.now())).rejects.toThrow(
    'there is a database rollback already',
  )
  expect(databases.addressOf('x')).toBeUndefined()
})

test('a removed database is gone, with its address, and its source lives on', async () => {
  const url = urlOf(databases, 'rollback')
  await databases.remove('rollback')
  expect(databases.addressOf('rollback')).toBeUndefined()
  await expect(ask(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  expect(await count(urlOf(databases, 'second'))).toBeDefined()
})

test('a database that nobody ever woke, or that is closed, can be restored from', async () => {
  const own = await practiceDatabases()
  try {
    await own.close(own.primaryId)
    await own.restore('copy', own.primaryId, Date.now())
    expect(own.isAwake(own.primaryId)).toBe(false)
    await own.open('copy')
    expect(await count(urlOf(own, 'copy'), 'loans')).toEqual({ count: 1200 })
  } finally {
    await own.stop()
  }
})

test('on a clock that is moved by hand its own times count', async () => {
  let now = Date.UTC(2031, 4, 1, 12)
  const own = await createDatabases({ now: () => now, machineNow: Date.now, random: createRandom(3) })
  const minute = 60_000
  try {
    await ask(own.primaryUrl, "INSERT INTO payments (loan_id, amount_cents) VALUES ('LN-10001', 1)")
    now += 10 * minute
    await ask(own.primaryUrl, 'DELETE FROM payments WHERE amount_cents = 1')
    now += 10 * minute
    await own.restore('between', own.primaryId, now - 15 * minute)
    await own.restore('after', own.primaryId, now - 5 * minute)
    const sql = 'SELECT count(*)::int FROM payments WHERE amount_cents = 1'
    await own.open('between')
    await own.open('after')
    expect(await ask(urlOf(own, 'between'), sql)).toEqual([{ count: 1 }])
    expect(await ask(urlOf(own, 'after'), sql)).toEqual([{ count: 0 }])
  } finally {
    await own.stop()
  }
})
