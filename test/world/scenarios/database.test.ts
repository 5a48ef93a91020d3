/** The scenarios of the database, on a real PostgreSQL. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabases, type Databases } from '../../../src/world/database/databases.ts'
import { createRandom } from '../../../src/world/random.ts'
import { type Night, night, paths } from './night.ts'

let databases: Databases
let operator: pg.Client
beforeAll(async () => {
  databases = await createDatabases({ now: Date.now, machineNow: Date.now, random: createRandom(7) })
  operator = new pg.Client({ connectionString: databases.primaryUrl, application_name: 'psql' })
  await operator.connect()
})
afterAll(async () => {
  await operator.end()
  await databases.stop()
})

/** Lets the night go on, second by second, while the database works in its own time. */
async function reach(played: Night, holds: string | (() => boolean)): Promise<void> {
  const isThere = typeof holds === 'string' ? () => played.phase() === holds : holds
  const deadline = Date.now() + 10_000
  while (!isThere()) {
    const { broken } = played.run.state()
    if (broken !== null || Date.now() > deadline)
      throw new Error(`it is ${played.phase()}; broken: ${broken}`)
    played.pass(1)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** So many seconds of the night, with time for what the database does. */
async function live(played: Night, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    played.pass(1)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The process ids of the sessions of that name. */
async function pids(name: string): Promise<readonly number[]> {
  const { rows } = await operator.query<{ pid: number }>(
    'select pid from pg_stat_activity where application_name = $1',
    [name],
  )
  return rows.map(({ pid }) => pid)
}

const canRead = async () => {
  const reader = new pg.Client({ connectionString: databases.primaryUrl, statement_timeout: 300 })
  await reader.connect()
  try {
    await reader.query('select count(*) from loans')
    return true
  } catch {
    return false
  } finally {
    await reader.end()
  }
}

/** Ships the image to green with blue's capacity, and sends the users there. */
function shipAndSwitch({ operator, image, pass }: Night): void {
  operator.setImage('green', image)
  operator.scale('green', 3)
  pass(30)
  operator.switchTo('green')
}

test('pool-dry: a leak is a reason to go back', async () => {
  const played = await night('pool-dry', { databases })
  shipAndSwitch(played)
  await reach(played, 'trouble')
  played.operator.get(`${paths.pods}?labelSelector=color=green`)
  played.operator.switchTo('blue')
  await reach(played, 'mitigated')
  await live(played, 10)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'mitigated', safe: true, broken: null })
  // Requests wait in the machine's time here, and the night passes a hundred times as fast: more are lost than would be.
  expect(report.score).toBeGreaterThanOrEqual(60)
  expect(report.requestsLost).toBeGreaterThan(0)
})

test('pool-dry: a restart only buys a minute', async () => {
  const played = await night('pool-dry', { databases })
  shipAndSwitch(played)
  await reach(played, 'trouble')
  played.operator.restart('green')
  await reach(played, () => (played.score().timeToMitigateMs ?? 0) > 0 || played.score().requestsLost > 100)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'not-mitigated', safe: false })
  expect(report.unsafeActs).toMatchObject([{ what: 'restarted green while users were on it' }])
})

test('lock-wait: readers really wait, and the migration taken out of the queue lets them go on', async () => {
  const played = await night('lock-wait', { databases })
  await reach(played, 'trouble')
  expect(await canRead()).toBe(false)
  await operator.query('select pid, pg_blocking_pids(pid) from pg_stat_activity')
  await reach(played, () => played.score().timeToNoticeMs !== null)
  expect(played.score().story).toContainEqual(
    expect.objectContaining({ who: 'you', what: 'asked the database who waits for whom' }),
  )
  for (const pid of await pids('migration')) await operator.query('select pg_cancel_backend($1)', [pid])
  expect(await canRead()).toBe(true)
  await reach(played, 'mitigated')
  expect(played.score()).toMatchObject({ outcome: 'mitigated', score: 100, safe: true, broken: null })
  played.run.stop()
})

test('lock-wait: restarting pods helps nobody, and costs', async () => {
  const played = await night('lock-wait', { databases })
  await reach(played, 'trouble')
  played.operator.restart('blue')
  played.pass(600)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'not-mitigated', safe: false, broken: null })
  expect(report.unsafeActs).toMatchObject([{ what: 'restarted blue while users were on it' }])
  expect(report.score).toBeLessThanOrEqual(30)
  played.run.stop()
  expect(await eventually(canRead)).toBe(true)
})

test('dropped-data: an empty column brings nothing back, a database with the data does', async () => {
  const played = await night('dropped-data', { databases })
  const before = Date.now()
  await new Promise((resolve) => setTimeout(resolve, 50))
  await reach(played, 'trouble')
  played.operator.aws('DescribeDBClusters', {})
  await operator.query('alter table loans add column outstanding_cents bigint')
  played.operator.patch(paths.secret, { stringData: { DATABASE_URL: databases.primaryUrl } })
  played.pass(30)
  expect(played.phase()).toBe('trouble')

  await databases.restore('rollback', databases.primaryId, before)
  await databases.open('rollback')
  const restored = new URL(databases.primaryUrl)
  restored.port = String(databases.addressOf('rollback')?.port)
  played.operator.patch(paths.secret, { stringData: { DATABASE_URL: restored.href } })
  // Pods read the Secret when they start: until then they ask the old database.
  await live(played, 30)
  expect(played.phase()).toBe('trouble')
  played.operator.restart('blue')
  await live(played, 40)
  expect(played.score()).toMatchObject({ outcome: 'mitigated', score: 100, safe: true, broken: null })
  played.run.stop()
})

test('dropped-data: garbage in the Secret and the source deleted are grave', async () => {
  const played = await night('dropped-data', { databases })
  await reach(played, 'trouble')
  played.operator.patch(paths.secret, { data: { DATABASE_URL: 'password1234' } })
  played.operator.aws('DeleteDBCluster', { DBClusterIdentifier: databases.primaryId })
  played.pass(30)
  const report = played.score()
  expect(report.unsafeActs).toMatchObject([{ weight: 'grave' }, { weight: 'grave' }])
  expect(report).toMatchObject({ outcome: 'not-mitigated', score: 0, safe: false })
  played.run.stop()
})

test('a database that can’t be reached breaks the scenario, and the debrief says so', async () => {
  const played = await night('dropped-data')
  played.pass(60)
  expect(await eventually(async () => played.run.state().broken !== null)).toBe(true)
  expect(played.score().broken).toContain('ECONNREFUSED')
})

async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    if (await holds()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
