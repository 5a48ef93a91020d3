/** Objects of a namespace → blue and green as a screen shows them. Pure: it knows no clock and no network. */
import type {
  DeploymentProjection,
  EndpointSliceProjection,
  Labels,
  PodProjection,
  SelectorRequirement,
  ServiceProjection,
} from './projections.ts'
import type { ClusterStatus, ColorStatus, Freshness, PodStatus } from './status.ts'

export interface ClusterObjects {
  /** Undefined when it doesn't exist, may not be read or was not heard of yet. */
  readonly service: ServiceProjection | undefined
  readonly deployments: Iterable<DeploymentProjection>
  readonly pods: Iterable<PodProjection>
  readonly endpointSlices: Iterable<EndpointSliceProjection>
}

export interface StatusFrame {
  readonly context: string
  readonly namespace: string
  readonly service: string
  readonly freshness: Freshness
}

/** The label by which blue and green are told apart: on pods, and in the Service's selector. */
const colorLabel = 'color'

/**
 * What the objects say. A color is a deployment whose pods carry the label `color` and which the Service could
 * select by changing its color alone; when the Service selects none of them so (it is unknown, or its selector
 * holds a stale key), every deployment with a color is shown. Colors are sorted by name, pods too.
 */
export function clusterStatus(objects: ClusterObjects, frame: StatusFrame): ClusterStatus {
  const live = objects.service?.selector[colorLabel]
  const pods = [...objects.pods]
  const endpoints = endpointsByColor(objects, pods, frame.service)
  const colors = coloredDeployments(objects).map(({ color, deployment }): ColorStatus => {
    const own = pods.filter((pod) => pod.labels[colorLabel] === color && selects(deployment, pod.labels))
    return {
      color,
      deployment: deployment.name,
      image: deployment.image,
      wanted: deployment.wanted,
      ready: deployment.ready,
      updated: deployment.updated,
      endpoints: endpoints.get(color) ?? 0,
      live: color === live,
      pods: own.map((pod) => podStatus(pod, color)).sort((a, b) => compare(a.name, b.name)),
    }
  })
  const { context, namespace, service, freshness } = frame
  return {
    context,
    namespace,
    service,
    ...(live === undefined ? {} : { live }),
    colors: colors.sort((a, b) => compare(a.color, b.color) || compare(a.deployment, b.deployment)),
    freshness,
  }
}

/** By code units, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function podStatus(pod: PodProjection, color: string): PodStatus {
  const { name, ready, status, restarts, image, createdAt, why } = pod
  return { name, color, ready, status, restarts, image, createdAt, ...(why === undefined ? {} : { why }) }
}

interface ColoredDeployment {
  readonly color: string
  readonly deployment: DeploymentProjection
}

function coloredDeployments({ service, deployments }: ClusterObjects): readonly ColoredDeployment[] {
  const colored: ColoredDeployment[] = []
  for (const deployment of deployments) {
    const color = deployment.templateLabels[colorLabel]
    if (color !== undefined) colored.push({ color, deployment })
  }
  if (service === undefined) return colored
  const others = Object.entries(service.selector).filter(([key]) => key !== colorLabel)
  const fitting = colored.filter(({ deployment }) =>
    others.every(([key, value]) => deployment.templateLabels[key] === value),
  )
  return fitting.length > 0 ? fitting : colored
}

/** A pod counts once, though it may be in an IPv4 and an IPv6 slice, and for a moment in two slices of one kind. */
function endpointsByColor(
  { endpointSlices }: ClusterObjects,
  pods: readonly PodProjection[],
  service: string,
): ReadonlyMap<string, number> {
  const serving = new Set<string>()
  for (const slice of endpointSlices)
    if (slice.service === service) for (const pod of slice.readyPods) serving.add(pod)
  const counts = new Map<string, number>()
  for (const pod of pods) {
    const color = pod.labels[colorLabel]
    if (color !== undefined && serving.has(pod.name)) counts.set(color, (counts.get(color) ?? 0) + 1)
  }
  return counts
}

/** Whether a label selector of `apps/v1` picks these labels; one that asks for nothing picks nothing here. */
function selects(deployment: DeploymentProjection, labels: Labels): boolean {
  const wanted = Object.entries(deployment.matchLabels)
  if (wanted.length + deployment.matchExpressions.length === 0) return false
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    deployment.matchExpressions.every((requirement) => meets(requirement, labels[requirement.key]))
  )
}

function meets({ operator, values }: SelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}
