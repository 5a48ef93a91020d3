import { expect, test } from 'vitest'
import { byDispensability, reconcileReplicaSet } from '../../../src/world/controllers/replica-set.ts'
import { practiceCluster } from '../practice.ts'

function setOf(world: ReturnType<typeof practiceCluster>) {
  const set = world.cluster.replicaSets.list('loanserve').find(({ spec }) => spec.replicas === 3)
  if (set === undefined) throw new Error('no replica set has three replicas')
  return set
}

test('missing pods are created with the set as their owner', () => {
  const world = practiceCluster()
  const set = setOf(world)
  const [first, ...others] = world.pods('blue')
  const { writes } = reconcileReplicaSet(set, others, world.clock.now())
  expect(writes[0]).toMatchObject({
    verb: 'createPod',
    object: {
      metadata: {
        generateName: `${set.metadata.name}-`,
        labels: first?.metadata.labels,
        ownerReferences: [{ kind: 'ReplicaSet', name: set.metadata.name, controller: true }],
      },
    },
  })
  expect(writes.filter(({ verb }) => verb === 'createPod')).toHaveLength(1)
})

test('pods that serve nobody go first when a set shrinks', () => {
  const world = practiceCluster()
  const [one, two, three] = world.pods('blue')
  if (one === undefined || two === undefined || three === undefined) throw new Error('three pods are wanted')
  const pending = { ...two, status: { ...two.status, phase: 'Pending' } }
  const unready = {
    ...three,
    status: { ...three.status, conditions: [{ type: 'Ready', status: 'False' }] },
  }
  const names = byDispensability([one, pending, unready]).map((pod) => pod.metadata.name)
  expect(names).toEqual([pending, unready, one].map((pod) => pod.metadata.name))
})

test('a pod is available only once it has been ready for minReadySeconds', () => {
  const world = practiceCluster()
  const set = { ...setOf(world), spec: { ...setOf(world).spec, minReadySeconds: 60 } }
  const readyAt = world.pods('blue').map((pod) => {
    const ready = pod.status.conditions?.find(({ type }) => type === 'Ready')
    return Date.parse(ready?.lastTransitionTime ?? '')
  })
  const last = Math.max(...readyAt)
  const early = reconcileReplicaSet(set, world.pods('blue'), last + 59_000)
  expect(early.lookAgainAt).toBe(last + 60_000)
  expect(early.writes.at(-1)).toMatchObject({
    object: { status: { readyReplicas: 3, availableReplicas: 2 } },
  })
  const late = reconcileReplicaSet(set, world.pods('blue'), last + 60_000)
  expect(late.lookAgainAt).toBeUndefined()
})
