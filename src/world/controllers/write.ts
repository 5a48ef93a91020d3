/** What a controller wants done, as data, and the one place where it is done. */

import type { EventRecorder, Happening } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { pods } from '../kubernetes/kinds/pod.ts'
import type {
  Deployment,
  EndpointSlice,
  Endpoints,
  KubeObject,
  Pod,
  ReplicaSet,
} from '../kubernetes/objects.ts'
import { timestamp } from '../kubernetes/objects.ts'
import { StatusError } from '../kubernetes/status.ts'

export type Write =
  | { readonly verb: 'create' | 'update'; readonly what: 'deployment'; readonly object: Deployment }
  | { readonly verb: 'create' | 'update'; readonly what: 'replicaSet'; readonly object: ReplicaSet }
  | { readonly verb: 'create' | 'update'; readonly what: 'endpoints'; readonly object: Endpoints }
  | { readonly verb: 'create' | 'update'; readonly what: 'endpointSlice'; readonly object: EndpointSlice }
  | { readonly verb: 'createPod'; readonly object: Pod; readonly owner: ReplicaSet }
  | { readonly verb: 'deletePod'; readonly object: Pod; readonly owner: ReplicaSet }
  | {
      readonly verb: 'delete'
      readonly what: 'replicaSet' | 'endpoints' | 'endpointSlice'
      readonly object: KubeObject
    }
  | { readonly verb: 'tell'; readonly about: KubeObject; readonly happening: Happening }

/** Marks a pod to be ended; the kubelet takes it away once its containers have stopped. */
function endPod(cluster: Cluster, pod: Pod): void {
  const current = cluster.pods.get(pod.metadata.namespace, pod.metadata.name)
  if (current === undefined || current.metadata.uid !== pod.metadata.uid) return
  if (current.metadata.deletionTimestamp !== undefined) return
  const grace = current.spec.terminationGracePeriodSeconds ?? 30
  cluster.pods.update({
    ...current,
    metadata: {
      ...current.metadata,
      deletionTimestamp: timestamp(cluster.now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  })
}

/**
 * Carries out one write. An object that someone else has changed or deleted since it was read is left alone:
 * the change brings the controller here again, with the newer state.
 */
export function carryOut(cluster: Cluster, recorder: EventRecorder, component: string, write: Write): void {
  try {
    perform(cluster, recorder, component, write)
  } catch (error) {
    if (error instanceof StatusError && (error.code === 404 || error.code === 409)) return
    throw error
  }
}

/** A namespace that is being deleted takes nothing new. */
function isOpen(cluster: Cluster, { metadata }: KubeObject): boolean {
  return cluster.namespaces.get('', metadata.namespace)?.metadata.deletionTimestamp === undefined
}

function perform(cluster: Cluster, recorder: EventRecorder, component: string, write: Write): void {
  switch (write.verb) {
    case 'tell':
      recorder.record(write.about, component, write.happening)
      return
    case 'createPod': {
      if (!isOpen(cluster, write.object)) return
      const admission = { random: cluster.random, others: () => cluster.pods.list() }
      const pod = cluster.pods.create(pods.admit?.(write.object, admission) ?? write.object)
      const message = `Created pod: ${pod.metadata.name}`
      recorder.record(write.owner, component, { type: 'Normal', reason: 'SuccessfulCreate', message })
      return
    }
    case 'deletePod': {
      endPod(cluster, write.object)
      const message = `Deleted pod: ${write.object.metadata.name}`
      recorder.record(write.owner, component, { type: 'Normal', reason: 'SuccessfulDelete', message })
      return
    }
    case 'delete': {
      const { namespace, name } = write.object.metadata
      if (write.what === 'replicaSet') cluster.replicaSets.remove(namespace, name)
      else if (write.what === 'endpoints') cluster.endpoints.remove(namespace, name)
      else cluster.endpointSlices.remove(namespace, name)
      return
    }
    default:
      store(cluster, write)
  }
}

function store(cluster: Cluster, write: Extract<Write, { readonly verb: 'create' | 'update' }>): void {
  const { verb } = write
  if (verb === 'create' && !isOpen(cluster, write.object)) return
  if (write.what === 'deployment') cluster.deployments[verb](write.object)
  else if (write.what === 'replicaSet') cluster.replicaSets[verb](write.object)
  else if (write.what === 'endpoints') cluster.endpoints[verb](write.object)
  else cluster.endpointSlices[verb](write.object)
}
