/** The application of a practice world, asked as the screen asks it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { watchClusterStatus } from '../../src/cluster/watch-status.ts'
import { type PracticeWorld, startPracticeWorld } from '../../src/commands/practice-world.ts'
import { followVitals } from '../../src/vitals/follow-vitals.ts'
import type { Vitals } from '../../src/vitals/vitals.ts'

const run = promisify(execFile)

let world: PracticeWorld
let status: ClusterStatus | undefined
let vitals: Vitals | undefined
let closing: (() => void)[] = []

beforeEach(async () => {
  world = await startPracticeWorld({ speed: 5 })
  const address = {
    ...{ kubeconfigPath: world.env.KUBECONFIG ?? '', context: 'practice', namespace: 'loanserve' },
    now: Date.now,
  }
  const watching = watchClusterStatus({ ...address, service: 'api-main' }, (next) => {
    status = next
  })
  const following = followVitals(
    {
      ...address,
      apiUrl: () => world.env.API_URL,
      status: () => status,
      redact: (text) => text.replaceAll('failed container', '*** ***'),
    },
    (next) => {
      vitals = next
    },
  )
  closing = [watching.close, following.close]
})
afterEach(async () => {
  for (const close of closing) close()
  status = undefined
  vitals = undefined
  await world.close()
})

const kubectl = (...args: string[]) => run('kubectl', args, { env: { ...process.env, ...world.env } })

test('health with its checks, errors, usage, and a warning with its secret masked', async () => {
  await expect
    .poll(() => vitals?.health)
    .toMatchObject({ kind: 'told', value: { good: true, color: 'blue' } })
  const health = () => (vitals?.health?.kind === 'told' ? vitals.health.value : undefined)
  await expect.poll(() => health()?.samples.length).toBeGreaterThan(1)
  expect(health()?.checks[0]).toMatchObject({ name: 'database', ok: true })
  expect(health()?.checks[0]?.latencies.length).toBe(health()?.samples.length)

  await expect.poll(() => vitals?.usage).toMatchObject({ kind: 'told' })
  const usage = vitals?.usage.kind === 'told' ? vitals.usage.value : []
  expect(usage.map(({ color }) => color)).toEqual(['blue', 'green'])
  for (const { cpu, memory } of usage) {
    expect(cpu).toBeGreaterThan(0)
    expect(memory).toBeGreaterThan(2 ** 20)
  }
  expect(vitals?.warnings).toEqual([])

  await kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v9.9.9-crash')
  await expect
    .poll(() => vitals?.warnings.find(({ reason }) => reason === 'BackOff'))
    .toMatchObject({
      object: expect.stringMatching(/^pod\/api-green-/),
      message: expect.stringContaining('Back-off restarting *** ***'),
    })
  const stuck = () => status?.colors.flatMap(({ pods }) => pods).find((pod) => !pod.ready)
  await expect.poll(() => stuck()?.why).toMatch(/Error, exit code 1|back-off|Back-off/i)
})

test('without an address no health is claimed, and a page that fails says which check', async () => {
  await expect.poll(() => vitals?.errors.kind).toBe('told')
  await kubectl('set', 'image', 'deployment/api-blue', 'api=loanserve/api:v9.9.9-unhealthy')
  await kubectl('scale', 'deployment/api-blue', '--replicas=0')
  await expect
    .poll(() => vitals?.health)
    .toMatchObject({ kind: 'told', value: { good: false, says: expect.stringContaining('503') } })
})
