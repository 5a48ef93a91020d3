/** The watch against a practice world, in which real kubectl changes things. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClusterStatus, ColorStatus } from '../../src/cluster/status.ts'
import { type PracticeWorld, startPracticeWorld } from '../../src/commands/practice-world.ts'
import { watchIt } from './fake-api.ts'

const run = promisify(execFile)

let world: PracticeWorld
let watching: ReturnType<typeof watchIt>
beforeEach(async () => {
  // A pod is terminating for 0.4 s at this speed: longer than the pause between two tellings.
  world = await startPracticeWorld({ speed: 1 })
  watching = watchIt({
    kubeconfigPath: world.env.KUBECONFIG ?? '',
    context: 'practice',
    namespace: 'loanserve',
  })
})
afterEach(async () => {
  watching.close()
  await world.close()
})

const kubectl = async (...args: string[]) =>
  (await run('kubectl', args, { env: { ...process.env, ...world.env } })).stdout

function its(status: ClusterStatus, color: string): ColorStatus | undefined {
  return status.colors.find((one) => one.color === color)
}

test('a release is seen from the first pod to the switch of the traffic, as kubectl tells it', async () => {
  const start = await watching.until((status) => status.freshness.kind === 'fresh')
  expect(start.live).toBe('blue')
  expect(its(start, 'blue')).toMatchObject({ deployment: 'api-blue', live: true, ready: 3, endpoints: 3 })
  expect(its(start, 'green')).toMatchObject({ live: false, endpoints: 0 })

  await kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v9.9.9')
  await kubectl('scale', 'deployment/api-green', '--replicas=4')
  const shipped = await watching.until((status) => {
    const green = its(status, 'green')
    return green?.updated === 4 && green.ready === 4 && green.pods.length === 4
  })
  expect(its(shipped, 'green')).toMatchObject({ image: 'loanserve/api:v9.9.9', wanted: 4, endpoints: 0 })
  expect(its(shipped, 'green')?.pods.map((pod) => [pod.ready, pod.image])).toEqual(
    Array(4).fill([true, 'loanserve/api:v9.9.9']),
  )

  await kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"color":"green"}}}')
  const moved = await watching.until(
    (status) => status.live === 'green' && its(status, 'green')?.endpoints === 4,
  )
  expect(its(moved, 'blue')).toMatchObject({ live: false, endpoints: 0 })
  expect(moved.freshness.kind).toBe('fresh')

  await kubectl('scale', 'deployment/api-blue', '--replicas=0')
  await watching.until((status) => its(status, 'blue')?.pods.length === 0)
  const words = watching.seen.flatMap((status) =>
    status.colors.flatMap((one) => one.pods.map((pod) => pod.status)),
  )
  expect(words).toContain('Terminating')
})

test.each([
  ['crash', 'CrashLoopBackOff'],
  ['noimage', 'ImagePullBackOff'],
])('a release whose tag says %s is seen to end in %s', async (tag, wording) => {
  await watching.until((status) => status.freshness.kind === 'fresh')
  await kubectl('set', 'image', 'deployment/api-green', `api=loanserve/api:v9-${tag}`)
  const status = await watching.until(
    (one) => its(one, 'green')?.pods.some((pod) => pod.status === wording) === true,
  )
  const pod = its(status, 'green')?.pods.find((one) => one.status === wording)
  expect(pod).toMatchObject({ ready: false, image: `loanserve/api:v9-${tag}` })
})

test('pods are worded as `kubectl get pods` words them', async () => {
  await watching.until((status) => status.freshness.kind === 'fresh')
  const table = await kubectl('get', 'pods', '-l', 'color', '--no-headers')
  const told = table
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map(([name, , status, restarts]) => [name, status, Number(restarts)])
  const shown = watching.seen.at(-1)?.colors.flatMap((color) => color.pods)
  expect(shown?.map((pod) => [pod.name, pod.status, pod.restarts])).toEqual(told)
})

test('a cluster that goes away leaves the picture standing, and it is called stale', async () => {
  const before = await watching.until((status) => status.freshness.kind === 'fresh')
  await world.close()
  const stale = await watching.until((status) => status.freshness.kind === 'stale')
  expect(stale.colors).toEqual(before.colors)
  expect(stale.freshness).toMatchObject({ why: expect.stringMatching(/lost|can't be reached/) })
})
