/** LoanServe's front door: the Ingress leads each request to a Service, and one of that one's pods answers it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { HttpAct } from '../acts.ts'
import type { Clock } from '../clock.ts'
import { serviceNameLabel } from '../controllers/endpoints.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Endpoint } from '../kubernetes/objects.ts'
import type { Asked } from './answers.ts'
import type { Answered, Asker, Running } from './app.ts'
import type { Applications } from './applications.ts'
import { jsonReply, type Reply, readAsked, send } from './http.ts'
import { staticPage } from './static-page.ts'
import { serviceBehind } from './way-in.ts'

/** What comes back through the front door: a pod's answer, or that there was none. */
export type Outcome =
  | { readonly kind: 'no-way' }
  | { readonly kind: 'none-ready' | 'not-listening'; readonly service: string }
  /** A page of something that isn't the application. */
  | { readonly kind: 'page'; readonly reply: Reply }
  | ({ readonly kind: 'answered' } & Answered)

export interface FrontDoor {
  /** Where it listens: http://127.0.0.1:PORT */
  readonly url: string
  /** Asks without a socket. `done` is called once, perhaps at once. */
  readonly ask: (asked: Asked, asker: Asker, done: (outcome: Outcome) => void) => void
  readonly close: () => Promise<void>
}

export interface FrontDoorOptions {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly namespace: string
  /** The host that users ask for. */
  readonly host: string
  readonly applications: Pick<Applications, 'ask'>
  /** The application in a pod's first container, while it runs. */
  readonly runningIn: (podUid: string) => Running | undefined
  /** Hears of each request that came by HTTP, as it is answered. */
  readonly onAct?: (act: HttpAct) => void
}

/** The endpoints that may get traffic, in the order of their slices. */
function readyEndpoints(cluster: Cluster, namespace: string, service: string): readonly Endpoint[] {
  if (cluster.services.get(namespace, service) === undefined) return []
  return cluster.endpointSlices
    .list(namespace)
    .filter((slice) => slice.metadata.labels?.[serviceNameLabel] === service)
    .flatMap((slice) => slice.endpoints)
    .filter((endpoint) => endpoint.conditions?.ready !== false)
}

/**
 * Opens the front door of a host on a free port of 127.0.0.1. Where no Ingress leads it anywhere, 404; round robin over the ready endpoints; 503 when
 * there is none, 502 when the chosen pod doesn't listen. How long an answer takes is not sped up: who waits for
 * it lives outside of the world.
 */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { cluster, clock, namespace, host, applications, runningIn, onAct } = options
  let turn = 0

  function ask(asked: Asked, asker: Asker, done: (outcome: Outcome) => void): void {
    const led = lead(asked.url)
    if ('kind' in led) {
      done(led)
      return
    }
    const { service, uid } = led
    const running = runningIn(uid)
    const isTaken =
      running !== undefined &&
      applications.ask(running, asked, asker, (answer) => done({ kind: 'answered', ...answer }))
    if (!isTaken) done({ kind: 'not-listening', service })
  }

  /** The pod whose application has to answer, or how it ends where none does. */
  function lead(url: string): Outcome | { readonly service: string; readonly uid: string } {
    const service = serviceBehind(cluster, namespace, host, url)
    if (service === undefined) return { kind: 'no-way' }
    const endpoints = readyEndpoints(cluster, namespace, service)
    if (endpoints.length === 0) return { kind: 'none-ready', service }
    const target = endpoints[turn++ % endpoints.length]?.targetRef
    const pod = cluster.pods.get(namespace, target?.name ?? '')
    if (pod === undefined) return { kind: 'not-listening', service }
    const reply = staticPage(cluster, pod, url)
    return reply === undefined ? { service, uid: pod.metadata.uid } : { kind: 'page', reply }
  }

  function replyOf(outcome: Outcome): Reply {
    if (outcome.kind === 'answered') return jsonReply(outcome)
    if (outcome.kind === 'page') return outcome.reply
    const headers = { 'content-type': 'text/plain' }
    switch (outcome.kind) {
      case 'no-way':
        return { status: 404, headers, text: `404 Not Found: no ingress leads ${host} anywhere\n` }
      case 'none-ready':
        return {
          status: 503,
          headers,
          text: `503 Service Unavailable: ${outcome.service} has no ready endpoint\n`,
        }
      case 'not-listening':
        return {
          status: 502,
          headers,
          text: `502 Bad Gateway: the pod that ${outcome.service} chose does not listen\n`,
        }
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readAsked(request)
    const reply = replyOf(await new Promise<Outcome>((resolve) => ask(asked, 'user', resolve)))
    const { method, url } = asked
    onAct?.({ kind: 'http', at: clock.now(), method, path: url.split('?')[0] ?? '/', status: reply.status })
    send(response, reply, method, clock.now())
  }

  const server = createServer((request, response) => {
    // Who asks badly, or has gone, gets nothing.
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the front door has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    ask,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
