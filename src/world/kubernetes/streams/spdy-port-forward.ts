/** port-forward over SPDY: two streams for each connection, one for its data and one for what went wrong. */
import { type Duplex, pipeline } from 'node:stream'
import type { ContainerRuntime } from '../containers.ts'
import type { Conversation } from './conversation.ts'
import { refusedPort } from './outcome.ts'
import { createSpdySession, type SpdyStream } from './spdy-session.ts'

/** The protocol's name in an upgrade to SPDY. */
export const portForwardProtocol = 'portforward.k8s.io'

/** Forwards every connection that the client opens, until it goes or the pod does. */
export function serveSpdyPortForward(
  transport: Duplex,
  { pod }: Extract<Conversation, { kind: 'port-forward' }>,
  runtime: ContainerRuntime,
): void {
  const halves = new Map<string, { error?: Duplex; data?: Duplex }>()
  const session = createSpdySession(transport, onStream, () => stop())
  const stop = runtime.onPodEnd(pod.metadata.uid, () => session.close())

  function onStream({ headers, duplex }: SpdyStream): void {
    const request = headers.get('requestid') ?? headers.get('port') ?? ''
    const pair = halves.get(request) ?? {}
    halves.set(request, pair)
    if (headers.get('streamtype') === 'error') pair.error = duplex
    else pair.data = duplex
    duplex.on('error', () => {})
    if (pair.error === undefined || pair.data === undefined) return
    halves.delete(request)
    forward(Number(headers.get('port')), pair.data, pair.error)
  }

  function forward(port: number, data: Duplex, error: Duplex): void {
    error.resume()
    const connection = runtime.connect(pod.metadata.uid, port)
    if (connection === undefined) {
      data.resume()
      error.end(refusedPort(pod, port))
      data.end()
      return
    }
    pipeline(data, connection, () => {})
    pipeline(connection, data, () => error.end())
  }
}
