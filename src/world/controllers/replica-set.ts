/** The replica set controller: as many pods as wanted, and the counts of those that are there. */
import { isDeepStrictEqual } from 'node:util'
import { controllerOf, newMeta, type Pod, type ReplicaSet } from '../kubernetes/objects.ts'
import type { Write } from './write.ts'

/** Whether the pod may serve: its condition Ready is True. */
export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True'
}

function readyCondition(pod: Pod) {
  return pod.status.conditions?.find(({ type }) => type === 'Ready')
}

/** When the pod has been ready for `minReadySeconds`, in milliseconds since 1970; undefined while it isn't ready. */
function availableAt(pod: Pod, minReadySeconds: number): number | undefined {
  const ready = readyCondition(pod)
  if (ready?.status !== 'True') return undefined
  return Date.parse(ready.lastTransitionTime ?? pod.metadata.creationTimestamp) + minReadySeconds * 1000
}

/** Whether the pod counts: neither ended nor being deleted. */
function isActive(pod: Pod): boolean {
  const { phase } = pod.status
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined
}

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'

/** How soon a pod goes when a set shrinks, most dispensable first: the order of kubectl's own controller. */
function dispensability(pod: Pod): readonly number[] {
  const phases = ['Pending', 'Unknown', 'Running']
  const restarts = Math.max(0, ...(pod.status.containerStatuses ?? []).map((status) => status.restartCount))
  const readySince = Date.parse(readyCondition(pod)?.lastTransitionTime ?? '')
  return [
    pod.spec.nodeName === undefined ? 0 : 1,
    phases.indexOf(pod.status.phase ?? 'Pending'),
    isReady(pod) ? 1 : 0,
    Number(pod.metadata.annotations?.[deletionCost] ?? 0),
    isReady(pod) ? -readySince : 0,
    -restarts,
    -Date.parse(pod.metadata.creationTimestamp),
  ]
}

/** The pods, the one that goes first when a set shrinks in front. */
export function byDispensability(pods: readonly Pod[]): readonly Pod[] {
  return [...pods].sort((a, b) => {
    const left = dispensability(a)
    const right = dispensability(b)
    const differs = left.findIndex((rank, at) => rank !== right[at])
    return differs < 0 ? 0 : (left[differs] ?? 0) - (right[differs] ?? 0)
  })
}

export interface ReplicaSetReconciled {
  readonly writes: readonly Write[]
  readonly lookAgainAt?: number
}

/**
 * What the replica set controller does now: pods to create or delete, and the set's counts. `pods` are all of the
 * namespace; `now` in milliseconds since 1970.
 */
export function reconcileReplicaSet(
  set: ReplicaSet,
  pods: readonly Pod[],
  now: number,
): ReplicaSetReconciled {
  const owned = pods.filter((pod) => controllerOf(pod)?.uid === set.metadata.uid)
  const active = owned.filter(isActive)
  const writes: Write[] = []
  if (set.metadata.deletionTimestamp === undefined) {
    const missing = set.spec.replicas - active.length
    for (let at = 0; at < missing; at++) writes.push({ verb: 'createPod', object: newPod(set), owner: set })
    for (const object of byDispensability(active).slice(0, Math.max(0, -missing)))
      writes.push({ verb: 'deletePod', object, owner: set })
  }
  const minReady = set.spec.minReadySeconds ?? 0
  const times = active.flatMap((pod) => availableAt(pod, minReady) ?? [])
  const counts = {
    fullyLabeledReplicas: active.length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: times.filter((time) => time <= now).length,
  }
  const { conditions } = set.status
  const status = {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    terminatingReplicas: owned.filter((pod) => pod.metadata.deletionTimestamp !== undefined).length,
    observedGeneration: set.metadata.generation,
    ...(conditions === undefined ? {} : { conditions }),
  }
  if (!isDeepStrictEqual(status, set.status))
    writes.push({ verb: 'update', what: 'replicaSet', object: { ...set, status } })
  const later = times.filter((time) => time > now)
  return { writes, ...(later.length === 0 ? {} : { lookAgainAt: Math.min(...later) }) }
}

function newPod(set: ReplicaSet): Pod {
  const { labels, annotations } = set.spec.template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: newMeta({
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: set.metadata.name,
          uid: set.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    }),
    spec: set.spec.template.spec,
    status: { phase: 'Pending' },
  }
}
