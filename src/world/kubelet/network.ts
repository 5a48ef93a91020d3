/** The network of the practice cluster as its pods see it: names, addresses, and connections that are no sockets. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import { serviceNameLabel } from '../controllers/endpoints.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Pod, Service, ServicePort } from '../kubernetes/objects.ts'
import type { DatabaseReadiness, HttpAsk, HttpReply } from './programs/program.ts'

/** What lies outside of the cluster and can be reached from it. */
export interface Outside {
  readonly askDatabase: (host: string, port: number) => Promise<DatabaseReadiness>
  /** The addresses of a name that the cluster itself doesn't know; none for an unknown one. */
  readonly addressesOf: (host: string) => readonly string[]
}

export interface Network {
  /** The name in full as the cluster's DNS has it, and its addresses. */
  readonly resolve: (
    host: string,
    from: Pod,
  ) => { readonly name: string; readonly addresses: readonly string[] }
  readonly ask: (ask: HttpAsk, from: Pod) => Promise<HttpReply>
  readonly askDatabase: Outside['askDatabase']
}

type Dialed = Duplex | 'no-such-host' | 'refused' | 'timed-out'

const domain = 'svc.cluster.local'
/** How long one waits for an address that nobody answers at. */
const unansweredMs = 130_000

/**
 * The network of a cluster. `connect` opens a connection to a pod's port, or gives undefined when nothing listens
 * there.
 */
export function createNetwork(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly outside: Outside
  readonly connect: (podUid: string, port: number) => Duplex | undefined
}): Network {
  const { cluster, clock, outside, connect } = options
  let turn = 0

  function serviceOf(host: string, from: Pod): Service | undefined {
    const short = host.replace(/\.$/, '').replace(/\.svc(\.cluster\.local)?$/, '')
    const [name = '', namespace = from.metadata.namespace, ...more] = short.split('.')
    return more.length > 0 ? undefined : cluster.services.get(namespace, name)
  }

  function readyPods(service: Service): readonly { readonly uid: string; readonly ip: string }[] {
    return cluster.endpointSlices
      .list(service.metadata.namespace)
      .filter((slice) => slice.metadata.labels?.[serviceNameLabel] === service.metadata.name)
      .flatMap((slice) => slice.endpoints)
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .flatMap(({ targetRef, addresses: [ip] }) =>
        targetRef?.uid === undefined || ip === undefined ? [] : [{ uid: targetRef.uid, ip }],
      )
  }

  function resolve(host: string, from: Pod) {
    if (/^[\d.]+$/.test(host)) return { name: host, addresses: [host] }
    if (host === 'localhost') return { name: host, addresses: ['127.0.0.1'] }
    if (host === from.metadata.name) return { name: host, addresses: [from.status.podIP ?? '127.0.0.1'] }
    const service = serviceOf(host, from)
    if (service === undefined) return { name: host, addresses: outside.addressesOf(host) }
    const { name, namespace } = service.metadata
    const { clusterIP } = service.spec
    const headless = clusterIP === undefined || clusterIP === 'None' || clusterIP === ''
    const addresses = headless ? readyPods(service).map(({ ip }) => ip) : [clusterIP]
    return { name: `${name}.${namespace}.${domain}`, addresses }
  }

  function dial(host: string, port: number, from: Pod): Dialed {
    const [address] = resolve(host, from).addresses
    if (address === undefined) return 'no-such-host'
    if (address.startsWith('127.')) return connect(from.metadata.uid, port) ?? 'refused'
    const pod = cluster.pods.list().find(({ status }) => status.podIP === address)
    if (pod !== undefined) return connect(pod.metadata.uid, port) ?? 'refused'
    const service = cluster.services.list().find(({ spec }) => spec.clusterIP === address)
    const served = service?.spec.ports?.find((each) => each.port === port)
    // Nobody answers at an address that is nobody's, nor at a port that a Service doesn't have.
    if (service === undefined || served === undefined) return 'timed-out'
    const pods = readyPods(service)
    const chosen = pods[turn++ % Math.max(1, pods.length)]
    if (chosen === undefined) return 'refused'
    return connect(chosen.uid, targetPort(served, chosen.uid)) ?? 'refused'
  }

  function targetPort({ targetPort: target, port }: ServicePort, podUid: string): number {
    if (typeof target === 'number') return target === 0 ? port : target
    const pod = cluster.pods.list().find(({ metadata }) => metadata.uid === podUid)
    const ports = pod?.spec.containers.flatMap((container) => container.ports ?? []) ?? []
    return ports.find(({ name }) => name === target)?.containerPort ?? port
  }

  async function ask(asked: HttpAsk, from: Pod): Promise<HttpReply> {
    const { url, timeoutMs } = asked
    const begun = clock.now()
    const took = () => clock.now() - begun
    const dialed = dial(url.hostname, Number(url.port || '80'), from)
    if (dialed === 'timed-out') {
      await new Promise<void>((resolve) => clock.at(begun + (timeoutMs ?? unansweredMs), resolve))
      return { kind: dialed, tookMs: took() }
    }
    if (typeof dialed === 'string') return { kind: dialed, tookMs: took() }
    return await new Promise((resolve) => {
      const end = (kind: 'timed-out' | 'cut-off') => {
        dialed.destroy()
        resolve({ kind, tookMs: took() })
      }
      const cancel = timeoutMs === undefined ? () => {} : clock.at(begun + timeoutMs, () => end('timed-out'))
      const sent = send(asked, dialed)
      sent.on('error', () => {
        cancel()
        end('cut-off')
      })
      sent.on('response', (response) => {
        collect(response).then(
          (body) => {
            cancel()
            dialed.destroy()
            const { statusCode = 0, statusMessage = '' } = response
            const headers = pairs(response.rawHeaders)
            resolve({
              kind: 'answered',
              status: statusCode,
              reason: statusMessage,
              headers,
              body,
              tookMs: took(),
            })
          },
          () => end('cut-off'),
        )
      })
    })
  }

  return { resolve, ask, askDatabase: outside.askDatabase }
}

function send({ method, url, headers, body }: HttpAsk, connection: Duplex): ClientRequest {
  const sent = request({
    method,
    host: url.hostname,
    path: `${url.pathname}${url.search}`,
    headers: { Host: url.host, ...Object.fromEntries(headers) },
    createConnection: () => connection,
  })
  sent.end(body)
  return sent
}

async function collect(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []))
}
