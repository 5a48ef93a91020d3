/** What has to hold for the ports and resources of containers. */
import { quantity } from '../../kubelet/quantity.ts'
import type { Container, IntOrString, PodSpec } from '../objects.ts'
import type { StatusCause } from '../status.ts'
import { duplicate, invalidValue, port, required, unsupported } from '../validation.ts'

const protocols = ['SCTP', 'TCP', 'UDP']

type Ports = NonNullable<Container['ports']>

/** Everything that is wrong with the ports of a container; `field` is where they stand. */
export function validatePorts(field: string, ports: Ports = []): readonly StatusCause[] {
  return ports.flatMap(({ name = '', containerPort, hostPort, protocol = 'TCP' }, index) => {
    const at = `${field}[${index}]`
    const taken = ports.slice(0, index).some((other) => other.name === name)
    return [
      ...(name === '' ? [] : portName(`${at}.name`, name)),
      ...(name !== '' && taken ? [duplicate(`${at}.name`, name)] : []),
      ...(containerPort === 0
        ? [required(`${at}.containerPort`)]
        : port(`${at}.containerPort`, containerPort)),
      ...(hostPort === undefined || hostPort === 0 ? [] : port(`${at}.hostPort`, hostPort)),
      ...(protocols.includes(protocol) ? [] : [unsupported(`${at}.protocol`, protocol, protocols)]),
    ]
  })
}

/** A port's name: an IANA service name (RFC 6335). */
export function portName(field: string, name: string): readonly StatusCause[] {
  const wrong = (detail: string) => invalidValue(field, name, detail)
  return [
    ...(name.length > 15 ? [wrong('must be no more than 15 characters')] : []),
    ...(/^[-a-z0-9]+$/.test(name)
      ? []
      : [wrong('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')]),
    ...(/[a-z]/.test(name) ? [] : [wrong('must contain at least one letter (a-z)')]),
    ...(name.includes('--') ? [wrong('must not contain consecutive hyphens')] : []),
    ...(/^-|-$/.test(name) ? [wrong('must not begin or end with a hyphen')] : []),
  ]
}

/** Ports of the node that more than one of a pod's containers ask for. */
export function validateHostPorts(field: string, containers: PodSpec['containers']): readonly StatusCause[] {
  const taken = new Set<string>()
  return containers.flatMap((container, at) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, hostIP = '', protocol = 'TCP' }, index) => {
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (hostPort === 0 || !taken.has(key)) {
        taken.add(key)
        return []
      }
      return [duplicate(`${field}[${at}].ports[${index}].hostPort`, key)]
    }),
  )
}

type Resources = NonNullable<Container['resources']>

/** Everything that is wrong with what a container asks for and is limited to. */
export function validateResources(
  field: string,
  { limits = {}, requests = {} }: Resources = {},
): readonly StatusCause[] {
  const negative = (at: string, map: Readonly<Record<string, IntOrString>>) =>
    Object.entries(map)
      .filter(([, value]) => quantity(value) < 0)
      .map(([name, value]) =>
        invalidValue(`${field}.${at}[${name}]`, String(value), 'must be greater than or equal to 0'),
      )
  const beyond = Object.entries(requests).flatMap(([name, request]) => {
    const limit = limits[name]
    if (limit === undefined || quantity(request) <= quantity(limit)) return []
    const detail = `must be less than or equal to ${name} limit of ${limit}`
    return [invalidValue(`${field}.requests`, String(request), detail)]
  })
  return [...negative('limits', limits), ...negative('requests', requests), ...beyond]
}
