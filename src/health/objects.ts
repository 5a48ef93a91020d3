/** The border to kubectl's JSON: what the probes read of pods, Services, EndpointSlices and Events. */
import { z } from 'zod'
import { printable } from './printable.ts'

const text = z.string().transform((value) => printable(value))
const labels = z
  .record(text, text)
  .nullish()
  .transform((value) => value ?? {})

/** A list that Go leaves out, or writes as null, when it is empty. */
function listOf<Schema extends z.ZodType>(item: Schema) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
}

const amounts = z.record(z.string(), z.union([z.string(), z.number().transform(String)])).nullish()

const ended = z.object({
  reason: text.nullish(),
  exitCode: z.number().nullish(),
  finishedAt: z.string().nullish(),
})

const containerStatus = z.object({
  name: z.string(),
  restartCount: z.number().nullish(),
  state: z
    .object({
      waiting: z.object({ reason: text.nullish(), message: text.nullish() }).nullish(),
      terminated: ended.nullish(),
    })
    .nullish(),
  lastState: z.object({ terminated: ended.nullish() }).nullish(),
})

const podSchema = z.object({
  metadata: z.object({
    name: text,
    labels,
    creationTimestamp: z.string().nullish(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({
    containers: listOf(
      z.object({
        name: z.string(),
        ports: listOf(z.object({ containerPort: z.number() })),
        resources: z.object({ limits: amounts, requests: amounts }).nullish(),
      }),
    ),
  }),
  status: z
    .object({
      phase: text.nullish(),
      conditions: listOf(z.object({ type: z.string(), status: z.string(), message: text.nullish() })),
      containerStatuses: listOf(containerStatus),
      initContainerStatuses: listOf(containerStatus),
    })
    .nullish(),
})

const serviceSchema = z.object({ spec: z.object({ selector: labels }) })

const sliceSchema = z.object({
  endpoints: listOf(
    z.object({
      conditions: z.object({ ready: z.boolean().nullish(), terminating: z.boolean().nullish() }).nullish(),
      targetRef: z.object({ kind: z.string().nullish(), name: text.nullish() }).nullish(),
    }),
  ),
})

const eventSchema = z.object({
  reason: text.nullish(),
  message: text.nullish(),
  involvedObject: z.object({ name: text.nullish() }).nullish(),
})

export type Pod = z.infer<typeof podSchema>
export type Service = z.infer<typeof serviceSchema>
export type EndpointSlice = z.infer<typeof sliceSchema>
export type ClusterEvent = z.infer<typeof eventSchema>
export type ContainerStatus = z.infer<typeof containerStatus>

const itemsOf = <Schema extends z.ZodType>(item: Schema) =>
  z.object({ items: listOf(item) }).transform(({ items }) => items)

/** Each parses what `kubectl get … -o json` prints. */
export const kubectlJson = {
  pods: itemsOf(podSchema),
  service: serviceSchema,
  slices: itemsOf(sliceSchema),
  events: itemsOf(eventSchema),
} as const

/** Whether a pod takes traffic, as far as it is concerned. One that is going does not. */
export function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
  return ready === true && !metadata.deletionTimestamp
}

/** The names of the pods that a Service sends traffic to; a pod may stand in several slices. */
export function readyPods(slices: readonly EndpointSlice[]): readonly string[] {
  const names = slices.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ conditions, targetRef }) => {
      // An absent `ready` is to be read as true (EndpointConditions, discovery.k8s.io/v1).
      const takesTraffic = conditions?.ready !== false && conditions?.terminating !== true
      return takesTraffic && targetRef?.kind === 'Pod' && targetRef.name ? [targetRef.name] : []
    }),
  )
  return [...new Set(names)]
}
