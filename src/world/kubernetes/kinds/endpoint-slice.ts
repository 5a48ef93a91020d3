/** Endpoint slices: where a Service's traffic goes. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { EndpointSlice } from '../objects.ts'
import { ageColumn } from '../table.ts'
import { unsupported } from '../validation.ts'
import { referenceSchema } from './endpoints.ts'

const families = ['IPv4', 'IPv6', 'FQDN']

export const endpointSlices: Kind<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  model: 'V1EndpointSlice',
  schema: z.looseObject({
    ...head,
    addressType: z.string().default(''),
    endpoints: z
      .array(
        z.looseObject({
          addresses: z.array(z.string()).default([]),
          conditions: z
            .looseObject({
              ready: z.boolean().exactOptional(),
              serving: z.boolean().exactOptional(),
              terminating: z.boolean().exactOptional(),
            })
            .default({}),
          targetRef: referenceSchema.exactOptional(),
          nodeName: z.string().exactOptional(),
          zone: z.string().exactOptional(),
        }),
      )
      .default([]),
    ports: z
      .array(
        z.looseObject({
          name: z.string().default(''),
          port: z.number().exactOptional(),
          protocol: z.string().default('TCP'),
        }),
      )
      .exactOptional(),
  }),
  desired: ({ endpoints, ports }) => [endpoints, ports],
  validate: ({ addressType }) =>
    families.includes(addressType) ? [] : [unsupported('addressType', addressType, families.toSorted())],
  columns: [
    { name: 'AddressType', type: 'string', cell: ({ addressType }) => addressType },
    {
      name: 'Ports',
      type: 'string',
      cell: ({ ports }) =>
        shortened(
          (ports ?? []).map(({ port }) => (port === undefined ? '*' : String(port))),
          '<unset>',
        ),
    },
    {
      name: 'Endpoints',
      type: 'string',
      cell: ({ endpoints }) =>
        shortened(
          endpoints.flatMap(({ addresses }) => addresses),
          '<unset>',
        ),
    },
    ageColumn,
  ],
}

/** Three are shown, and how many more there are. */
function shortened(values: readonly string[], none: string): string {
  if (values.length === 0) return none
  const shown = values.slice(0, 3).join(',')
  return values.length > 3 ? `${shown} + ${values.length - 3} more...` : shown
}
