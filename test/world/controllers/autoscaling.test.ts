import { expect, test } from 'vitest'
import { type AutoscalerView, reconcileAutoscaler } from '../../../src/world/controllers/autoscaling.ts'
import { quantity } from '../../../src/world/kubelet/quantity.ts'
import { horizontalPodAutoscalers } from '../../../src/world/kubernetes/kinds/horizontal-pod-autoscaler.ts'
import type { HorizontalPodAutoscaler } from '../../../src/world/kubernetes/objects/autoscaling.ts'
import { noon, practiceCluster } from '../practice.ts'

function autoscaler(spec: object): HorizontalPodAutoscaler {
  return horizontalPodAutoscalers.schema.parse({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'api', namespace: 'loanserve' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'api-blue' }, maxReplicas: 10, ...spec },
  })
}

/** Blue's three pods, which ask for a tenth of a core each, and use `cores` each. */
function view(cores: number | undefined, history: AutoscalerView['history'] = []): AutoscalerView {
  const world = practiceCluster()
  return {
    target: world.deployment('blue'),
    pods: world.pods('blue'),
    usageOf: () => (cores === undefined ? undefined : { cpu: cores, memory: 64 * 2 ** 20 }),
    history,
    quantity,
  }
}

const scaledTo = (result: ReturnType<typeof reconcileAutoscaler>) =>
  result.writes.flatMap((write) =>
    write.verb === 'update' && write.what === 'deployment' ? [write.object.spec.replicas] : [],
  )[0]

const conditions = (result: ReturnType<typeof reconcileAutoscaler>) =>
  result.writes.flatMap((write) =>
    write.verb === 'update' && write.what === 'autoscaler' ? (write.object.status.conditions ?? []) : [],
  )

const eighty = {
  metrics: [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ],
}

test('twice the use that is wanted makes twice the pods', () => {
  expect(scaledTo(reconcileAutoscaler(autoscaler(eighty), view(0.16), noon, 1))).toBe(6)
})

test('a tenth more or less than wanted changes nothing', () => {
  expect(scaledTo(reconcileAutoscaler(autoscaler(eighty), view(0.087), noon, 1))).toBeUndefined()
  expect(scaledTo(reconcileAutoscaler(autoscaler(eighty), view(0.073), noon, 1))).toBeUndefined()
})

test('it stays within its bounds, and says that it would have liked to leave them', () => {
  const result = reconcileAutoscaler(autoscaler({ ...eighty, maxReplicas: 4 }), view(0.4), noon, 1)
  expect(scaledTo(result)).toBe(4)
  expect(conditions(result)).toContainEqual(
    expect.objectContaining({ type: 'ScalingLimited', reason: 'TooManyReplicas' }),
  )
})

test('it doubles at most, or adds four, in one round', () => {
  expect(scaledTo(reconcileAutoscaler(autoscaler({ ...eighty, maxReplicas: 100 }), view(2), noon, 1))).toBe(7)
})

test('it shrinks only once nothing more was wanted for five minutes', () => {
  const lately = [{ at: noon - 60_000, replicas: 3 }]
  expect(scaledTo(reconcileAutoscaler(autoscaler(eighty), view(0.02, lately), noon, 1))).toBeUndefined()
  const longAgo = [{ at: noon - 301_000, replicas: 3 }]
  expect(scaledTo(reconcileAutoscaler(autoscaler(eighty), view(0.02, longAgo), noon, 1))).toBe(1)
})

test('without figures it leaves the deployment as it is and says what it lacks', () => {
  const result = reconcileAutoscaler(autoscaler(eighty), view(undefined), noon, 1)
  expect(scaledTo(result)).toBeUndefined()
  expect(conditions(result)).toContainEqual(
    expect.objectContaining({ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric' }),
  )
})
