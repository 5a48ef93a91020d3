/** LoanServe's front door: HTTP on loopback, each request answered by one of the pods that the Service sends it to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { serviceNameLabel } from '../controllers/endpoints.ts'
import type { Kubelet, RunningApp } from '../kubelet/kubelet.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Endpoint } from '../kubernetes/objects.ts'
import { answer, type Backing } from './answers.ts'
import type { Loan } from './loans.ts'
import { requestLine } from './log-lines.ts'

export interface FrontDoor {
  /** Where it listens: http://127.0.0.1:PORT */
  readonly url: string
  readonly close: () => Promise<void>
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
export async function openFrontDoor(options: {
  readonly cluster: Cluster
  readonly kubelet: Kubelet
  readonly namespace: string
  readonly service: string
  readonly loans: readonly Loan[]
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
}): Promise<FrontDoor> {
  const { cluster, kubelet, namespace, service, loans, now, random } = options
  const latency = (from: number, to: number) => Math.round((from + random() * (to - from)) * 10) / 10
  let turn = 0

  function appFor(): RunningApp | 'none-ready' | 'not-listening' {
    const endpoints = readyEndpoints(cluster, namespace, service)
    if (endpoints.length === 0) return 'none-ready'
    const uid = endpoints[turn++ % endpoints.length]?.targetRef?.uid
    const app = uid === undefined ? undefined : kubelet.appOf(uid)
    return app ?? 'not-listening'
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    const app = appFor()
    if (typeof app === 'string') {
      const text =
        app === 'none-ready'
          ? `503 Service Unavailable: ${service} has no ready endpoint\n`
          : `502 Bad Gateway: the pod that ${service} chose does not listen\n`
      response.writeHead(app === 'none-ready' ? 503 : 502, { 'content-type': 'text/plain' })
      response.end(text)
      return
    }
    const begun = performance.now()
    const backing: Backing = {
      loans,
      latencies: { database: latency(0.1, 0.4), creditBureau: latency(20, 60), payments: latency(10, 40) },
    }
    const asked = { method: request.method ?? 'GET', url: request.url ?? '/' }
    const color = app.pod.metadata.labels?.color ?? ''
    await wait(app.behavior.answersAfterMs)
    const { status, headers, body } = answer(asked, { color, behavior: app.behavior }, backing)
    const text = `${JSON.stringify(body)}\n`
    response.writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      date: new Date(now()).toUTCString(),
    })
    response.end(asked.method === 'HEAD' ? undefined : text)
    const path = asked.url.split('?')[0] ?? '/'
    app.logRequest(requestLine({ method: asked.method, path, status, ms: performance.now() - begun }))
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`practice world: the front door failed: ${String(error)}\n`)
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the front door has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
