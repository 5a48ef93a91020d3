/** CPU and memory of each color, from the metrics API. */
import { z } from 'zod'
import type { ClusterStatus } from '../cluster/status.ts'
import { readQuantity } from '../health/quantity.ts'
import type { ColorUsage } from './vitals.ts'

const schema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      containers: z.array(z.object({ usage: z.object({ cpu: z.string(), memory: z.string() }) })).nullish(),
    }),
  ),
})

/** What a PodMetricsList (metrics.k8s.io/v1beta1) says of the pods of each color; throws a ZodError for anything else. */
export function usageByColor(raw: unknown, { colors }: ClusterStatus): readonly ColorUsage[] {
  const colorOf = new Map(colors.flatMap(({ color, pods }) => pods.map(({ name }) => [name, color] as const)))
  const sums = new Map<string, { cpu: number; memory: number }>()
  for (const { metadata, containers } of schema.parse(raw).items) {
    const color = colorOf.get(metadata.name)
    if (color === undefined) continue
    const sum = sums.get(color) ?? { cpu: 0, memory: 0 }
    for (const { usage } of containers ?? []) {
      sum.cpu += readQuantity(usage.cpu) ?? 0
      sum.memory += readQuantity(usage.memory) ?? 0
    }
    sums.set(color, sum)
  }
  return colors.flatMap(({ color }) => {
    const sum = sums.get(color)
    return sum === undefined ? [] : [{ color, ...sum }]
  })
}
