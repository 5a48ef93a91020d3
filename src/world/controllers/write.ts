/** What a controller wants done, as data, and the one place where it is done. */

import type { EventRecorder, Happening } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { HorizontalPodAutoscaler } from '../kubernetes/objects/autoscaling.ts'
import type { CronJob, Job } from '../kubernetes/objects/batch.ts'
import type { PodDisruptionBudget } from '../kubernetes/objects/policy.ts'
import type {
  Deployment,
  EndpointSlice,
  Endpoints,
  KubeObject,
  Pod,
  ReplicaSet,
} from '../kubernetes/objects.ts'
import { controllerOf, timestamp } from '../kubernetes/objects.ts'
import { StatusError } from '../kubernetes/status.ts'

export type Write =
  | { readonly verb: 'create' | 'update'; readonly what: 'deployment'; readonly object: Deployment }
  | { readonly verb: 'create' | 'update'; readonly what: 'replicaSet'; readonly object: ReplicaSet }
  | { readonly verb: 'create' | 'update'; readonly what: 'endpoints'; readonly object: Endpoints }
  | { readonly verb: 'create' | 'update'; readonly what: 'endpointSlice'; readonly object: EndpointSlice }
  | { readonly verb: 'create' | 'update'; readonly what: 'job'; readonly object: Job }
  | { readonly verb: 'update'; readonly what: 'cronJob'; readonly object: CronJob }
  | { readonly verb: 'update'; readonly what: 'budget'; readonly object: PodDisruptionBudget }
  | { readonly verb: 'update'; readonly what: 'autoscaler'; readonly object: HorizontalPodAutoscaler }
  | { readonly verb: 'createPod'; readonly object: Pod; readonly owner: KubeObject }
  | { readonly verb: 'deletePod'; readonly object: Pod; readonly owner: KubeObject }
  | {
      readonly verb: 'delete'
      readonly what: 'replicaSet' | 'endpoints' | 'endpointSlice' | 'job'
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
      const pod = cluster.pods.create(write.object)
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
      else if (write.what === 'job') removeJob(cluster, namespace, name)
      else cluster.endpointSlices.remove(namespace, name)
      return
    }
    default:
      store(cluster, write)
  }
}

/** A job goes with its pods: these are ended, as its garbage collection would do. */
function removeJob(cluster: Cluster, namespace: string, name: string): void {
  const removed = cluster.jobs.remove(namespace, name)
  if (removed === undefined) return
  for (const pod of cluster.pods.list(namespace))
    if (controllerOf(pod)?.uid === removed.metadata.uid) endPod(cluster, pod)
}

function store(cluster: Cluster, write: Extract<Write, { readonly verb: 'create' | 'update' }>): void {
  const { verb } = write
  if (verb === 'create' && !isOpen(cluster, write.object)) return
  switch (write.what) {
    case 'deployment':
      cluster.deployments[verb](write.object)
      return
    case 'replicaSet':
      cluster.replicaSets[verb](write.object)
      return
    case 'endpoints':
      cluster.endpoints[verb](write.object)
      return
    case 'endpointSlice':
      cluster.endpointSlices[verb](write.object)
      return
    case 'job':
      cluster.jobs[verb](write.object)
      return
    case 'cronJob':
      cluster.cronJobs.update(write.object)
      return
    case 'budget':
      cluster.podDisruptionBudgets.update(write.object)
      return
    case 'autoscaler':
      cluster.horizontalPodAutoscalers.update(write.object)
  }
}
