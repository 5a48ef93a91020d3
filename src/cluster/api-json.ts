/** JSON as the Kubernetes API writes it: the fields that are read, with Go's absent and null taken for empty. */
import { z } from 'zod'

/** Control, format (bidi) and line-separator characters, with which a text could rewrite the reader's terminal. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A text from the cluster, without the characters by which it could move a cursor or reverse a line. */
function printable(text: string): string {
  return text.replace(unprintable, '')
}

/** A text for the screen. */
export const text = z.string().transform(printable)

/** Labels, of which the color is shown; none when the field is absent. */
export const labelsSchema = z
  .record(text, text)
  .nullish()
  .transform((labels) => labels ?? {})

/** A list that Go leaves out, or writes as null, when it is empty. */
export function listOf<Schema extends z.ZodType>(item: Schema) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
}

/** What is read of a container's spec. */
export const containerSchema = z.object({ name: z.string(), image: text.nullish() })

const containerStatusSchema = z.object({
  name: z.string(),
  ready: z.boolean().nullish(),
  started: z.boolean().nullish(),
  restartCount: z.number().nullish(),
  state: z
    .object({
      waiting: z.object({ reason: text.nullish(), message: text.nullish() }).nullish(),
      running: z.object({}).nullish(),
      terminated: z
        .object({ reason: text.nullish(), exitCode: z.number().nullish(), signal: z.number().nullish() })
        .nullish(),
    })
    .nullish(),
  lastState: z
    .object({
      terminated: z.object({ reason: text.nullish(), exitCode: z.number().nullish() }).nullish(),
    })
    .nullish(),
})

/** What is read of a pod (core/v1). */
export const podSchema = z.object({
  metadata: z.object({
    name: text,
    labels: labelsSchema,
    creationTimestamp: z.string().nullish(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({
    containers: listOf(containerSchema),
    initContainers: listOf(z.object({ name: z.string(), restartPolicy: z.string().nullish() })),
  }),
  status: z
    .object({
      phase: text.nullish(),
      reason: text.nullish(),
      conditions: listOf(
        z.object({
          type: z.string(),
          status: z.string(),
          reason: z.string().nullish(),
          message: text.nullish(),
        }),
      ),
      containerStatuses: listOf(containerStatusSchema),
      initContainerStatuses: listOf(containerStatusSchema),
    })
    .nullish(),
})

export type RawContainer = z.infer<typeof containerSchema>
export type RawPod = z.infer<typeof podSchema>
export type RawContainerStatus = z.infer<typeof containerStatusSchema>
