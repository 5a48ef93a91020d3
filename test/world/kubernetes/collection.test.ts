import { expect, test } from 'vitest'
import { createCluster } from '../../../src/world/kubernetes/cluster.ts'
import type { Change } from '../../../src/world/kubernetes/collection.ts'
import { type ConfigMap, type Deployment, newMeta } from '../../../src/world/kubernetes/objects.ts'
import { seeded } from './practice-api.ts'

const cluster = () => createCluster({ now: () => Date.UTC(2026, 10, 23, 5, 18, 28), random: seeded(3) })

function configMap(name: string, data: Record<string, string> = {}, namespace = 'test'): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: newMeta({ name, namespace }), data }
}

const deployment: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: newMeta({ name: 'api', namespace: 'test' }),
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'api' } },
    strategy: { type: 'Recreate' },
    template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api', image: 'a:1' }] } },
  },
  status: {},
}

test('a new object gets its identity from the cluster, and the same from the same seed', () => {
  const create = () => cluster().configMaps.create(configMap('a')).metadata
  expect(create()).toEqual(create())
  expect(create()).toMatchObject({ creationTimestamp: '2026-11-23T05:18:28Z', generation: 0 })
  expect(create().uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('a name is made from generateName without vowels', () => {
  const { configMaps } = cluster()
  const meta = newMeta({ generateName: 'api-', namespace: 'test' })
  const made = configMaps.create({ ...configMap(''), metadata: meta })
  expect(made.metadata.name).toMatch(/^api-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
})

test('a name is taken once in a namespace', () => {
  const { configMaps } = cluster()
  configMaps.create(configMap('a'))
  configMaps.create(configMap('a', {}, 'other'))
  expect(() => configMaps.create(configMap('a'))).toThrow('configmaps "a" already exists')
})

test('an update from a stale read is a conflict and changes nothing', () => {
  const { configMaps } = cluster()
  const first = configMaps.create(configMap('a', { x: '1' }))
  configMaps.update({ ...first, data: { x: '2' } })
  expect(() => configMaps.update({ ...first, data: { x: '3' } })).toThrow(/the object has been modified/)
  expect(configMaps.get('test', 'a')?.data).toEqual({ x: '2' })
})

test('an update to the same content makes no new version and is told to nobody', () => {
  const { configMaps, version } = cluster()
  const first = configMaps.create(configMap('a', { x: '1' }))
  const before = version()
  const heard: unknown[] = []
  configMaps.subscribe((change) => heard.push(change))
  expect(configMaps.update({ ...first, data: { x: '1' } })).toBe(first)
  expect(version()).toBe(before)
  expect(heard).toEqual([])
})

test('generation counts changes of the spec, not of the status', () => {
  const { deployments } = cluster()
  const first = deployments.create(deployment)
  const second = deployments.update({ ...first, status: { replicas: 1 } })
  const third = deployments.update({ ...second, spec: { ...second.spec, replicas: 2 } })
  expect([first, second, third].map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2])
})

test('a dry run shows what would be stored and stores nothing', () => {
  const { deployments, version } = cluster()
  const first = deployments.create(deployment)
  const before = version()
  const shown = deployments.update({ ...first, spec: { ...first.spec, replicas: 5 } }, { dryRun: true })
  expect(shown.metadata).toMatchObject({ generation: 2, resourceVersion: first.metadata.resourceVersion })
  const other = deployments.create(
    { ...deployment, metadata: newMeta({ name: 'b', namespace: 'test' }) },
    { dryRun: true },
  )
  expect(other.metadata.uid).not.toBe('')
  expect(deployments.list()).toEqual([first])
  expect(version()).toBe(before)
})

test('stored objects cannot be changed in place', () => {
  const stored = cluster().deployments.create(deployment)
  expect(Object.isFrozen(stored.spec.template.spec.containers[0])).toBe(true)
})

test('changes made by a listener are told after the change at hand, to everyone in the same order', () => {
  const { configMaps } = cluster()
  const heard: string[] = []
  configMaps.subscribe(({ type, object }) => {
    if (type === 'ADDED') configMaps.update({ ...object, data: { touched: 'yes' } })
  })
  configMaps.subscribe(({ type, object }) => heard.push(`${type} ${object.metadata.name}`))
  configMaps.create(configMap('a'))
  configMaps.remove('test', 'a')
  expect(heard).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
})

test('the changes since a version are those after it, and a deletion has a version of its own', () => {
  const { configMaps } = cluster()
  const first = configMaps.create(configMap('a'))
  configMaps.create(configMap('b'))
  configMaps.remove('test', 'a')
  const told = (change: Change<ConfigMap>) => [
    change.type,
    change.object.metadata.name,
    Number(change.object.metadata.resourceVersion) - Number(first.metadata.resourceVersion),
  ]
  expect(configMaps.since(Number(first.metadata.resourceVersion)).map(told)).toEqual([
    ['ADDED', 'b', 1],
    ['DELETED', 'a', 2],
  ])
})

test('a version from before the history that is kept is gone', () => {
  const { configMaps } = cluster()
  let last = configMaps.create(configMap('a'))
  const old = Number(last.metadata.resourceVersion)
  for (let count = 0; count < 8100; count++)
    last = configMaps.update({ ...last, data: { count: String(count) } })
  expect(() => configMaps.since(old)).toThrow(expect.objectContaining({ code: 410 }))
  expect(configMaps.since(Number(last.metadata.resourceVersion) - 10)).toHaveLength(10)
})

test('lists are ordered by namespace and name', () => {
  const { configMaps } = cluster()
  for (const [name, namespace] of [
    ['b', 'x'],
    ['a', 'x'],
    ['z', 'a'],
    ['c', 'x'],
  ] as const)
    configMaps.create(configMap(name, {}, namespace))
  configMaps.remove('x', 'b')
  expect(configMaps.list().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
    'a/z',
    'x/a',
    'x/c',
  ])
  expect(configMaps.list('x')).toHaveLength(2)
})
