/** What pods and nodes use, as metrics-server shows it. */
import { z } from 'zod'
import type { JsonSchema } from '../custom/json-schema.ts'
import { type CustomType, head, type Kind } from '../kind.ts'
import type { NodeMetrics, PodMetrics } from '../objects/metrics.ts'
import { methodNotAllowed } from '../status.ts'

const usageSchema = z.object({ cpu: z.string(), memory: z.string() })
const measured = { ...head, timestamp: z.string(), window: z.string() }

const quantities: JsonSchema = {
  type: 'object',
  description: 'What is used, by the name of the resource.',
  additionalProperties: { type: 'string' },
}
const times: Readonly<Record<string, JsonSchema>> = {
  timestamp: { type: 'string', format: 'date-time', description: 'When the figures were taken.' },
  window: { type: 'string', description: 'Over how long they were taken.' },
}

/** Metrics are read and never written: they have a schema and no decoder. */
function typeOf(properties: Readonly<Record<string, JsonSchema>>): CustomType {
  return {
    schema: { type: 'object', properties: { metadata: { type: 'object' }, ...times, ...properties } },
    decode() {
      throw methodNotAllowed()
    },
    selectableFields: [],
  }
}

const common = { group: 'metrics.k8s.io', version: 'v1beta1', verbs: ['get', 'list'] } as const

export const podMetrics: Kind<PodMetrics> = {
  ...common,
  kind: 'PodMetrics',
  resource: 'pods',
  singular: '',
  namespaced: true,
  model: 'PodMetrics',
  custom: typeOf({
    containers: {
      type: 'array',
      description: 'What each container uses.',
      items: { type: 'object', properties: { name: { type: 'string' }, usage: quantities } },
    },
  }),
  schema: z.object({ ...measured, containers: z.array(z.object({ name: z.string(), usage: usageSchema })) }),
  columns: [
    {
      name: 'CPU',
      type: 'string',
      cell: ({ containers }) => containers.map(({ usage }) => usage.cpu).join(','),
    },
    {
      name: 'MEMORY',
      type: 'string',
      cell: ({ containers }) => containers.map(({ usage }) => usage.memory).join(','),
    },
    { name: 'WINDOW', type: 'string', cell: ({ window }) => window },
  ],
}

export const nodeMetrics: Kind<NodeMetrics> = {
  ...common,
  kind: 'NodeMetrics',
  resource: 'nodes',
  singular: '',
  namespaced: false,
  model: 'NodeMetrics',
  custom: typeOf({ usage: quantities }),
  schema: z.object({ ...measured, usage: usageSchema }),
  columns: [
    { name: 'CPU', type: 'string', cell: ({ usage }) => usage.cpu },
    { name: 'MEMORY', type: 'string', cell: ({ usage }) => usage.memory },
    { name: 'WINDOW', type: 'string', cell: ({ window }) => window },
  ],
}
