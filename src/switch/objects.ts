/** The border to kubectl's JSON: what a switch reads of a Deployment and a Service. */
import { z } from 'zod'

const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0)

export const deploymentShape = z.object({
  metadata: z.object({ name: z.string(), generation: count }),
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
    }),
  }),
  // Of a Deployment that its controller has not looked at yet there is none.
  status: z
    .object({ observedGeneration: count, replicas: count, readyReplicas: count, updatedReplicas: count })
    .prefault({}),
})

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})

export const serviceShape = z.object({
  metadata: z.object({ name: z.string(), annotations: texts }),
  spec: z.object({ selector: texts }),
})

export type Deployment = z.infer<typeof deploymentShape>
export type Service = z.infer<typeof serviceShape>
