/** Objects of a namespace → blue and green as a screen shows them. Pure: it knows no clock and no network. */
import {
  colorLabel,
  type DeploymentProjection,
  type EndpointSliceProjection,
  type Labels,
  type PodProjection,
  type SelectorRequirement,
  type ServiceProjection,
} from './projections.ts'
import type { ClusterStatus, ColorStatus, Freshness } from './status.ts'

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

/**
 * What the objects say. A color is a deployment whose pods carry the label `color` and which the Service could
 * select by changing its color alone; when the Service selects none of them so (it is unknown, or its selector
 * holds a stale key), every deployment with a color is shown. Colors are sorted by name, pods too. Whoever asks often
 * may keep `serving` as long as the slices are the same.
 */
export function clusterStatus(
  objects: ClusterObjects,
  frame: StatusFrame,
  serving = servingPods(objects.endpointSlices, frame.service),
): ClusterStatus {
  const live = objects.service?.selector[colorLabel]
  const pods = podsByColor(objects.pods)
  const colors = coloredDeployments(objects).map(({ color, deployment }): ColorStatus => {
    const colored = pods.get(color) ?? []
    const own = colored.filter(selectorOf(deployment))
    return {
      color,
      deployment: deployment.name,
      image: deployment.image,
      wanted: deployment.wanted,
      ready: deployment.ready,
      updated: deployment.updated,
      endpoints: colored.reduce((sum, { name }) => (serving.has(name) ? sum + 1 : sum), 0),
      live: color === live,
      pods: sortedByName(own),
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

/** The API lists by name, and what changes keeps its place: mostly there is nothing to sort. */
function sortedByName(pods: readonly PodProjection[]): readonly PodProjection[] {
  const isSorted = pods.every(({ name }, at) => at === 0 || (pods[at - 1]?.name ?? '') <= name)
  return isSorted ? pods : pods.toSorted((a, b) => compare(a.name, b.name))
}

/** By code units, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function podsByColor(pods: Iterable<PodProjection>): ReadonlyMap<string, readonly PodProjection[]> {
  const colored = new Map<string, PodProjection[]>()
  for (const pod of pods) {
    const { color } = pod
    if (color === '') continue
    const own = colored.get(color)
    if (own === undefined) colored.set(color, [pod])
    else own.push(pod)
  }
  return colored
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

/**
 * The pods that a Service's endpoint slices send traffic to. A pod counts once, though it may be in an IPv4 and an IPv6
 * slice, and for a moment in two slices of one kind.
 */
export function servingPods(slices: Iterable<EndpointSliceProjection>, service: string): ReadonlySet<string> {
  const serving = new Set<string>()
  for (const slice of slices)
    if (slice.service === service) for (const pod of slice.readyPods) serving.add(pod)
  return serving
}

/** Whether a label selector of `apps/v1` picks a pod; one that asks for nothing picks nothing here. */
function selectorOf({
  matchLabels,
  matchExpressions,
}: DeploymentProjection): (pod: PodProjection) => boolean {
  const wanted = Object.entries(matchLabels)
  if (wanted.length + matchExpressions.length === 0) return () => false
  const judged = new Map<Labels, boolean>()
  return ({ labels }) => {
    let isPicked = judged.get(labels)
    if (isPicked === undefined) {
      isPicked =
        wanted.every(([key, value]) => labels[key] === value) &&
        matchExpressions.every((requirement) => meets(requirement, labels[requirement.key]))
      judged.set(labels, isPicked)
    }
    return isPicked
  }
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
