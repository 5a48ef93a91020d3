/** LoanServe's front door: each request is answered by one of the pods that the Service sends it to. */
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

/** What comes back through the front door: a pod's answer, or that there was none. */
export type Outcome =
  | { readonly kind: 'none-ready' | 'not-listening' }
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
  readonly service: string
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
 * Opens the front door of a Service on a free port of 127.0.0.1. Round robin over the ready endpoints; 503 when
 * there is none, 502 when the chosen pod doesn't listen. How long an answer takes is not sped up: who waits for
 * it lives outside of the world.
 */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { cluster, clock, namespace, service, applications, runningIn, onAct } = options
  let turn = 0

  function ask(asked: Asked, asker: Asker, done: (outcome: Outcome) => void): void {
    const endpoints = readyEndpoints(cluster, namespace, service)
    if (endpoints.length === 0) {
      done({ kind: 'none-ready' })
      return
    }
    const uid = endpoints[turn++ % endpoints.length]?.targetRef?.uid
    const running = uid === undefined ? undefined : runningIn(uid)
    const isTaken =
      running !== undefined &&
      applications.ask(running, asked, asker, (answer) => done({ kind: 'answered', ...answer }))
    if (!isTaken) done({ kind: 'not-listening' })
  }

  function replyOf(outcome: Outcome): Reply {
    if (outcome.kind === 'answered') return jsonReply(outcome)
    const text =
      outcome.kind === 'none-ready'
        ? `503 Service Unavailable: ${service} has no ready endpoint\n`
        : `502 Bad Gateway: the pod that ${service} chose does not listen\n`
    const status = outcome.kind === 'none-ready' ? 503 : 502
    return { status, headers: { 'content-type': 'text/plain' }, text }
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
