/** The application on a real PostgreSQL, in a world that goes on by itself. */
import { request } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FrontDoor, openFrontDoor } from '../../../src/world/app/front-door.ts'
import { createLoad } from '../../../src/world/app/load.ts'
import type { Databases } from '../../../src/world/database/databases.ts'
import { createRandom } from '../../../src/world/random.ts'
import { host, namespace } from '../../../src/world/seed.ts'
import { createWorld, type World } from '../../../src/world/world.ts'
import { ask, practiceDatabases, urlOf } from '../database/practice-databases.ts'

let databases: Databases
let world: World
let door: FrontDoor

beforeAll(async () => {
  databases = await practiceDatabases()
  world = createWorld({ now: Date.now(), random: createRandom(7), speed: 20, databases })
  const { cluster, clock, applications, kubelet } = world
  door = await openFrontDoor({ cluster, clock, applications, namespace, host, runningIn: kubelet.appOf })
  clock.goLive()
})

afterAll(async () => {
  await door.close()
  await world.stop()
  await databases.stop()
})

const get = (path: string) => fetch(`${door.url}${path}`)

function pods(color: string) {
  return world.cluster.pods
    .list(namespace)
    .filter(({ metadata, status }) => metadata.labels?.color === color && status.phase === 'Running')
}

function running(color: string) {
  const app = world.kubelet.appOf(pods(color)[0]?.metadata.uid ?? '')
  if (app === undefined) throw new Error(`nothing runs in ${color}`)
  return app
}

/** The lines of all logs of a color that hold the text. */
function logged(color: string, text: string): readonly string[] {
  const { signal } = new AbortController()
  return pods(color)
    .flatMap(
      (pod) =>
        world.kubelet.logs(pod, { container: 'api', previous: false, follow: false, signal })?.written ?? [],
    )
    .map((line) => line.text)
    .filter((line) => line.includes(text))
}

/** Ships an image to a color, and comes back when it is ready. */
async function ship(color: string, image: string): Promise<void> {
  const { deployments } = world.cluster
  const present = deployments.get(namespace, `api-${color}`)
  if (present === undefined) throw new Error(`there is no api-${color}`)
  const { template } = present.spec
  const containers = template.spec.containers.map((container) => ({ ...container, image }))
  deployments.update({
    ...present,
    spec: { ...present.spec, template: { ...template, spec: { ...template.spec, containers } } },
  })
  await expect
    .poll(
      () => pods(color).map(({ spec, metadata }) => [spec.containers[0]?.image, metadata.deletionTimestamp]),
      {
        timeout: 15_000,
      },
    )
    .toEqual(Array.from({ length: present.spec.replicas }, () => [image, undefined]))
}

test('users and probes wake nobody; a connection does, and then all find what has been paid before', async () => {
  const load = createLoad({
    clock: world.clock,
    random: createRandom(3),
    ask: door.ask,
    requestsPerSecond: 200,
  })
  load.start()
  await expect.poll(() => load.seconds().reduce((sum, { served }) => sum + served, 0)).toBeGreaterThan(100)
  expect(world.applications.verdict(running('green'), '/healthz')).toEqual({ status: 200, afterMs: 4 })
  expect(databases.isAwake(databases.primaryId)).toBe(false)
  load.stop()
  const paid = databases.asleep(databases.primaryUrl)?.payments.length ?? 0
  expect((await get('/healthz')).status).toBe(200)
  expect(databases.isAwake(databases.primaryId)).toBe(false)
  expect(await ask(databases.primaryUrl, 'SELECT count(*)::int AS paid FROM payments')).toEqual([{ paid }])

  const health = await get('/healthz')
  expect(health.status).toBe(200)
  expect(await health.json()).toMatchObject({
    status: 'ok',
    checks: [{ name: 'database', status: 'ok' }, {}, {}],
  })
  expect(databases.isAwake(databases.primaryId)).toBe(true)
  const metrics = await (await get('/api/loans/metrics')).json()
  expect(metrics).toMatchObject({ loans: { total: 1200 }, payments: { total: paid } })
  expect(load.lost()).toBe(0)
})

test('what is paid is in the database, and what the database has is shown', async () => {
  const response = await fetch(`${door.url}/api/loans/LN-10900/payments`, {
    method: 'POST',
    body: '{"amount_cents":4321}',
  })
  expect(response.status).toBe(201)
  expect(await ask(databases.primaryUrl, 'SELECT loan_id FROM payments WHERE amount_cents = 4321')).toEqual([
    { loan_id: 'LN-10900' },
  ])
  await ask(databases.primaryUrl, "UPDATE loans SET outstanding_cents = 99 WHERE id = 'LN-10900'")
  expect(await (await get('/api/loans/LN-10900')).json()).toMatchObject({
    outstanding_cents: 99,
    borrower: expect.any(String),
  })
  expect(await (await get('/api/loans?limit=2&offset=1')).json()).toMatchObject({
    loans: [{ id: 'LN-10002' }, { id: 'LN-10003' }],
    page: { total: 1200 },
  })
  expect(
    (await fetch(`${door.url}/api/loans/LN-10900/payments`, { method: 'POST', body: '{"amount_cents":100}' }))
      .status,
  ).toBe(422)
  expect((await get('/api/loans/LN-1')).status).toBe(404)
})

test('a connection to one pod is answered by it, whatever the Service selects', async () => {
  const connection = world.applications.connect(running('green'))
  if (connection === undefined) throw new Error('nothing listens')
  const color = await new Promise((resolve, reject) => {
    request({ path: '/healthz', createConnection: () => connection }, (response) => {
      response.resume()
      resolve(response.headers['x-color'])
    })
      .on('error', reject)
      .end()
  })
  expect(color).toBe('green')
  connection.destroy()
})

