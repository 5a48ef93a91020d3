/** What a process finds in a container besides the variables of its spec: where programs lie, and the Services. */
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Pod, Service, StringMap } from '../kubernetes/objects.ts'

/**
 * The whole environment of a process: the image's PATH, the pod's name, the Services of its namespace, and over
 * those the variables of the container's spec.
 */
export function processEnvironment(cluster: Cluster, pod: Pod, specified: StringMap): StringMap {
  const services = [
    ...cluster.services.list(pod.metadata.namespace),
    ...cluster.services.list('default').filter(({ metadata }) => metadata.name === 'kubernetes'),
  ]
  const links = services.flatMap((service) => Object.entries(serviceLinks(service)))
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOSTNAME: pod.spec.hostname ?? pod.metadata.name,
    ...Object.fromEntries(links),
    ...specified,
    HOME: specified.HOME ?? '/root',
  }
}

/** The variables that tell of a Service, as Docker's links once did; none for a headless one. */
function serviceLinks({ metadata, spec }: Service): StringMap {
  const { clusterIP, ports = [] } = spec
  const [first] = ports
  if (clusterIP === undefined || clusterIP === 'None' || first === undefined) return {}
  const prefix = metadata.name.toUpperCase().replaceAll('-', '_')
  const links: Record<string, string> = {
    [`${prefix}_SERVICE_HOST`]: clusterIP,
    [`${prefix}_SERVICE_PORT`]: String(first.port),
    [`${prefix}_PORT`]: `${first.protocol.toLowerCase()}://${clusterIP}:${first.port}`,
  }
  for (const { name, port, protocol } of ports) {
    const lower = protocol.toLowerCase()
    const one = `${prefix}_PORT_${port}_${protocol}`
    if (name !== undefined)
      links[`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`] = String(port)
    links[one] = `${lower}://${clusterIP}:${port}`
    links[`${one}_PROTO`] = lower
    links[`${one}_PORT`] = String(port)
    links[`${one}_ADDR`] = clusterIP
  }
  return links
}
