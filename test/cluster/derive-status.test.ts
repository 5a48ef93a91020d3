import { expect, test } from 'vitest'
import { clusterStatus } from '../../src/cluster/derive-status.ts'
import { projections } from '../../src/cluster/projections.ts'
import type { ClusterStatus, ColorStatus } from '../../src/cluster/status.ts'
import { deployment, pod, service, slice } from './objects.ts'

interface Raw {
  readonly service?: unknown
  readonly deployments?: readonly unknown[]
  readonly pods?: readonly unknown[]
  readonly endpointSlices?: readonly unknown[]
}

function derive({ deployments = [], pods = [], endpointSlices = [], ...raw }: Raw): ClusterStatus {
  return clusterStatus(
    {
      service: raw.service === undefined ? undefined : projections.service.parse(raw.service),
      deployments: deployments.map((one) => projections.deployment.parse(one)),
      pods: pods.map((one) => projections.pod.parse(one)),
      endpointSlices: endpointSlices.map((one) => projections.endpointSlice.parse(one)),
    },
    { context: 'prod', namespace: 'shop', service: 'api-main', freshness: { kind: 'fresh', at: 5 } },
  )
}

function color(status: ClusterStatus, name: string): ColorStatus {
  const found = status.colors.find((one) => one.color === name)
  if (found === undefined) throw new Error(`no color ${name}`)
  return found
}

const selectsBlue = service({ app: 'api', color: 'blue' })

test('blue is live when the Service selects it, and both colors are told in full', () => {
  const status = derive({
    service: selectsBlue,
    deployments: [
      deployment('green', { spec: { replicas: 1 }, status: { readyReplicas: 0 } }),
      deployment('blue'),
    ],
    pods: [pod('api-blue-b', 'blue'), pod('api-green-a', 'green'), pod('api-blue-a', 'blue')],
    endpointSlices: [slice('one', [{ pod: 'api-blue-a' }, { pod: 'api-blue-b' }])],
  })
  const podOf = (name: string, its: string) => ({
    name,
    color: its,
    ready: true,
    status: 'Running',
    restarts: 0,
    image: `shop/api:${its}`,
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    labels: { app: 'api', color: its },
  })
  expect(status).toEqual({
    context: 'prod',
    namespace: 'shop',
    service: 'api-main',
    live: 'blue',
    colors: [
      {
        color: 'blue',
        deployment: 'api-blue',
        image: 'shop/api:blue',
        wanted: 3,
        ready: 3,
        updated: 3,
        endpoints: 2,
        live: true,
        pods: [podOf('api-blue-a', 'blue'), podOf('api-blue-b', 'blue')],
      },
      {
        color: 'green',
        deployment: 'api-green',
        image: 'shop/api:green',
        wanted: 1,
        ready: 0,
        updated: 3,
        endpoints: 0,
        live: false,
        pods: [podOf('api-green-a', 'green')],
      },
    ],
    freshness: { kind: 'fresh', at: 5 },
  })
})

test('nothing of an object is kept but what is shown', () => {
  expect(JSON.stringify(projections.pod.parse(pod('a', 'blue')))).not.toContain('not to be kept')
  expect(projections.deployment.parse(deployment('blue'))).not.toHaveProperty('metadata')
})

test('without the Service no color is live, and all colors are shown', () => {
  const status = derive({ deployments: [deployment('blue'), deployment('green')] })
  expect(status).not.toHaveProperty('live')
  expect(status.colors.map((one) => [one.color, one.live])).toEqual([
    ['blue', false],
    ['green', false],
  ])
})

test('deployments of another app with the same colors are not shown', () => {
  const status = derive({
    service: selectsBlue,
    deployments: [
      deployment('blue'),
      deployment('blue', { app: 'worker' }),
      deployment('green', { app: 'worker' }),
    ],
    pods: [pod('api-blue-a', 'blue'), pod('worker-blue-a', 'blue', { app: 'worker' })],
  })
  expect(status.colors.map((one) => one.deployment)).toEqual(['api-blue'])
  expect(color(status, 'blue').pods.map((one) => one.name)).toEqual(['api-blue-a'])
})