test('a waiting ALTER holds up every reader behind it, until they give up after five seconds', async () => {
  const reader = new pg.Client(databases.primaryUrl)
  const migration = new pg.Client(databases.primaryUrl)
  await Promise.all([reader.connect(), migration.connect()])
  await reader.query('BEGIN')
  await reader.query('SELECT count(*) FROM loans')
  const altered = migration.query('ALTER TABLE loans ADD COLUMN note text')
  await expect
    .poll(() => ask(databases.primaryUrl, 'SELECT 1 FROM pg_locks WHERE NOT granted'))
    .toHaveLength(1)
  const begun = performance.now()
  const answer = await get('/api/loans')
  expect(answer.status).toBe(504)
  expect(performance.now() - begun).toBeGreaterThan(4900)
  expect((await get('/healthz')).status).toBe(200)
  expect(logged('blue', 'canceling statement due to statement timeout')).not.toHaveLength(0)
  await reader.query('COMMIT')
  await altered
  expect((await get('/api/loans')).status).toBe(200)
  await Promise.all([reader.end(), migration.end()])
})

test('a version that leaks its connections runs dry: requests wait, fail, and the pool is in the log', async () => {
  world.faults.set({ images: { 'v1.4.0': [{ kind: 'leaks-connections', everyRequests: 1 }] } })
  await ship('green', 'loanserve/api:v1.4.0')
  const leaky = running('green')
  const one = () =>
    new Promise<number>((resolve) => {
      world.applications.ask(leaky, { method: 'GET', url: '/api/loans' }, 'user', ({ status }) =>
        resolve(status),
      )
    })
  expect(await Promise.all(Array.from({ length: 10 }, one))).toEqual(Array.from({ length: 10 }, () => 200))
  expect(world.applications.poolOf(leaky)).toEqual({ size: 10, in_use: 10, idle: 0, waiting: 0 })
  const late = one()
  await expect.poll(() => world.applications.poolOf(leaky).waiting).toBe(1)
  expect(await late).toBe(503)
  expect(logged('green', 'timeout exceeded when trying to connect')[0]).toContain('"in_use":10')
  // The pool is dry, and not the database away: the other pods are well.
  expect(world.applications.verdict(leaky, '/healthz').status).toBe(503)
  expect(world.applications.verdict(running('blue'), '/healthz').status).toBe(200)
  const sessions = databases.sessions(databases.primaryId)
  world.faults.set({ images: {} })
  await ship('green', 'loanserve/api:v1.4.1')
  await expect.poll(() => databases.sessions(databases.primaryId)).toBeLessThanOrEqual(sessions - 10)
})

test('after a contract migration old versions fail and say why, and new ones do not miss the column', async () => {
  await ask(databases.primaryUrl, 'ALTER TABLE loans DROP COLUMN legacy_status')
  const answer = await get('/api/loans')
  expect(answer.status).toBe(500)
  expect(await answer.json()).toEqual({ error: 'internal error' })
  expect(logged('blue', 'column loans.legacy_status does not exist (42703)')).not.toHaveLength(0)
  expect((await get('/healthz')).status).toBe(200)
  const status = await new Promise((resolve) => {
    const asked = { method: 'GET', url: '/api/loans' }
    world.applications.ask(running('green'), asked, 'inside', (answered) => resolve(answered.status))
  })
  expect(status).toBe(200)
})

test('without its database the application says so and loses its readiness, and gets it back', async () => {
  const changed = new Set<string>()
  const forget = world.applications.onChange((podUid) => changed.add(podUid))
  await databases.close(databases.primaryId)
  const health = await get('/healthz')
  expect(health.status).toBe(503)
  expect(await health.json()).toMatchObject({
    status: 'failing',
    checks: [{ name: 'database', status: 'failing', error: expect.stringContaining('ECONNREFUSED') }, {}, {}],
  })
  expect(changed.size).toBe(world.cluster.pods.list(namespace).length)
  expect(world.applications.verdict(running('blue'), '/healthz').status).toBe(503)
  // Three failed probes, and nobody sends users there any more.
  await expect
    .poll(async () => (await get('/healthz')).text(), { timeout: 10_000 })
    .toContain('api-main has no ready endpoint')
  await databases.open(databases.primaryId)
  await expect.poll(async () => (await get('/healthz')).status, { timeout: 10_000 }).toBe(200)
  expect(world.applications.verdict(running('blue'), '/healthz').status).toBe(200)
  forget()
})

test('a pod keeps the database of its start until it is restarted', async () => {
  await databases.restore('rollback', databases.primaryId, Date.now() - 24 * 3_600_000)
  await databases.open('rollback')
  const { secrets } = world.cluster
  const secret = secrets.get(namespace, 'loanserve-secrets')
  if (secret === undefined) throw new Error('there is no Secret')
  const data = { ...secret.data, DATABASE_URL: Buffer.from(urlOf(databases, 'rollback')).toString('base64') }
  secrets.update({ ...secret, data })
  await expect.poll(async () => (await get('/api/loans/LN-10001')).status).toBe(500)
  expect(databases.isAwake('rollback')).toBe(false)
  await ship('blue', 'loanserve/api:v1.2.1')
  await expect.poll(async () => (await get('/api/loans/LN-10001')).status, { timeout: 10_000 }).toBe(200)
  expect(databases.isAwake('rollback')).toBe(true)
})
