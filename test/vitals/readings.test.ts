import { expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { healthAfter } from '../../src/vitals/health.ts'
import { usageByColor } from '../../src/vitals/usage.ts'

const page = (latency: number, status = 'ok') =>
  JSON.stringify({ checks: [{ name: 'database', status, latency_ms: latency, error: 'too many clients' }] })
const answered = (ms: number, body: string, status = 200) =>
  ({ kind: 'answered', status, ms, body, color: 'blue' }) as const

test('each answer is kept beside the ones before it, sixty at the most', () => {
  let health = healthAfter(undefined, answered(10.4, page(3)))
  expect(health).toMatchObject({ good: true, says: '200 in 10 ms', color: 'blue' })
  for (let at = 0; at < 80; at += 1) health = healthAfter(health, answered(20, page(at)))
  expect(health.samples).toHaveLength(60)
  expect(health.checks[0]?.latencies).toHaveLength(60)
  expect(health.checks[0]?.latencies.at(-1)).toBe(79)
})

test('an answer that fails names the check; no answer says why, and claims nothing of the checks', () => {
  const failing = healthAfter(undefined, answered(5, page(900, 'error'), 503))
  expect(failing).toMatchObject({ good: false, says: '503 in 5 ms, failing: database' })
  expect(failing.checks).toEqual([{ name: 'database', ok: false, why: 'too many clients', latencies: [900] }])
  const gone = healthAfter(failing, { kind: 'none', why: 'the connection was refused', ms: 1 })
  expect(gone).toMatchObject({ good: false, says: 'the connection was refused', checks: [] })
  expect(gone.samples).toEqual([
    { ms: 5, good: false },
    { ms: 1, good: false },
  ])
})

test('usage is summed by color over all containers; pods that nobody knows are nobody’s', () => {
  const pod = (name: string, color: string) => ({
    ...{ name, color, ready: true, status: 'Running', restarts: 0, image: 'i', createdAt: 0 },
  })
  const of = (color: string, names: readonly string[]) => ({
    ...{ color, deployment: color, image: 'i', wanted: 1, ready: 1, updated: 1, endpoints: 1, live: true },
    pods: names.map((name) => pod(name, color)),
  })
  const status: ClusterStatus = {
    ...{ context: 'c', namespace: 'n', service: 's', freshness: { kind: 'connecting' } },
    colors: [of('blue', ['b1', 'b2']), of('green', ['g1'])],
  }
  const measured = (name: string, cpu: string, memory: string) => ({
    metadata: { name },
    containers: [{ usage: { cpu, memory } }, { usage: { cpu: '1m', memory: '1Mi' } }],
  })
  const items = [measured('b1', '250m', '100Mi'), measured('b2', '1', '1Gi'), measured('x', '9', '9Gi')]
  expect(usageByColor({ items }, status)).toEqual([
    { color: 'blue', cpu: expect.closeTo(1.252), memory: 1126 * 2 ** 20 },
  ])
  expect(() => usageByColor({ kind: 'Status' }, status)).toThrow()
})
