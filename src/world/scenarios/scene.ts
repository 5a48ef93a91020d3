/** The few facts of the cluster that scenarios wait for and that scores judge by. */
import { tagOf } from '../app/behavior.ts'
import { serviceNameLabel } from '../controllers/endpoints.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Pod, StringMap } from '../kubernetes/objects.ts'
import { namespace, service } from '../seed.ts'

/** What one color runs. */
interface ColorState {
  /** Of the image that its deployment wants. */
  readonly tag: string
  readonly wanted: number
  readonly ready: number
  readonly updated: number
  /** Why its pods' containers don't run, such as `CrashLoopBackOff`; each reason once. */
  readonly stuck: readonly string[]
}

/** A pod that gets users' requests. */
interface Serving {
  readonly color: string
  readonly tag: string
  /** When it was created, in milliseconds since 1970, to the second. */
  readonly bornAt: number
}

export interface Scene {
  /** Of the Service that users come through; empty when it is gone. */
  readonly selector: StringMap
  /** One for each pod that gets users' requests. */
  readonly traffic: readonly Serving[]
  readonly colors: Readonly<Record<string, ColorState>>
}

/** Looks at the cluster as it is now. */
export function look(cluster: Cluster): Scene {
  const pods = cluster.pods.list(namespace)
  const served = cluster.endpointSlices
    .list(namespace)
    .filter((slice) => slice.metadata.labels?.[serviceNameLabel] === service)
    .flatMap((slice) => slice.endpoints)
    .filter((endpoint) => endpoint.conditions?.ready !== false)
  const traffic = served.flatMap(({ targetRef }) => {
    const pod = cluster.pods.get(namespace, targetRef?.name ?? '')
    return pod === undefined ? [] : [serving(pod)]
  })
  const colors = cluster.deployments.list(namespace).flatMap(({ metadata, spec, status }) => {
    const color = metadata.labels?.color
    if (color === undefined) return []
    const state: ColorState = {
      tag: tagOf(spec.template.spec.containers[0]?.image ?? ''),
      wanted: spec.replicas,
      ready: status.readyReplicas ?? 0,
      updated: status.updatedReplicas ?? 0,
      stuck: stuckReasons(pods.filter((pod) => colorOf(pod) === color)),
    }
    return [[color, state] as const]
  })
  return {
    selector: cluster.services.get(namespace, service)?.spec.selector ?? {},
    traffic,
    colors: Object.fromEntries(colors),
  }
}

function serving(pod: Pod): Serving {
  return {
    color: colorOf(pod),
    tag: tagOf(pod.spec.containers[0]?.image ?? ''),
    bornAt: Date.parse(pod.metadata.creationTimestamp),
  }
}

function colorOf(pod: Pod): string {
  return pod.metadata.labels?.color ?? ''
}

function stuckReasons(pods: readonly Pod[]): readonly string[] {
  const reasons = pods
    .flatMap((pod) => pod.status.containerStatuses ?? [])
    .flatMap(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason ?? [])
    .filter((reason) => reason !== 'ContainerCreating' && reason !== 'PodInitializing')
  return [...new Set(reasons)]
}
