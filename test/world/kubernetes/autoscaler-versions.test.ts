/** Autoscalers in autoscaling/v1 and v2, which are the same objects. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PracticeApi, startPracticeApi } from './practice-api.ts'

let api: PracticeApi
beforeAll(async () => {
  api = await startPracticeApi()
})
afterAll(async () => {
  await api.close()
  expect(api.errors).toEqual([])
})

const path = (version: string) => `/apis/autoscaling/${version}/namespaces/test/horizontalpodautoscalers`
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const utilization = (name: string, averageUtilization: number) => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
})

test('what is made in version 1 has a metric of the CPU in version 2', async () => {
  const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 4, targetCPUUtilizationPercentage: 70 }
  const made = await api.call('POST', path('v1'), { metadata: { name: 'a' }, spec })
  expect(made.json).toMatchObject({ apiVersion: 'autoscaling/v1', spec })
  expect((await api.call('GET', `${path('v2')}/a`)).json).toMatchObject({
    apiVersion: 'autoscaling/v2',
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 4, metrics: [utilization('cpu', 70)] },
  })
})

test('a write in version 1 keeps what only version 2 has words for', async () => {
  const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } }
  const metrics = [utilization('memory', 60), utilization('cpu', 50)]
  const spec = { scaleTargetRef, maxReplicas: 4, metrics, behavior }
  await api.call('POST', path('v2'), { metadata: { name: 'b' }, spec })
  const patch = { spec: { targetCPUUtilizationPercentage: 90 } }
  const type = { 'content-type': 'application/merge-patch+json' }
  expect((await api.call('PATCH', `${path('v1')}/b`, patch, type)).json).toMatchObject(patch)
  expect((await api.call('GET', `${path('v2')}/b`)).json).toMatchObject({
    spec: { metrics: [utilization('cpu', 90), utilization('memory', 60)], behavior },
  })
})

test('version 1 refuses what version 2 refuses', async () => {
  const spec = { scaleTargetRef, minReplicas: 5, maxReplicas: 4 }
  expect((await api.call('POST', path('v1'), { metadata: { name: 'c' }, spec })).json).toMatchObject({
    code: 422,
    message: expect.stringContaining('spec.maxReplicas: Invalid value: 4: must be greater than or equal to'),
  })
})
