/** Endpoints: the older list of a Service's addresses, deprecated since Kubernetes 1.33. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Endpoints } from '../objects.ts'
import { ageColumn } from '../table.ts'

export const referenceSchema = z.looseObject({
  apiVersion: z.string().exactOptional(),
  kind: z.string().exactOptional(),
  namespace: z.string().exactOptional(),
  name: z.string().exactOptional(),
  uid: z.string().exactOptional(),
  resourceVersion: z.string().exactOptional(),
  fieldPath: z.string().exactOptional(),
})

const addressesSchema = z
  .array(
    z.looseObject({
      ip: z.string().default(''),
      hostname: z.string().exactOptional(),
      nodeName: z.string().exactOptional(),
      targetRef: referenceSchema.exactOptional(),
    }),
  )
  .exactOptional()

export const endpoints: Kind<Endpoints> = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  model: 'V1Endpoints',
  schema: z.looseObject({
    ...head,
    subsets: z
      .array(
        z.looseObject({
          addresses: addressesSchema,
          notReadyAddresses: addressesSchema,
          ports: z
            .array(
              z.looseObject({
                name: z.string().exactOptional(),
                port: z.number().default(0),
                protocol: z.string().default('TCP'),
              }),
            )
            .exactOptional(),
        }),
      )
      .exactOptional(),
  }),
  columns: [{ name: 'Endpoints', type: 'string', cell: addresses }, ageColumn],
  warning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
}

/** Three addresses with their ports are shown, and how many more there are. */
function addresses({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap((subset) => {
    const ready = subset.addresses ?? []
    if (subset.ports === undefined || subset.ports.length === 0) return ready.map(({ ip }) => ip)
    return subset.ports.flatMap(({ port }) => ready.map(({ ip }) => `${ip}:${port}`))
  })
  if (all.length === 0) return '<none>'
  const shown = all.slice(0, 3).join(',')
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown
}
