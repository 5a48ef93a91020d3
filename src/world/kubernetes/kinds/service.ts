/** Services. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Service, ServicePort } from '../objects.ts'
import type { StatusCause } from '../status.ts'
import { ageColumn, listed } from '../table.ts'
import { dnsLabel, duplicate, invalidValue, port, required, unsupported } from '../validation.ts'
import { portName } from './container-rules.ts'

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
        ? [
            duplicate(`spec.ports[${index}]`, {
              ...bareServicePort,
              Protocol: each.protocol,
              Port: each.port,
            }),
          ]
        : []),
      ...validateServicePort(`spec.ports[${index}]`, each, all.slice(0, index)),
    ]),
    ...(previous?.spec.clusterIP !== undefined && previous.spec.clusterIP !== spec.clusterIP
      ? [invalidValue('spec.clusterIPs[0]', [spec.clusterIP ?? ''], 'may not change once set')]
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

/** The server's own type of a port, as its errors print one: by the names of Go. */
const bareServicePort = { Name: '', Protocol: '', AppProtocol: null, Port: 0, TargetPort: 0, NodePort: 0 }

const protocols = ['SCTP', 'TCP', 'UDP']

/** What is wrong with a port besides its number; `before` are those that stand before it. */
function validateServicePort(
  field: string,
  { name = '', protocol, targetPort, nodePort = 0 }: ServicePort,
  before: readonly ServicePort[],
): readonly StatusCause[] {
  const range = 'provided port is not in the valid range. The range of valid ports is 30000-32767'
  return [
    ...(name === '' ? [] : dnsLabel(`${field}.name`, name)),
    ...(name !== '' && before.some((other) => other.name === name) ? [duplicate(`${field}.name`, name)] : []),
    ...(protocols.includes(protocol) ? [] : [unsupported(`${field}.protocol`, protocol, protocols)]),
    ...(typeof targetPort === 'number'
      ? port(`${field}.targetPort`, targetPort)
      : portName(`${field}.targetPort`, targetPort)),
    ...(nodePort !== 0 && (nodePort < 30000 || nodePort > 32767)
      ? [invalidValue(`${field}.nodePort`, nodePort, range)]
      : []),
  ]
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
