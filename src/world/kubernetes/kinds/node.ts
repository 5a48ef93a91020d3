/** Nodes. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Node } from '../objects.ts'
import { ageColumn, listed } from '../table.ts'
import { conditionsSchema } from './conditions.ts'

const quantities = z.record(z.string(), z.union([z.number(), z.string()]))
const rolePrefix = 'node-role.kubernetes.io/'

export const nodes: Kind<Node> = {
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  model: 'V1Node',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({ podCIDR: z.string().exactOptional(), unschedulable: z.boolean().exactOptional() })
      .default({}),
    status: z
      .looseObject({
        capacity: quantities.exactOptional(),
        allocatable: quantities.exactOptional(),
        conditions: conditionsSchema,
        addresses: z
          .array(z.looseObject({ type: z.string().default(''), address: z.string().default('') }))
          .exactOptional(),
        nodeInfo: z.record(z.string(), z.unknown()).exactOptional(),
      })
      .default({}),
  }),
  columns: [
    { name: 'Status', type: 'string', cell: readiness },
    { name: 'Roles', type: 'string', cell: roles },
    ageColumn,
    { name: 'Version', type: 'string', cell: ({ status }) => info(status.nodeInfo?.kubeletVersion, '') },
    { name: 'Internal-IP', type: 'string', wide: true, cell: (node) => address(node, 'InternalIP') },
    { name: 'External-IP', type: 'string', wide: true, cell: (node) => address(node, 'ExternalIP') },
    { name: 'OS-Image', type: 'string', wide: true, cell: ({ status }) => info(status.nodeInfo?.osImage) },
    {
      name: 'Kernel-Version',
      type: 'string',
      wide: true,
      cell: ({ status }) => info(status.nodeInfo?.kernelVersion),
    },
    {
      name: 'Container-Runtime',
      type: 'string',
      wide: true,
      cell: ({ status }) => info(status.nodeInfo?.containerRuntimeVersion),
    },
  ],
  selectable: ({ spec }) => ({ 'spec.unschedulable': String(spec.unschedulable ?? false) }),
  status: true,
}

function readiness({ spec, status }: Node): string {
  const ready = status.conditions?.find((condition) => condition.type === 'Ready')?.status
  const word = ready === 'True' ? 'Ready' : ready === undefined ? 'Unknown' : 'NotReady'
  return spec.unschedulable === true ? `${word},SchedulingDisabled` : word
}

function roles({ metadata }: Node): string {
  const labels = Object.keys(metadata.labels ?? {}).filter((key) => key.startsWith(rolePrefix))
  return listed(labels.map((key) => key.slice(rolePrefix.length)).sort())
}

function address({ status }: Node, type: string): string {
  return status.addresses?.find((each) => each.type === type)?.address ?? '<none>'
}

function info(value: unknown, none = '<unknown>'): string {
  return typeof value === 'string' && value !== '' ? value : none
}
