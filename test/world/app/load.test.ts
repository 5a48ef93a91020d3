import { expect, test } from 'vitest'
import { openFrontDoor } from '../../../src/world/app/front-door.ts'
import { createLoad, type LoadSecond, savedLoadSchema } from '../../../src/world/app/load.ts'
import { createLoadHistory } from '../../../src/world/app/load-history.ts'
import { createRandom } from '../../../src/world/random.ts'
import { noon, practiceCluster } from '../practice.ts'

async function practiceLoad() {
  const world = practiceCluster()
  const { cluster, clock, applications, kubelet } = world
  const door = await openFrontDoor({
    ...{ cluster, clock, applications, namespace: 'loanserve', host: 'api.loanserve.io' },
    runningIn: kubelet.appOf,
  })
  await door.close()
  const load = createLoad({ clock, random: createRandom(5), ask: door.ask })
  load.start()
  return { ...world, load }
}

const sum = (seconds: readonly LoadSecond[], what: 'asked' | 'served' | 'lost' | 'slow') =>
  seconds.reduce((total, second) => total + second[what], 0)

test('users come about twenty times a second, read and pay, and are served', async () => {
  const { load, pass, applications, clock } = await practiceLoad()
  pass(60_000)
  const seconds = load.seconds()
  expect(sum(seconds, 'asked')).toBeGreaterThan(1050)
  expect(sum(seconds, 'asked')).toBeLessThan(1350)
  expect(load.lost()).toBe(0)
  expect(
    seconds.flatMap(({ by }) => by).every(({ color, version }) => color === 'blue' && version === 'v1.2.2'),
  ).toBe(true)
  expect(load.figures()).toMatchObject({ errorShare: 0, requestsPerSecond: expect.closeTo(20, -1) })
  expect(load.figures().p95Ms).toBeGreaterThan(4)
  expect(load.figures().p95Ms).toBeLessThan(65)
  expect(applications.pools()).toMatchObject({ in_use: 0 })
  expect(seconds.at(-1)?.at).toBe(clock.now() - 1000)
})

test('what users lose is exactly what they asked while the Service had no endpoint', async () => {
  const { load, pass, cluster } = await practiceLoad()
  pass(10_000)
  const api = cluster.services.get('loanserve', 'api-main')
  if (api === undefined) throw new Error('there is no Service api-main')
  cluster.services.update({ ...api, spec: { ...api.spec, selector: { app: 'api', color: 'nobody' } } })
  pass(500)
  const from = load.seconds()
  const before = { asked: sum(from, 'asked'), lost: sum(from, 'lost') }
  pass(7000)
  const until = load.seconds()
  expect(sum(until, 'lost') - before.lost).toBe(sum(until, 'asked') - before.asked)
  const present = cluster.services.get('loanserve', 'api-main')
  if (present === undefined) throw new Error('there is no Service api-main')
  cluster.services.update({ ...present, spec: { ...present.spec, selector: { app: 'api', color: 'blue' } } })
  pass(500)
  const lost = load.lost()
  expect(lost).toBeGreaterThan(100)
  pass(30_000)
  expect(load.lost()).toBe(lost)
  expect(sum(load.seconds(), 'lost')).toBe(lost)
})

test('what takes more than two seconds is served, and slow; what fails is lost to its version', async () => {
  const { load, pass, faults } = await practiceLoad()
  faults.set({ images: { 'v1.2.2': [{ kind: 'laggy-under-traffic', answersAfterMs: 2100 }] } })
  pass(10_000)
  const slow = sum(load.seconds(), 'slow')
  expect(slow).toBeGreaterThan(100)
  expect(slow).toBe(sum(load.seconds(), 'served'))
  faults.set({ servicesDown: ['payments'] })
  pass(20_000)
  const byVersion = load.seconds().flatMap(({ by }) => by)
  expect(load.lost()).toBeGreaterThan(30)
  expect(byVersion.reduce((total, { lost }) => total + lost, 0)).toBe(load.lost())
})

test('after a stop nobody asks, and a saved load goes on where it was', async () => {
  const { load, pass, clock } = await practiceLoad()
  pass(5000)
  load.stop()
  pass(5000)
  const asked = sum(load.seconds(), 'asked')
  pass(5000)
  expect(sum(load.seconds(), 'asked')).toBe(asked)
  const saved = savedLoadSchema.parse(JSON.parse(JSON.stringify(load.save())))
  const other = createLoad({
    clock,
    random: createRandom(5),
    ask: (_asked, _asker, done) => done({ kind: 'none-ready', service: 'api-main' }),
    saved,
  })
  other.start()
  pass(1000)
  expect(sum(other.seconds(), 'asked')).toBeGreaterThan(asked)
  expect(other.lost()).toBeGreaterThan(load.lost())
})

test('an hour is kept, by the second', () => {
  const history = createLoadHistory()
  for (let second = 0; second < 4000; second++) history.asked(noon + second * 1000)
  expect(history.seconds()).toHaveLength(3600)
  expect(history.seconds()[0]?.at).toBe(noon + 400_000)
})
