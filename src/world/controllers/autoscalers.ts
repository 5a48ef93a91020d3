/** Runs the autoscaler: a round over all of them, as long as there are any. */
import { quantity } from '../kubelet/quantity.ts'
import type { Pod } from '../kubernetes/objects.ts'
import { selects } from '../kubernetes/selectors.ts'
import { type PodUsage, reconcileAutoscaler } from './autoscaling.ts'
import type { ControllerOptions } from './batch.ts'
import { carryOut } from './write.ts'

/** From one round to the next (the controller's --horizontal-pod-autoscaler-sync-period). */
const roundMs = 15_000

/** Starts it. Gives what stops it. */
export function startAutoscalers(
  options: ControllerOptions & { readonly usageOf: (pod: Pod) => PodUsage | undefined },
): () => void {
  const { cluster, clock, recorder, speed, usageOf } = options
  const histories = new Map<string, { readonly at: number; readonly replicas: number }[]>()
  let cancel: (() => void) | undefined

  function round(): void {
    cancel = undefined
    const all = cluster.horizontalPodAutoscalers.list()
    for (const autoscaler of all) {
      const { namespace, uid } = autoscaler.metadata
      const { kind, name } = autoscaler.spec.scaleTargetRef
      const target = kind === 'Deployment' ? cluster.deployments.get(namespace, name) : undefined
      const pods =
        target === undefined
          ? []
          : cluster.pods
              .list(namespace)
              .filter(({ metadata }) => selects(target.spec.selector, metadata.labels))
      const history = histories.get(uid) ?? []
      const view = { target, pods, usageOf, history, quantity }
      const { writes, wanted } = reconcileAutoscaler(autoscaler, view, clock.now(), speed)
      if (wanted !== undefined)
        histories.set(uid, [...history, { at: clock.now(), replicas: wanted }].slice(-240))
      for (const write of writes) carryOut(cluster, recorder, 'horizontal-pod-autoscaler', write)
    }
    if (all.length > 0) cancel = clock.at(clock.now() + roundMs / speed, round)
  }

  const unsubscribe = cluster.horizontalPodAutoscalers.subscribe(({ type, object }) => {
    if (type === 'DELETED') histories.delete(object.metadata.uid)
    else cancel ??= clock.at(clock.now() + 100, round)
  })
  return () => {
    unsubscribe()
    cancel?.()
  }
}
