/** Runs the disruption controller. */

import type { ControllerOptions } from './batch.ts'
import { reconcileBudget } from './disruption.ts'
import { createWorkQueue } from './work-queue.ts'
import { carryOut } from './write.ts'

const delayMs = 20

/** Starts it. Gives what stops it. */
export function startDisruptionController(options: Omit<ControllerOptions, 'speed'>): () => void {
  const { cluster, clock, recorder } = options
  let stopped = false
  const namespaces = createWorkQueue(clock, delayMs, (namespace) => {
    const budgets = cluster.podDisruptionBudgets.list(namespace)
    if (budgets.length === 0 || stopped) return
    const pods = cluster.pods.list(namespace)
    const sets = cluster.replicaSets.list(namespace)
    for (const budget of budgets)
      for (const write of reconcileBudget(budget, pods, sets, clock.now()))
        carryOut(cluster, recorder, 'controllermanager', write)
  })
  const look = ({ object }: { readonly object: { readonly metadata: { readonly namespace: string } } }) =>
    namespaces.add(object.metadata.namespace)
  /** Most namespaces have no budget: their pods are nobody's business here. */
  const lookIfWatched = (change: Parameters<typeof look>[0]) => {
    if (cluster.podDisruptionBudgets.list(change.object.metadata.namespace).length > 0) look(change)
  }
  const subscriptions = [
    cluster.podDisruptionBudgets.subscribe(look),
    cluster.pods.subscribe(lookIfWatched),
    cluster.replicaSets.subscribe(lookIfWatched),
  ]
  return () => {
    stopped = true
    for (const end of subscriptions) end()
  }
}
