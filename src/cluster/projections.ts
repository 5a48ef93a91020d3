/**
 * The border to the Kubernetes API: raw JSON of the four kinds that matter becomes small plain values; everything
 * else of an object is dropped at once, since ten thousand whole pods are 46 MB.
 */
import { z } from 'zod'
import {
  containerSchema,
  labelsSchema,
  listOf,
  podSchema,
  type RawContainer,
  type RawPod,
  text,
} from './api-json.ts'
import { hasCondition, podWording } from './pod-wording.ts'

export type Labels = Readonly<Record<string, string>>

/** The label by which blue and green are told apart: on pods, and in the Service's selector. */
export const colorLabel = 'color'

/** Labels as they were met before: ten thousand pods bear two or three sets of them. */
const labelSets = new Map<string, Labels>()

function shared(labels: Labels): Labels {
  const key = JSON.stringify(labels)
  const known = labelSets.get(key)
  if (known !== undefined) return known
  if (labelSets.size > 1000) labelSets.clear()
  labelSets.set(key, labels)
  return labels
}

export interface SelectorRequirement {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

export interface DeploymentProjection {
  readonly name: string
  /** `spec.selector`: which pods are this deployment's. */
  readonly matchLabels: Labels
  readonly matchExpressions: readonly SelectorRequirement[]
  readonly templateLabels: Labels
  readonly image: string
  readonly wanted: number
  readonly ready: number
  readonly updated: number
}

/** A pod as screens show it, and its labels. */
export interface PodProjection {
  readonly name: string
  /** The label `color`; empty for a pod without one. */
  readonly color: string
  readonly labels: Labels
  readonly image: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly ready: boolean
  /** As `kubectl get pods` words it. */
  readonly status: string
  readonly restarts: number
  /** What holds it up, in the cluster's own words. */
  readonly why?: string
}

export interface ServiceProjection {
  readonly name: string
  readonly selector: Labels
}

export interface EndpointSliceProjection {
  readonly name: string
  /** The label `kubernetes.io/service-name`. */
  readonly service: string
  /** Names of the pods behind endpoints that take traffic: ready and not terminating. */
  readonly readyPods: readonly string[]
}

/** The image of the container named `api`, otherwise of the first one; sidecars come and go beside it. */
function mainImage(containers: readonly RawContainer[]): string {
  const main = containers.find((container) => container.name === 'api') ?? containers[0]
  return main?.image ?? ''
}

const deploymentSchema = z
  .object({
    metadata: z.object({ name: text, generation: z.number().nullish() }),
    spec: z.object({
      replicas: z.number().nullish(),
      selector: z
        .object({
          matchLabels: labelsSchema,
          matchExpressions: listOf(z.object({ key: text, operator: z.string(), values: listOf(text) })),
        })
        .nullish(),
      template: z.object({
        metadata: z.object({ labels: labelsSchema }).nullish(),
        spec: z.object({ containers: listOf(containerSchema) }),
      }),
    }),
    status: z
      .object({
        observedGeneration: z.number().nullish(),
        readyReplicas: z.number().nullish(),
        updatedReplicas: z.number().nullish(),
      })
      .nullish(),
  })
  .transform(({ metadata, spec, status }): DeploymentProjection => {
    // Until the controller has seen the newest spec, its count of updated pods is of the one before.
    const seen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
    return {
      name: metadata.name,
      matchLabels: spec.selector?.matchLabels ?? {},
      matchExpressions: spec.selector?.matchExpressions ?? [],
      templateLabels: spec.template.metadata?.labels ?? {},
      image: mainImage(spec.template.spec.containers),
      wanted: spec.replicas ?? 1,
      ready: status?.readyReplicas ?? 0,
      updated: seen ? (status?.updatedReplicas ?? 0) : 0,
    }
  })

/** The container's message, the exit code before its wait, or the scheduler's reason; nothing of a pod that is ready. */
function holdUp(pod: RawPod): { readonly why?: string } {
  if (hasCondition(pod, 'Ready')) return {}
  for (const { state, lastState } of pod.status?.containerStatuses ?? []) {
    const ended = state?.terminated ?? lastState?.terminated
    if (state?.waiting && ended?.exitCode !== undefined && ended.exitCode !== null)
      return { why: `${ended.reason ?? 'ended'}, exit code ${ended.exitCode}` }
    if (state?.waiting?.message) return { why: state.waiting.message.slice(0, 200) }
  }
  const unscheduled = pod.status?.conditions.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  return unscheduled?.message ? { why: unscheduled.message.slice(0, 200) } : {}
}

const podProjection = podSchema.transform(
  (pod): PodProjection => ({
    name: pod.metadata.name,
    color: pod.metadata.labels[colorLabel] ?? '',
    labels: shared(pod.metadata.labels),
    image: mainImage(pod.spec.containers),
    createdAt: Date.parse(pod.metadata.creationTimestamp ?? '') || 0,
    // A pod that is going is counted as ready neither by its deployment nor by its Service.
    ready: hasCondition(pod, 'Ready') && !pod.metadata.deletionTimestamp,
    ...podWording(pod),
    ...holdUp(pod),
  }),
)

const serviceSchema = z
  .object({ metadata: z.object({ name: text }), spec: z.object({ selector: labelsSchema }).nullish() })
  .transform(
    ({ metadata, spec }): ServiceProjection => ({ name: metadata.name, selector: spec?.selector ?? {} }),
  )

const endpointSliceSchema = z
  .object({
    metadata: z.object({ name: text, labels: labelsSchema }),
    endpoints: listOf(
      z.object({
        conditions: z.object({ ready: z.boolean().nullish(), terminating: z.boolean().nullish() }).nullish(),
        targetRef: z.object({ kind: z.string().nullish(), name: text.nullish() }).nullish(),
      }),
    ),
  })
  .transform(({ metadata, endpoints }): EndpointSliceProjection => {
    const readyPods: string[] = []
    for (const { conditions, targetRef } of endpoints) {
      // An absent `ready` is to be read as true (EndpointConditions, discovery.k8s.io/v1).
      const takesTraffic = conditions?.ready !== false && conditions?.terminating !== true
      if (takesTraffic && targetRef?.kind === 'Pod' && targetRef.name) readyPods.push(targetRef.name)
    }
    return { name: metadata.name, service: metadata.labels['kubernetes.io/service-name'] ?? '', readyPods }
  })

/** Each parses raw JSON of its kind to what is shown of it; what isn't such an object is refused (ZodError). */
export const projections = {
  deployment: deploymentSchema,
  pod: podProjection,
  service: serviceSchema,
  endpointSlice: endpointSliceSchema,
} as const
