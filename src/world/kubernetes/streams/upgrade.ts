/** Takes a connection over for a conversation with a pod, by WebSocket or by SPDY, as the client asks. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws'
import type { ContainerRuntime } from '../containers.ts'
import { badRequest, forbidden, type StatusError } from '../status.ts'
import { channelProtocols, serveChannels } from './channels.ts'
import type { Conversation } from './conversation.ts'
import { notRunning } from './outcome.ts'
import { servePortChannels } from './port-channels.ts'
import { portForwardProtocol, serveSpdyPortForward } from './spdy-port-forward.ts'
import { remoteProtocol, serveSpdyRemote } from './spdy-remote.ts'

/** SPDY frames in the messages of a WebSocket. */
const tunnelProtocol = `SPDY/3.1+${portForwardProtocol}`

/** Carries a conversation out on the connection of a request to upgrade. Throws StatusError for one that can't be. */
export function converse(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  conversation: Conversation,
  runtime: ContainerRuntime,
): void {
  const wanted = (request.headers.upgrade ?? '').toLowerCase()
  if (wanted === 'websocket') overWebSocket(request, socket, head, conversation, runtime)
  else if (wanted === 'spdy/3.1') overSpdy(request, socket, head, conversation, runtime)
  else throw badRequest('Upgrade request required')
}

function listed(header: string | readonly string[] | undefined): readonly string[] {
  return (Array.isArray(header) ? header.join(',') : String(header ?? ''))
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function overWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  conversation: Conversation,
  runtime: ContainerRuntime,
): void {
  const offered = listed(request.headers['sec-websocket-protocol'])
  const spoken =
    conversation.kind === 'port-forward' ? [tunnelProtocol, 'v4.channel.k8s.io'] : [...channelProtocols]
  const protocol = spoken.find((each) => offered.includes(each))
  if (protocol === undefined)
    throw badRequest(
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}]`,
    )
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  // The library takes only tokens for names of protocols, and one of these holds a slash.
  delete request.headers['sec-websocket-protocol']
  server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`))
  server.handleUpgrade(request, socket, head, (accepted: WebSocket) => {
    if (conversation.kind !== 'port-forward') serveChannels(accepted, conversation, runtime)
    else if (protocol !== tunnelProtocol) servePortChannels(accepted, conversation, runtime)
    else serveSpdyPortForward(createWebSocketStream(accepted), conversation, runtime)
  })
}

function overSpdy(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  conversation: Conversation,
  runtime: ContainerRuntime,
): void {
  const offered = listed(request.headers['x-stream-protocol-version'])
  const spoken = conversation.kind === 'port-forward' ? portForwardProtocol : remoteProtocol
  if (!offered.includes(spoken)) {
    const why = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${spoken}]`
    throw refusal(conversation, why)
  }
  if (conversation.kind !== 'port-forward' && !runtime.isRunning(conversation.pod, conversation.container)) {
    // The kubelet answers this itself, in plain text, and kubectl shows it.
    refuseInText(socket, 500, notRunning(conversation.container))
    return
  }
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${spoken}\r\n\r\n`,
  )
  if (head.length > 0) socket.unshift(head)
  if (conversation.kind === 'port-forward') serveSpdyPortForward(socket, conversation, runtime)
  else serveSpdyRemote(socket, conversation, runtime)
}

function refusal({ pod }: Conversation, why: string): StatusError {
  return forbidden({ group: '', resource: 'pods' }, pod.metadata.name, why)
}

/** Answers a request to upgrade in plain text, and ends its connection. */
function refuseInText(socket: Duplex, code: number, text: string): void {
  const reason = code === 500 ? 'Internal Server Error' : 'Bad Request'
  socket.end(
    `HTTP/1.1 ${code} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}

/** Answers a request to upgrade with a Status, and ends its connection. */
export function refuseUpgrade(socket: Duplex, { code, status }: Pick<StatusError, 'code' | 'status'>): void {
  const body = JSON.stringify(status)
  const reason = status.reason ?? 'Error'
  socket.end(
    `HTTP/1.1 ${code} ${reason}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
