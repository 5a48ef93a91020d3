import { expect, test } from 'vitest'
import { reconcileEndpoints, reconcileSlices } from '../../../src/world/controllers/endpoints.ts'
import { practiceCluster } from '../practice.ts'

function serviceOf(world: ReturnType<typeof practiceCluster>) {
  const service = world.cluster.services.get('loanserve', 'api-main')
  if (service === undefined) throw new Error('there is no Service api-main')
  return service
}

test('both records are up to date in a settled world', () => {
  const world = practiceCluster()
  const { cluster } = world
  const pods = cluster.pods.list('loanserve')
  expect(reconcileSlices(serviceOf(world), cluster.endpointSlices.list('loanserve'), pods)).toEqual([])
  const present = cluster.endpoints.get('loanserve', 'api-main')
  expect(reconcileEndpoints(serviceOf(world), present, pods, 0)).toEqual([])
})

test('a terminating pod is not ready but still serves, and Endpoints leaves it out', () => {
  const world = practiceCluster()
  const [first, ...others] = world.pods('blue')
  if (first === undefined) throw new Error('no pod')
  const going = { ...first, metadata: { ...first.metadata, deletionTimestamp: '2026-11-23T12:00:30Z' } }
  const slices = world.cluster.endpointSlices.list('loanserve')
  const [slice] = reconcileSlices(serviceOf(world), slices, [going, ...others])
  expect(slice).toMatchObject({
    verb: 'update',
    object: {
      endpoints: [
        { conditions: { ready: false, serving: true, terminating: true } },
        { conditions: { ready: true, serving: true, terminating: false } },
        { conditions: { ready: true, serving: true, terminating: false } },
      ],
    },
  })
  const [older] = reconcileEndpoints(serviceOf(world), undefined, [going, ...others], 0)
  expect(older).toMatchObject({
    verb: 'create',
    object: { subsets: [{ addresses: [{}, {}], ports: [{ name: 'http', port: 3000, protocol: 'TCP' }] }] },
  })
})

test('a selector that nothing matches leaves one empty slice', () => {
  const world = practiceCluster()
  const service = serviceOf(world)
  const nobody = { ...service, spec: { ...service.spec, selector: { app: 'nobody' } } }
  const writes = reconcileSlices(nobody, world.cluster.endpointSlices.list('loanserve'), world.pods('blue'))
  expect(writes).toMatchObject([{ verb: 'update', object: { endpoints: [], ports: [] } }])
})

test('a named target port is looked up in each pod', () => {
  const world = practiceCluster()
  const service = serviceOf(world)
  const ports = [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'web' }]
  const named = { ...service, spec: { ...service.spec, ports } }
  const pods = world.pods('blue').map((pod, at) => ({
    ...pod,
    spec: {
      ...pod.spec,
      containers: pod.spec.containers.map((container) => ({
        ...container,
        ports: [{ name: 'web', containerPort: at === 0 ? 3000 : 8080 }],
      })),
    },
  }))
  const writes = reconcileSlices(named, [], pods)
  expect(writes).toMatchObject([
    { verb: 'create', object: { ports: [{ port: 3000 }], endpoints: [{}] } },
    { verb: 'create', object: { ports: [{ port: 8080 }], endpoints: [{}, {}] } },
  ])
})

test('a Service without a selector is left to whoever keeps its endpoints', () => {
  const world = practiceCluster()
  const service = serviceOf(world)
  const { selector: _, ...spec } = service.spec
  expect(reconcileSlices({ ...service, spec }, [], world.pods('blue'))).toEqual([])
  expect(reconcileEndpoints({ ...service, spec }, undefined, world.pods('blue'), 0)).toEqual([])
})
