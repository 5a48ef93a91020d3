/** Where clients of a database knock: a TCP port of loopback that wakes the PostgreSQL behind it when someone comes. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { refuse } from './refusal.ts'

export interface Door {
  readonly port: number
  readonly isOpen: () => boolean
  /** How many clients are connected. */
  readonly sessions: () => number
  /** Lets clients in. Throws when something else has taken the port meanwhile. */
  readonly open: () => Promise<void>
  /** Ends every session and lets nobody in. */
  readonly close: () => Promise<void>
}

interface DoorOptions {
  readonly port: number
  /** Gives the directory of the server's socket, once it runs. */
  readonly wake: () => Promise<string>
  /** A client sends something. */
  readonly onTraffic: () => void
}

/** A port of 127.0.0.1 that nothing listens on now: `wanted` where that is so, another one where it isn't. */
export async function freePort(wanted?: number): Promise<number> {
  const server = createServer()
  try {
    const port = await listen(server, wanted ?? 0)
    await new Promise((resolve) => server.close(resolve))
    return port
  } catch (error) {
    if (wanted === undefined) throw error
    return freePort()
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('no port was given'))
      else resolve(address.port)
    })
  })
}

/** A closed door. */
export function createDoor({ port, wake, onTraffic }: DoorOptions): Door {
  const clients = new Set<Socket>()
  let server: Server | undefined

  function enter(client: Socket): void {
    clients.add(client)
    client.on('close', () => clients.delete(client)).on('error', () => client.destroy())
    client.setNoDelay(true)
    wake().then(
      (socket) => lead(client, socket, onTraffic),
      (error: unknown) => refuse(client, error),
    )
  }

  return {
    port,
    isOpen: () => server !== undefined,
    sessions: () => clients.size,
    async open() {
      if (server !== undefined) return
      // Who half-closes still wants the answer; nothing is read before there is someone to read it.
      const opened = createServer({ allowHalfOpen: true, pauseOnConnect: true }, enter)
      await listen(opened, port)
      server = opened
    },
    async close() {
      const closing = server
      server = undefined
      if (closing === undefined) return
      const closed = new Promise((resolve) => closing.close(resolve))
      for (const client of clients) client.destroy()
      await closed
    },
  }
}

/** Joins the client with the server; each waits for the other where one is slower. */
function lead(client: Socket, socket: string, onTraffic: () => void): void {
  if (client.destroyed) return
  const inner = connect({ path: join(socket, '.s.PGSQL.5432'), allowHalfOpen: true })
  const part = () => {
    client.destroy()
    inner.destroy()
  }
  inner.on('error', part).on('close', part)
  client.on('close', part)
  inner.once('connect', () => {
    client.on('data', onTraffic)
    client.pipe(inner)
    inner.pipe(client)
  })
}
