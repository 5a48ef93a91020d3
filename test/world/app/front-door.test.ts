import { afterEach, expect, test } from 'vitest'
import { type FrontDoor, openFrontDoor } from '../../../src/world/app/front-door.ts'
import { createLoans } from '../../../src/world/app/loans.ts'
import { createRandom } from '../../../src/world/random.ts'
import { practiceCluster } from '../practice.ts'

let door: FrontDoor | undefined

afterEach(async () => {
  await door?.close()
  door = undefined
})

async function open(world: ReturnType<typeof practiceCluster>): Promise<string> {
  door = await openFrontDoor({
    cluster: world.cluster,
    kubelet: world.kubelet,
    namespace: 'loanserve',
    service: 'api-main',
    loans: createLoans(5, createRandom(1), world.clock.now()),
    now: world.clock.now,
    random: createRandom(2),
  })
  return door.url
}

test('requests go round the ready pods of the selected color, and each logs its own', async () => {
  const world = practiceCluster()
  const url = await open(world)
  for (let turn = 0; turn < 6; turn++) {
    const response = await fetch(`${url}/healthz`)
    expect(response.headers.get('x-color')).toBe('blue')
    await response.text()
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
})

test('when no pod is ready the answer is a plain 503', async () => {
  const world = practiceCluster()
  const url = await open(world)
  world.scale('blue', 0)
  world.pass(2000)
  const response = await fetch(`${url}/healthz`)
  expect(response.status).toBe(503)
  expect(await response.text()).toBe('503 Service Unavailable: api-main has no ready endpoint\n')
})

test('a laggy version keeps its users waiting for three seconds', async () => {
  const world = practiceCluster()
  const present = world.deployment('blue')
  const { template } = present.spec
  const containers = template.spec.containers.map(({ readinessProbe: _, ...container }) => ({
    ...container,
    image: 'loanserve/api:v2-laggy',
  }))
  const next = { ...template, spec: { ...template.spec, containers } }
  world.cluster.deployments.update({ ...present, spec: { ...present.spec, template: next } })
  world.pass(60_000)
  const url = await open(world)
  const begun = performance.now()
  const response = await fetch(`${url}/healthz`)
  expect(response.headers.get('x-version')).toBe('v2-laggy')
  expect(performance.now() - begun).toBeGreaterThanOrEqual(2900)
})
