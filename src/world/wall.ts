/**
 * The wall around the practice world: an HTTP proxy on loopback that leads the hosts of the world's Ingresses to its
 * front door and refuses every other, so that a tool which would dial the real AWS or the real LoanServe from inside
 * is stopped before it opens a socket beyond this machine.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface Wall {
  /** http://127.0.0.1:PORT */
  readonly url: string
  readonly close: () => Promise<void>
}

/** Tools on this machine that ask something on this machine need no proxy. */
const direct = '127.0.0.1,localhost,::1'

/** The variables by which tools take the wall for their way out. curl reads `http_proxy` in small letters alone. */
export function wallEnvironment(url: string): Readonly<Record<string, string>> {
  const ways = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()])
  return {
    ...Object.fromEntries(ways.map((name) => [name, url])),
    no_proxy: direct,
    NO_PROXY: direct,
  }
}

function refusal(host: string): string {
  return `${host} is outside of the practice world: nothing was sent to it\n`
}

/**
 * Opens the wall on a free port of 127.0.0.1. `frontDoorOf` gives the http URL that answers for a host, or undefined
 * for one that the world doesn't have.
 */
export async function openWall(frontDoorOf: (host: string) => string | undefined): Promise<Wall> {
  const tunnels = new Set<Duplex>()
  const server = createServer((request, response) => passOn(request, response, frontDoorOf))
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    tunnels.add(socket)
    socket.on('close', () => tunnels.delete(socket)).on('error', () => {})
    const text = refusal(request.url ?? '')
    socket.end(
      `HTTP/1.1 403 Outside of the practice world\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the wall has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        for (const tunnel of tunnels) tunnel.destroy()
      }),
  }
}

function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  frontDoorOf: (host: string) => string | undefined,
): void {
  const wanted = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined
  const door = wanted?.protocol === 'http:' ? frontDoorOf(wanted.hostname) : undefined
  if (wanted === undefined || door === undefined) {
    request.resume()
    response.writeHead(403, { 'content-type': 'text/plain' })
    response.end(refusal(wanted?.host ?? request.headers.host ?? 'that host'))
    return
  }
  const { method, headers } = request
  const { 'proxy-connection': _proxy, ...kept } = headers
  const passed = httpRequest(new URL(wanted.pathname + wanted.search, door), { method, headers: kept })
  passed.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  passed.on('error', () => response.destroy())
  response.on('close', () => passed.destroy())
  request.pipe(passed)
}