test('a stale key in the selector, which fits no deployment, still shows the colors, without endpoints', () => {
  const status = derive({
    service: service({ app: 'api', color: 'green', track: 'canary' }),
    deployments: [deployment('blue'), deployment('green')],
    pods: [pod('api-green-a', 'green')],
    endpointSlices: [slice('one', null)],
  })
  expect(status.live).toBe('green')
  expect(status.colors.map((one) => [one.color, one.live, one.endpoints])).toEqual([
    ['blue', false, 0],
    ['green', true, 0],
  ])
})

test('a deployment without a color is none', () => {
  const plain = deployment('blue')
  const template = { metadata: { labels: { app: 'api' } }, spec: { containers: [] } }
  const status = derive({ deployments: [{ ...plain, spec: { ...plain.spec, template } }] })
  expect(status.colors).toEqual([])
})

test('endpoints are counted over all slices of the Service: ready, not terminating, each pod once', () => {
  const status = derive({
    service: selectsBlue,
    deployments: [deployment('blue'), deployment('green')],
    pods: ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name, 'blue')).concat(pod('g', 'green')),
    endpointSlices: [
      slice('one', [
        { pod: 'a' },
        { pod: 'b', conditions: { ready: false } },
        { pod: 'c', conditions: { ready: true, serving: true, terminating: true } },
        { pod: 'd', conditions: {} },
      ]),
      slice('two', [{ pod: 'a' }, { pod: 'g' }, { pod: 'unknown' }]),
      slice('of another Service', [{ pod: 'e' }], 'worker'),
    ],
  })
  expect(color(status, 'blue').endpoints).toBe(2)
  expect(color(status, 'green').endpoints).toBe(1)
})

test('updated pods are not counted before the controller has seen the newest spec', () => {
  const behind = deployment('blue', { status: { observedGeneration: 1 } })
  expect(color(derive({ deployments: [behind] }), 'blue').updated).toBe(0)
})

test('absent counts are zero, and an absent number of replicas is one', () => {
  const young = { ...deployment('blue', { spec: { replicas: undefined } }), status: {} }
  expect(color(derive({ deployments: [young] }), 'blue')).toMatchObject({ wanted: 1, ready: 0, updated: 0 })
})

test('pods belong to a color by the selector of its deployment, expressions included', () => {
  const expressions = [
    { key: 'color', operator: 'In', values: ['blue'] },
    { key: 'canary', operator: 'DoesNotExist' },
    { key: 'tier', operator: 'NotIn', values: ['batch'] },
    { key: 'app', operator: 'Exists' },
  ]
  const blue = deployment('blue', { spec: { selector: { matchExpressions: expressions } } })
  const labels = { app: 'api', color: 'blue' }
  const status = derive({
    deployments: [blue],
    pods: [
      pod('in', 'blue'),
      pod('canary', 'blue', { metadata: { name: 'canary', labels: { ...labels, canary: '1' } } }),
      pod('batch', 'blue', { metadata: { name: 'batch', labels: { ...labels, tier: 'batch' } } }),
      pod('no app', 'blue', { metadata: { name: 'no app', labels: { color: 'blue' } } }),
    ],
  })
  expect(color(status, 'blue').pods.map((one) => one.name)).toEqual(['in'])
})

test('what an image or a reason could do to a terminal is taken out at the border', () => {
  const evil = pod('a', 'blue', {
    spec: { containers: [{ name: 'api', image: 'shop/\u001b[2Japi\u202e:1' }] },
    status: { phase: 'Failed', reason: 'Evic\u0007ted', containerStatuses: [] },
  })
  expect(projections.pod.parse(evil)).toMatchObject({ image: 'shop/[2Japi:1', status: 'Evicted' })
})

test('what is no such object is refused', () => {
  expect(() => projections.pod.parse({ kind: 'Status', code: 500 })).toThrow()
})
