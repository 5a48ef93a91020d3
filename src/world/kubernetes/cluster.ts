/**
 * The whole state of the practice cluster: one collection for each kind. A kind is served once it has its file
 * under kinds/ and its line here.
 */
import { z } from 'zod'
import { createCollection, createShared } from './collection.ts'
import { converted } from './converted.ts'
import { serveDefinitions } from './custom/definitions.ts'
import { head, type Kind } from './kind.ts'
import { configMaps } from './kinds/config-map.ts'
import { cronJobs } from './kinds/cron-job.ts'
import { customResourceDefinitions } from './kinds/custom-resource-definition.ts'
import { deployments } from './kinds/deployment.ts'
import { endpointSlices } from './kinds/endpoint-slice.ts'
import { endpoints } from './kinds/endpoints.ts'
import { events } from './kinds/event.ts'
import { horizontalPodAutoscalers } from './kinds/horizontal-pod-autoscaler.ts'
import { autoscalerVersions, horizontalPodAutoscalersV1 } from './kinds/horizontal-pod-autoscaler-v1.ts'
import { ingresses } from './kinds/ingress.ts'
import { jobs } from './kinds/job.ts'
import { leases } from './kinds/lease.ts'
import { namespaces } from './kinds/namespace.ts'
import { nodes } from './kinds/node.ts'
import { pods } from './kinds/pod.ts'
import { podDisruptionBudgets } from './kinds/pod-disruption-budget.ts'
import { replicaSets } from './kinds/replica-set.ts'
import { secrets } from './kinds/secret.ts'
import { services } from './kinds/service.ts'
import { serviceAccounts } from './kinds/service-account.ts'
import { metricsCollections, type UsageSource } from './metrics.ts'
import type { KubeObject } from './objects.ts'
import { createRegistry } from './registry.ts'
import { serve } from './resource.ts'

export interface ClusterOptions {
  /** Milliseconds since 1970, as the cluster's clock has it. */
  readonly now: () => number
  /** In [0, 1): where every uid and name suffix comes from. */
  readonly random: () => number
  /** What pods use, and when that was measured: without it there is no metrics.k8s.io. */
  readonly metrics?: { readonly usage: UsageSource; readonly measuredAt: () => number }
}

/** An empty cluster. Its clock and its randomness come from outside, so that a seed gives the same cluster. */
export function createCluster(options: ClusterOptions) {
  const shared = createShared(options)
  const registry = createRegistry()
  const stores: Store[] = []
  function collection<T extends KubeObject>(kind: Kind<T>) {
    const objects = createCollection(shared, kind)
    registry.add(serve(kind, objects))
    stores.push({
      name: `${kind.resource}.${kind.group}`,
      list: () => objects.list(),
      adopt: (object) => objects.adopt(kind.schema.parse(object)),
    })
    return objects
  }
  const definitions = collection(customResourceDefinitions)
  const customObjects = serveDefinitions(shared, registry, definitions)
  const autoscalers = collection(horizontalPodAutoscalers)
  registry.add(serve(horizontalPodAutoscalersV1, converted(autoscalers, autoscalerVersions)))
  const nodesThere = collection(nodes)
  const podsThere = collection(pods)
  if (options.metrics !== undefined) {
    const metrics = metricsCollections({ nodes: nodesThere, pods: podsThere, ...options.metrics })
    registry.add(serve(metrics.nodes.kind, metrics.nodes.collection))
    registry.add(serve(metrics.pods.kind, metrics.pods.collection))
  }
  return {
    now: options.now,
    random: options.random,
    /** The latest resourceVersion that was given out. */
    version: shared.version,
    /** Every kind as the API serves it; `create` of one takes a manifest as a client would post it. */
    resources: registry.resources,
    /** Tells of the kinds that come and go with custom resource definitions. */
    registry,
    namespaces: collection(namespaces),
    nodes: nodesThere,
    serviceAccounts: collection(serviceAccounts),
    configMaps: collection(configMaps),
    secrets: collection(secrets),
    services: collection(services),
    endpoints: collection(endpoints),
    endpointSlices: collection(endpointSlices),
    ingresses: collection(ingresses),
    deployments: collection(deployments),
    replicaSets: collection(replicaSets),
    pods: podsThere,
    events: collection(events),
    jobs: collection(jobs),
    cronJobs: collection(cronJobs),
    horizontalPodAutoscalers: autoscalers,
    podDisruptionBudgets: collection(podDisruptionBudgets),
    leases: collection(leases),
    customResourceDefinitions: definitions,
    /** The objects of a definition, by its name, in the version that they are stored in. */
    customObjects,
    /** Everything that the cluster holds, as plain data. */
    save: (): SavedCluster => ({
      version: shared.version(),
      objects: Object.fromEntries(stores.map(({ name, list }) => [name, list()])),
      custom: Object.fromEntries(
        definitions.list().map(({ metadata }) => [metadata.name, customObjects(metadata.name)?.list() ?? []]),
      ),
    }),
    /**
     * Puts a saved cluster into this one, which is to be empty still. Definitions come first: their objects have no
     * place without them. Throws for objects that are none.
     */
    load({ version, objects, custom }: SavedCluster) {
      shared.continueFrom(version)
      for (const { name, adopt } of stores) for (const object of objects[name] ?? []) adopt(object)
      for (const [definition, all] of Object.entries(custom))
        for (const object of all) customObjects(definition)?.adopt(kubeObject.parse(object))
    },
  }
}

/** One kind's objects, whatever their type. */
interface Store {
  readonly name: string
  readonly list: () => readonly KubeObject[]
  readonly adopt: (object: unknown) => void
}

const kubeObject = z.looseObject(head)

/** By resource and group, and by definition. */
export interface SavedCluster {
  readonly version: number
  readonly objects: Readonly<Record<string, readonly unknown[]>>
  readonly custom: Readonly<Record<string, readonly unknown[]>>
}

export type Cluster = ReturnType<typeof createCluster>
