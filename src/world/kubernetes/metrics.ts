/** metrics.k8s.io: what pods and nodes use now, worked out when someone asks. Nothing of it is stored. */
import type { Collection } from './collection.ts'
import type { Kind } from './kind.ts'
import { nodeMetrics, podMetrics } from './kinds/metrics.ts'
import type { NodeMetrics, PodMetrics } from './objects/metrics.ts'
import { type KubeObject, type Node, newMeta, type ObjectMeta, type Pod, timestamp } from './objects.ts'
import { methodNotAllowed, notFound } from './status.ts'

/** What a pod uses, in cores and bytes, by container. */
export interface ContainerUsage {
  readonly name: string
  readonly cpu: number
  readonly memory: number
}

/** Undefined for a pod that doesn't run, or of which nothing is known yet. */
export type UsageSource = (pod: Pod) => readonly ContainerUsage[] | undefined

/** Over how long a figure is the mean, as metrics-server says it. */
const window = '15s'
/** What a node uses for itself, in cores and bytes. */
const nodeOwn = { cpu: 0.045, memory: 640 * 2 ** 20 }

interface Sources {
  readonly pods: Collection<Pod>
  readonly nodes: Collection<Node>
  readonly usage: UsageSource
  /** When the figures are of, in milliseconds since 1970. */
  readonly measuredAt: () => number
}

function cpuText(cores: number): string {
  return `${Math.round(cores * 1e9)}n`
}

function memoryText(bytes: number): string {
  return `${Math.round(bytes / 1024)}Ki`
}

function metaOf({ name, namespace, labels }: ObjectMeta, measuredAt: number): ObjectMeta {
  return {
    ...newMeta({ name, namespace, ...(labels === undefined ? {} : { labels }) }),
    creationTimestamp: timestamp(measuredAt),
  }
}

function ofPod(pod: Pod, { usage, measuredAt }: Sources): PodMetrics | undefined {
  const containers = usage(pod)
  if (containers === undefined) return undefined
  const at = measuredAt()
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: metaOf(pod.metadata, at),
    timestamp: timestamp(at),
    window,
    containers: containers.map(({ name, cpu, memory }) => ({
      name,
      usage: { cpu: cpuText(cpu), memory: memoryText(memory) },
    })),
  }
}

function ofNode(node: Node, sources: Sources): NodeMetrics {
  const at = sources.measuredAt()
  const used = sources.pods
    .list()
    .filter(({ spec }) => spec.nodeName === node.metadata.name)
    .flatMap((pod) => sources.usage(pod) ?? [])
  const sum = (of: 'cpu' | 'memory') => used.reduce((total, each) => total + each[of], nodeOwn[of])
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'NodeMetrics',
    metadata: metaOf(node.metadata, at),
    timestamp: timestamp(at),
    window,
    usage: { cpu: cpuText(sum('cpu')), memory: memoryText(sum('memory')) },
  }
}

/**
 * A collection that holds nothing: each object is made from another one when it is read. `what` is metrics-server's
 * own name for what it doesn't find, which isn't that of the resource.
 */
function readOnly<T extends KubeObject, Of extends KubeObject>(
  what: string,
  of: Collection<Of>,
  make: (object: Of) => T | undefined,
): Collection<T> {
  const refuse = (): never => {
    throw methodNotAllowed()
  }
  return {
    now: of.now,
    get(namespace, name) {
      const object = of.get(namespace, name)
      const made = object === undefined ? undefined : make(object)
      if (made !== undefined) return made
      throw notFound(
        { group: podMetrics.group, resource: what },
        namespace === '' ? name : `${namespace}/${name}`,
      )
    },
    list: (namespace) => of.list(namespace).flatMap((object) => make(object) ?? []),
    create: refuse,
    update: refuse,
    remove: refuse,
    subscribe: () => () => {},
    since: () => [],
  }
}

/** The two kinds of metrics with where they come from. */
export function metricsCollections(sources: Sources): {
  readonly pods: { readonly kind: Kind<PodMetrics>; readonly collection: Collection<PodMetrics> }
  readonly nodes: { readonly kind: Kind<NodeMetrics>; readonly collection: Collection<NodeMetrics> }
} {
  return {
    pods: {
      kind: podMetrics,
      collection: readOnly('podmetrics', sources.pods, (pod) => ofPod(pod, sources)),
    },
    nodes: {
      kind: nodeMetrics,
      collection: readOnly('nodemetrics', sources.nodes, (node) => ofNode(node, sources)),
    },
  }
}
