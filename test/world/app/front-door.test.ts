import { afterEach, expect, test } from 'vitest'
import type { HttpAct } from '../../../src/world/acts.ts'
import { type FrontDoor, openFrontDoor } from '../../../src/world/app/front-door.ts'
import { practiceCluster } from '../practice.ts'

type PracticeWorld = ReturnType<typeof practiceCluster>

let door: FrontDoor | undefined
const acts: HttpAct[] = []

afterEach(async () => {
  await door?.close()
  door = undefined
  acts.length = 0
})

async function open(world: PracticeWorld): Promise<FrontDoor> {
  const { cluster, clock, applications, kubelet } = world
  door = await openFrontDoor({
    ...{ cluster, clock, applications, namespace: 'loanserve', host: 'api.loanserve.io' },
    runningIn: kubelet.appOf,
    onAct: (act) => acts.push(act),
  })
  return door
}

/** Lets the clock go on in small steps until the answer is there. */
async function get(world: PracticeWorld, url: string, init?: RequestInit): Promise<Response> {
  let answer: Response | undefined
  const asked = fetch(url, init).then((response) => {
    answer = response
    return response
  })
  while (answer === undefined) {
    world.pass(1)
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 1))])
  }
  return answer
}

test('requests go round the ready pods of the selected color, and each logs its own', async () => {
  const world = practiceCluster()
  const { url } = await open(world)
  for (let turn = 0; turn < 6; turn++) {
    const response = await get(world, `${url}/api/loans?limit=1`)
    expect(response.headers.get('x-color')).toBe('blue')
    expect(await response.json()).toMatchObject({ loans: [{ id: 'LN-10001' }] })
  }
  const signal = new AbortController().signal
  for (const pod of world.pods('blue')) {
    const lines = world.kubelet.logs(pod, {
      container: 'api',
      previous: false,
      follow: false,
      signal,
    })?.written
    const requests = lines?.filter(({ text }) => text.includes('"msg":"request"')) ?? []
    expect(requests).toHaveLength(2)
  }
  expect(acts).toHaveLength(6)
  expect(acts[0]).toMatchObject({ kind: 'http', method: 'GET', path: '/api/loans', status: 200 })
})

test('a payment is taken in with its body, and a body without an end is not', async () => {
  const world = practiceCluster()
  const { url } = await open(world)
  const paid = await get(world, `${url}/api/loans/LN-10900/payments`, {
    method: 'POST',
    body: '{"amount_cents":100}',
  })
  expect(paid.status).toBe(201)
  const large = fetch(`${url}/api/loans/LN-10900/payments`, { method: 'POST', body: 'x'.repeat(70_000) })
  await expect(large).rejects.toThrow('fetch failed')
})

test('when no pod is ready the answer is a plain 503', async () => {
  const world = practiceCluster()
  const { url } = await open(world)
  world.scale('blue', 0)
  world.pass(2000)
  const response = await fetch(`${url}/healthz`)
  expect(response.status).toBe(503)
  expect(await response.text()).toBe('503 Service Unavailable: api-main has no ready endpoint\n')
  expect(acts).toMatchObject([{ path: '/healthz', status: 503 }])
})

test('a laggy version keeps its users waiting for three seconds', async () => {
  const world = practiceCluster()
  world.faults.set({ images: { 'v1.2.2': [{ kind: 'laggy' }] } })
  const { ask } = await open(world)
  const before = world.clock.now()
  let took: number | undefined
  ask({ method: 'GET', url: '/livez' }, 'user', () => {
    took = world.clock.now() - before
  })
  world.pass(2999)
  expect(took).toBeUndefined()
  world.pass(2)
  expect(took).toBe(3000)
})

test('a version that is laggy under traffic is quick until users come, and one with late errors is well until then', async () => {
  const world = practiceCluster()
  world.faults.set({
    images: {
      'v1.2.2': [
        { kind: 'laggy-under-traffic', answersAfterMs: 2500 },
        { kind: 'errors-under-traffic', afterMs: 120_000, share: 1 },
      ],
    },
  })
  const { ask } = await open(world)
  const [pod] = world.pods('blue')
  const running = world.kubelet.appOf(pod?.metadata.uid ?? '')
  if (running === undefined) throw new Error('no application runs')
  expect(world.applications.verdict(running, '/healthz')).toEqual({ status: 200, afterMs: 4 })
  const answers: { status: number; ms: number }[] = []
  const request = () =>
    ask({ method: 'GET', url: '/api/loans' }, 'user', (outcome) => {
      if (outcome.kind === 'answered') answers.push({ status: outcome.status, ms: outcome.ms })
    })
  for (let turn = 0; turn < 3; turn++) request()
  world.pass(119_000)
  for (let turn = 0; turn < 3; turn++) request()
  world.pass(3000)
  for (let turn = 0; turn < 3; turn++) request()
  world.pass(3000)
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 500, 500, 500])
  expect(answers.every(({ ms }) => ms === 2504)).toBe(true)
  expect(world.applications.verdict(running, '/healthz')).toEqual({ status: 200, afterMs: 2504 })
})

test('the banner of the mounted ConfigMap is in every answer, without a restart', async () => {
  const world = practiceCluster()
  const { url } = await open(world)
  const config = world.cluster.configMaps.get('loanserve', 'app-config')
  if (config === undefined) throw new Error('there is no app-config')
  world.cluster.configMaps.update({ ...config, data: { MAINTENANCE_BANNER: 'Back at six' } })
  const response = await get(world, `${url}/api/loans`)
  expect(await response.json()).toMatchObject({ maintenance_banner: 'Back at six' })
})
