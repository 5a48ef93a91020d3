/**
 * The whole state of the practice cluster: one collection for each kind. A kind is served once it has its file
 * under kinds/ and its line here.
 */
import { createCollection, createShared } from './collection.ts'
import type { Kind } from './kind.ts'
import { configMaps } from './kinds/config-map.ts'
import { deployments } from './kinds/deployment.ts'
import { endpointSlices } from './kinds/endpoint-slice.ts'
import { endpoints } from './kinds/endpoints.ts'
import { events } from './kinds/event.ts'
import { ingresses } from './kinds/ingress.ts'
import { namespaces } from './kinds/namespace.ts'
import { nodes } from './kinds/node.ts'
import { pods } from './kinds/pod.ts'
import { replicaSets } from './kinds/replica-set.ts'
import { secrets } from './kinds/secret.ts'
import { services } from './kinds/service.ts'
import { serviceAccounts } from './kinds/service-account.ts'
import type { KubeObject } from './objects.ts'
import { type Resource, serve } from './resource.ts'

export interface ClusterOptions {
  /** Milliseconds since 1970, as the cluster's clock has it. */
  readonly now: () => number
  /** In [0, 1): where every uid and name suffix comes from. */
  readonly random: () => number
}

/** An empty cluster. Its clock and its randomness come from outside, so that a seed gives the same cluster. */
export function createCluster(options: ClusterOptions) {
  const shared = createShared(options)
  const resources: Resource[] = []
  function collection<T extends KubeObject>(kind: Kind<T>) {
    const objects = createCollection(shared, kind)
    resources.push(serve(kind, objects))
    return objects
  }
  return {
    ...options,
    /** The latest resourceVersion that was given out. */
    version: shared.version,
    /** Every kind as the API serves it; `create` of one takes a manifest as a client would post it. */
    resources,
    namespaces: collection(namespaces),
    nodes: collection(nodes),
    serviceAccounts: collection(serviceAccounts),
    configMaps: collection(configMaps),
    secrets: collection(secrets),
    services: collection(services),
    endpoints: collection(endpoints),
    endpointSlices: collection(endpointSlices),
    ingresses: collection(ingresses),
    deployments: collection(deployments),
    replicaSets: collection(replicaSets),
    pods: collection(pods),
    events: collection(events),
  }
}

export type Cluster = ReturnType<typeof createCluster>
