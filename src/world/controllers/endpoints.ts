/** Which pods a Service sends traffic to, in both of Kubernetes' records: EndpointSlices and the older Endpoints. */
import { isDeepStrictEqual } from 'node:util'
import {
  type Endpoint,
  type EndpointAddress,
  type EndpointSlice,
  type EndpointSubset,
  type Endpoints,
  type IntOrString,
  newMeta,
  type ObjectReference,
  type Pod,
  type Service,
  type ServicePort,
  timestamp,
} from '../kubernetes/objects.ts'
import { selects } from '../kubernetes/selectors.ts'
import { isReady } from './replica-set.ts'
import type { Write } from './write.ts'

/** The label by which a Service's slices are found. */
export const serviceNameLabel = 'kubernetes.io/service-name'

/** As the real controller does, a slice takes at most this many endpoints; more go into further slices. */
const mostEndpoints = 100

interface Port {
  readonly name?: string
  readonly port: number
  readonly protocol: string
}

function portNumber(pod: Pod, target: IntOrString): number | undefined {
  if (typeof target === 'number') return target
  return pod.spec.containers.flatMap((container) => container.ports ?? []).find(({ name }) => name === target)
    ?.containerPort
}

function portsOf(service: Service, pod: Pod): readonly Port[] {
  const resolve = ({ name, protocol, port, targetPort }: ServicePort): readonly Port[] => {
    const number = portNumber(pod, targetPort ?? port)
    return number === undefined ? [] : [{ ...(name === undefined ? {} : { name }), port: number, protocol }]
  }
  return (service.spec.ports ?? []).flatMap(resolve)
}

interface Backend {
  readonly pod: Pod
  readonly ip: string
  readonly ports: readonly Port[]
}

/** The pods that the selector means and that have an address, whatever their state; ended ones are left out. */
function backendsOf(service: Service, pods: readonly Pod[]): readonly Backend[] {
  const { selector } = service.spec
  if (selector === undefined || Object.keys(selector).length === 0) return []
  return pods.flatMap((pod) => {
    const ip = pod.status.podIP
    const ended = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
    if (ip === undefined || ended || !selects({ matchLabels: selector }, pod.metadata.labels)) return []
    return { pod, ip, ports: portsOf(service, pod) }
  })
}

function reference(pod: Pod): ObjectReference {
  const { namespace, name, uid } = pod.metadata
  return { kind: 'Pod', namespace, name, uid }
}

/** Backends by the ports they listen on: named target ports may differ from pod to pod. */
function byPorts(backends: readonly Backend[]): readonly (readonly Backend[])[] {
  const groups = new Map<string, Backend[]>()
  for (const backend of backends) {
    const key = JSON.stringify(backend.ports)
    groups.set(key, [...(groups.get(key) ?? []), backend])
  }
  return [...groups.values()]
}

function endpoint(service: Service, { pod, ip }: Backend): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const serving = isReady(pod)
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating)
  return {
    addresses: [ip],
    conditions: { ready, serving, terminating },
    targetRef: reference(pod),
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
  }
}

/** What each slice of the Service should hold. Without any pod there is one empty slice. */
function wantedSlices(
  service: Service,
  pods: readonly Pod[],
): readonly Pick<EndpointSlice, 'endpoints' | 'ports'>[] {
  const slices = byPorts(backendsOf(service, pods)).flatMap((group) => {
    const ports = group[0]?.ports ?? []
    const chunks = Math.ceil(group.length / mostEndpoints)
    return Array.from({ length: chunks }, (_, at) => ({
      endpoints: group
        .slice(at * mostEndpoints, (at + 1) * mostEndpoints)
        .map((one) => endpoint(service, one)),
      ports,
    }))
  })
  return slices.length === 0 ? [{ endpoints: [], ports: [] }] : slices
}

/**
 * The writes that bring a Service's EndpointSlices up to date. `slices` and `pods` are all of its namespace. A
 * Service without a selector is left alone: its endpoints are somebody else's.
 */
export function reconcileSlices(
  service: Service,
  slices: readonly EndpointSlice[],
  pods: readonly Pod[],
): readonly Write[] {
  if (service.spec.selector === undefined || service.metadata.deletionTimestamp !== undefined) return []
  const { name, namespace, uid } = service.metadata
  const present = slices.filter((slice) => slice.metadata.labels?.[serviceNameLabel] === name)
  const wanted = wantedSlices(service, pods)
  const stored = wanted.flatMap((content, at): readonly Write[] => {
    const slice = present[at]
    if (slice !== undefined) {
      const same = isDeepStrictEqual({ endpoints: slice.endpoints, ports: slice.ports ?? [] }, content)
      return same ? [] : [{ verb: 'update', what: 'endpointSlice', object: { ...slice, ...content } }]
    }
    const object: EndpointSlice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: newMeta({
        generateName: `${name}-`,
        namespace,
        labels: {
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          [serviceNameLabel]: name,
        },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true },
        ],
      }),
      addressType: 'IPv4',
      ...content,
    }
    return [{ verb: 'create', what: 'endpointSlice', object }]
  })
  const surplus = present.slice(wanted.length)
  return [...stored, ...surplus.map((object): Write => ({ verb: 'delete', what: 'endpointSlice', object }))]
}

function address({ pod, ip }: Backend): EndpointAddress {
  return {
    ip,
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: reference(pod),
  }
}

function wantedSubsets(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const alive = backendsOf(service, pods).filter(({ pod }) => pod.metadata.deletionTimestamp === undefined)
  return byPorts(alive).map((group) => {
    const open = service.spec.publishNotReadyAddresses === true
    const ready = group.filter(({ pod }) => open || isReady(pod)).map(address)
    const notReady = group.filter(({ pod }) => !open && !isReady(pod)).map(address)
    return {
      ...(ready.length === 0 ? {} : { addresses: ready }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
      ports: group[0]?.ports ?? [],
    }
  })
}

/** The writes that bring a Service's Endpoints object up to date. `now` in milliseconds since 1970. */
export function reconcileEndpoints(
  service: Service,
  present: Endpoints | undefined,
  pods: readonly Pod[],
  now: number,
): readonly Write[] {
  if (service.spec.selector === undefined || service.metadata.deletionTimestamp !== undefined) return []
  const subsets = wantedSubsets(service, pods)
  if (present !== undefined && isDeepStrictEqual(present.subsets ?? [], subsets)) return []
  const annotations = {
    ...present?.metadata.annotations,
    'endpoints.kubernetes.io/last-change-trigger-time': timestamp(now),
  }
  if (present !== undefined) {
    const object = { ...present, metadata: { ...present.metadata, annotations }, subsets }
    return [{ verb: 'update', what: 'endpoints', object }]
  }
  const { name, namespace, labels } = service.metadata
  const object: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: newMeta({
      name,
      namespace,
      labels: { ...labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
      annotations,
    }),
    subsets,
  }
  return [{ verb: 'create', what: 'endpoints', object }]
}
