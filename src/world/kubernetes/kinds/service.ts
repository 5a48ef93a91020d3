/** Services. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Service } from '../objects.ts'
import { ageColumn, listed } from '../table.ts'
import { duplicate, invalidValue, port, required, unsupported } from '../validation.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

export const loadBalancerSchema = z.looseObject({
  ingress: z
    .array(z.looseObject({ ip: z.string().exactOptional(), hostname: z.string().exactOptional() }))
    .exactOptional(),
})

const portSchema = z
  .looseObject({
    name: z.string().exactOptional(),
    protocol: z.string().default('TCP'),
    port: z.number().default(0),
    targetPort: z.union([z.number(), z.string()]).exactOptional(),
    nodePort: z.number().exactOptional(),
  })
  .transform((each) => ({ ...each, targetPort: each.targetPort ?? each.port }))

export const services: Kind<Service> = {
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  nameRule: 'label',
  model: 'V1Service',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        ports: z.array(portSchema).exactOptional(),
        selector: z.record(z.string(), z.string()).exactOptional(),
        clusterIP: z.string().exactOptional(),
        clusterIPs: z.array(z.string()).exactOptional(),
        type: z.string().default('ClusterIP'),
        externalIPs: z.array(z.string()).exactOptional(),
        externalName: z.string().exactOptional(),
        sessionAffinity: z.string().default('None'),
        publishNotReadyAddresses: z.boolean().exactOptional(),
        internalTrafficPolicy: z.string().default('Cluster'),
      })
      .prefault({}),
    status: z.looseObject({ loadBalancer: loadBalancerSchema.default({}) }).prefault({}),
  }),
  admit: (service, { random, others }) => withAddress(service, random, others),
  validate: ({ spec }, previous) => [
    ...(types.includes(spec.type) ? [] : [unsupported('spec.type', spec.type, types)]),
    ...(spec.type !== 'ExternalName' && spec.clusterIP !== 'None' && (spec.ports ?? []).length === 0
      ? [required('spec.ports')]
      : []),
    ...(spec.ports ?? []).flatMap((each, index, all) => [
      ...port(`spec.ports[${index}].port`, each.port),
      ...(all.length > 1 && (each.name ?? '') === '' ? [required(`spec.ports[${index}].name`)] : []),
      ...(all.findIndex((other) => other.port === each.port && other.protocol === each.protocol) < index
        ? [duplicate(`spec.ports[${index}]`, { port: each.port, protocol: each.protocol })]
        : []),
    ]),
    ...(previous?.spec.clusterIP !== undefined && previous.spec.clusterIP !== spec.clusterIP
      ? [invalidValue('spec.clusterIPs[0]', spec.clusterIPs ?? [], 'may not change once set')]
      : []),
  ],
  columns: [
    { name: 'Type', type: 'string', cell: ({ spec }) => spec.type },
    { name: 'Cluster-IP', type: 'string', cell: ({ spec }) => spec.clusterIP ?? '<none>' },
    { name: 'External-IP', type: 'string', cell: externalAddress },
    {
      name: 'Port(s)',
      type: 'string',
      cell: ({ spec }) =>
        listed(
          (spec.ports ?? []).map((each) =>
            each.nodePort === undefined
              ? `${each.port}/${each.protocol}`
              : `${each.port}:${each.nodePort}/${each.protocol}`,
          ),
        ),
    },
    ageColumn,
    {
      name: 'Selector',
      type: 'string',
      wide: true,
      cell: ({ spec }) =>
        listed(
          Object.entries(spec.selector ?? {})
            .map(([key, value]) => `${key}=${value}`)
            .sort(),
        ),
    },
  ],
  selectable: ({ spec }) => ({ 'spec.clusterIP': spec.clusterIP ?? '', 'spec.type': spec.type }),
  status: true,
}

/** Gives a Service its address in 10.96.0.0/16, and node ports where its type wants them. */
function withAddress(service: Service, random: () => number, others: () => readonly Service[]): Service {
  const { spec } = service
  if (spec.type === 'ExternalName') return service
  const taken = new Set(others().map((other) => other.spec.clusterIP))
  const pick = () => `10.96.${Math.floor(random() * 256)}.${1 + Math.floor(random() * 254)}`
  let clusterIP = spec.clusterIP ?? ''
  while (clusterIP === '' || (spec.clusterIP === undefined && taken.has(clusterIP))) clusterIP = pick()
  const open = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  const ports = spec.ports?.map((each) =>
    open && each.nodePort === undefined ? { ...each, nodePort: 30000 + Math.floor(random() * 2768) } : each,
  )
  return {
    ...service,
    spec: {
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ...spec,
      ...(ports === undefined ? {} : { ports }),
      clusterIP,
      clusterIPs: [clusterIP],
    },
  }
}

function externalAddress({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return spec.externalName ?? '<none>'
  const given = (status.loadBalancer?.ingress ?? []).flatMap((each) => each.ip ?? each.hostname ?? [])
  const all = [...given, ...(spec.externalIPs ?? [])]
  if (spec.type === 'LoadBalancer' && all.length === 0) return '<pending>'
  return listed(all)
}
