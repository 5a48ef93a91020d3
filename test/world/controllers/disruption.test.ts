import { expect, test } from 'vitest'
import { podDisruptionBudgets } from '../../../src/world/kubernetes/kinds/pod-disruption-budget.ts'
import { practiceCluster } from '../practice.ts'

function allowed(spec: object, pass?: (world: ReturnType<typeof practiceCluster>) => void) {
  const world = practiceCluster()
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'blue', namespace: 'loanserve' },
    spec: { selector: { matchLabels: { color: 'blue' } }, ...spec },
  }
  world.cluster.podDisruptionBudgets.create(podDisruptionBudgets.schema.parse(budget))
  world.pass(1000)
  pass?.(world)
  const { status } = world.cluster.podDisruptionBudgets.get('loanserve', 'blue') ?? {}
  return [status?.disruptionsAllowed, status?.currentHealthy, status?.desiredHealthy, status?.expectedPods]
}

test('of three pods, two that have to stay let one go', () => {
  expect(allowed({ minAvailable: 2 })).toEqual([1, 3, 2, 3])
})

test('a share is one of what the deployment wants, rounded up', () => {
  expect(allowed({ minAvailable: '50%' })).toEqual([1, 3, 2, 3])
  expect(allowed({ maxUnavailable: '34%' })).toEqual([2, 3, 1, 3])
})

test('one that may be missing is used up by one that is not ready', () => {
  const shrinks = allowed({ maxUnavailable: 1 }, (world) => {
    const [pod] = world.pods('blue')
    if (pod === undefined) throw new Error('there is no blue pod')
    const deletionTimestamp = new Date(world.clock.now()).toISOString()
    world.cluster.pods.update({ ...pod, metadata: { ...pod.metadata, deletionTimestamp } })
    world.pass(200)
  })
  expect(shrinks).toEqual([0, 2, 2, 3])
})
