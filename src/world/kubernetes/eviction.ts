/**
 * The eviction subresource of pods (policy/v1): a deletion that disruption budgets may forbid (Kubernetes
 * documentation, "API-initiated Eviction").
 */
import { z } from 'zod'
import type { Cluster } from './cluster.ts'
import { type DeleteOptions, type Deleter, readDeleteOptions } from './deletion.ts'
import type { Condition, Pod } from './objects.ts'
import { timestamp } from './objects.ts'
import { asJsonObject } from './record.ts'
import type { Resource } from './resource.ts'
import { selects } from './selectors.ts'
import { badRequest, evictionForbidden, internalError, notFound, type Status } from './status.ts'

/** What of a PodDisruptionBudget decides about evictions. */
const budgetSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), generation: z.number().default(0) }),
  spec: z.object({
    selector: z
      .object({
        matchLabels: z.record(z.string(), z.string()).exactOptional(),
        matchExpressions: z
          .array(
            z.object({
              key: z.string(),
              operator: z.string(),
              values: z.array(z.string()).exactOptional(),
            }),
          )
          .exactOptional(),
      })
      .exactOptional(),
    unhealthyPodEvictionPolicy: z.string().exactOptional(),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      disruptionsAllowed: z.number().default(0),
      currentHealthy: z.number().default(0),
      desiredHealthy: z.number().default(0),
      disruptedPods: z.record(z.string(), z.string()).exactOptional(),
    })
    .prefault({}),
})

type Budget = z.infer<typeof budgetSchema>

/** How soon a client is to ask again when a budget has not been worked out yet, in seconds. */
const retrySeconds = 10

/** Evicts the pod, or throws StatusError: 429 when a budget forbids it. Gives the Status of success. */
export function evict(
  { cluster, deleter }: { readonly cluster: Cluster; readonly deleter: Deleter },
  resource: Resource,
  namespace: string,
  name: string,
  body: unknown,
  query: URLSearchParams,
): Status & { readonly code: 201 } {
  const eviction = asJsonObject(body)
  const given = asJsonObject(eviction.metadata).name
  if (typeof given === 'string' && given !== '' && given !== name)
    throw badRequest('name in URL does not match name in Eviction object')
  const asked = readDeleteOptions(eviction.deleteOptions ?? {}, query)
  const item = resource.get(namespace, name)
  const pod = cluster.pods.get(namespace, name)
  if (item === undefined || pod === undefined) throw notFound(resource, name)
  if (!isBeyondBudgets(pod)) spend(cluster, pod, asked)
  const marked = asked.dryRun ? item : (resource.get(namespace, markDisrupted(cluster, pod)) ?? item)
  deleter.remove(resource, marked, asked)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
}

/** A pod that has ended, has not begun, or is going anyway disrupts nothing. */
function isBeyondBudgets({ status, metadata }: Pod): boolean {
  const { phase } = status
  return (
    phase === 'Succeeded' ||
    phase === 'Failed' ||
    phase === 'Pending' ||
    metadata.deletionTimestamp !== undefined
  )
}

/** Takes one disruption from the pod's budget. Throws StatusError when there is none left. */
function spend(cluster: Cluster, pod: Pod, { dryRun }: DeleteOptions): void {
  const budgets = cluster.resources.find(
    ({ kind, group }) => kind === 'PodDisruptionBudget' && group === 'policy',
  )
  if (budgets === undefined) return
  const [budget, ...others] = budgets
    .list(pod.metadata.namespace)
    .flatMap(({ object }) => {
      const read = budgetSchema.safeParse(object)
      return read.success ? [read.data] : []
    })
    .filter(({ spec }) => spec.selector !== undefined && selects(spec.selector, pod.metadata.labels))
  if (budget === undefined) return
  if (others.length > 0)
    throw internalError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  if (mayGoUnhealthy(pod, budget)) return
  const { metadata, status } = budget
  if (status.observedGeneration < metadata.generation)
    throw evictionForbidden(
      `The disruption budget ${metadata.name} is still being processed by the server.`,
      retrySeconds,
    )
  if (status.disruptionsAllowed <= 0)
    throw evictionForbidden(
      `The disruption budget ${metadata.name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`,
      undefined,
    )
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: timestamp(cluster.now()) }
  const change = { disruptionsAllowed: status.disruptionsAllowed - 1, disruptedPods }
  budgets.patch(metadata.namespace, metadata.name, { kind: 'merge', body: { status: change } }, 'status', {
    dryRun,
    fieldValidation: 'Ignore',
    warn: () => {},
  })
}

/** Whether the pod isn't ready, and its budget lets such a one go. */
function mayGoUnhealthy(pod: Pod, { spec, status }: Budget): boolean {
  const ready = pod.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  if (ready) return false
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0
}

/** Writes into the pod why it is going, and gives its name. */
function markDisrupted(cluster: Cluster, pod: Pod): string {
  const condition: Condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: timestamp(cluster.now()),
  }
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== condition.type)
  cluster.pods.update({ ...pod, status: { ...pod.status, conditions: [...others, condition] } })
  return pod.metadata.name
}
