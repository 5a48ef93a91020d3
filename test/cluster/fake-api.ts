/** A small Kubernetes API over plain http that breaks when it is told to. */
import { EventEmitter } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { watchClusterStatus } from '../../src/cluster/watch-status.ts'

type Plural = 'services' | 'deployments' | 'pods' | 'endpointslices'
export type Request = {
  readonly plural: string
  readonly act: 'get' | 'list' | 'watch'
  readonly query: URLSearchParams
}
type Answer = (request: Request, response: ServerResponse) => boolean

/** Resolves with what `find` gives as soon as it gives something; asks again after each event. */
async function until<Value>(changes: EventEmitter, find: () => Value | undefined): Promise<Value> {
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => changes.once('change', resolve))
  }
}

function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => response.write(bytes, () => setImmediate(resolve)))
}

/** An API in the namespace `shop`, of which a kubeconfig with the context `fake` can be written. */
export async function startFakeApi() {
  const changes = new EventEmitter()
  const objects = new Map<string, unknown[]>()
  const requests: Request[] = []
  const watches = new Map<string, Set<ServerResponse>>()
  const rules = new Set<Answer>()
  let connections = 0
  let turn = Promise.resolve()

  /** What is sent goes out whole and in order. */
  function inTurn(act: () => Promise<void>): void {
    turn = turn.then(act)
  }

  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', 'http://fake')
    const [plural = '', name] = url.pathname.replace(/^.*\/namespaces\/shop\//, '').split('/')
    const act = name !== undefined ? 'get' : url.searchParams.has('watch') ? 'watch' : 'list'
    const request: Request = { plural, act, query: url.searchParams }
    requests.push(request)
    if (![...rules].some((rule) => rule(request, response))) answer(request, response)
    changes.emit('change')
  })

  function answer({ plural, act, query }: Request, response: ServerResponse): void {
    const items = objects.get(plural) ?? []
    if (act === 'get') {
      response.end(JSON.stringify(items[0] ?? {}))
    } else if (act === 'list') {
      // Pages of one, so that every list of two or more has to be continued.
      const start = Number(query.get('continue') ?? 0)
      const more = start + 1 < items.length ? { continue: String(start + 1) } : {}
      response.end(
        JSON.stringify({
          metadata: { resourceVersion: '100', ...more },
          items: items.slice(start, start + 1),
        }),
      )
    } else {
      const open = watches.get(plural) ?? new Set()
      watches.set(plural, open.add(response))
      response.once('close', () => {
        open.delete(response)
        changes.emit('change')
      })
      response.flushHeaders()
    }
  }

  // Connections that rest are for the client to end.
  server.keepAliveTimeout = 0
  server.on('connection', (socket) => {
    connections += 1
    socket.once('close', () => {
      connections -= 1
      changes.emit('change')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake API has no port')
  const { port } = address
  const directory = await mkdtemp(join(tmpdir(), 'handrail-fake-api-'))
  const kubeconfigPath = join(directory, 'kubeconfig')

  return {
    port,
    kubeconfigPath,
    requests,
    changes,
    /** Writes what `user` says of credentials into the kubeconfig. */
    writeKubeconfig: (user: object = { token: 'hush' }) =>
      writeFile(
        kubeconfigPath,
        JSON.stringify({
          clusters: [
            { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
          ],
          users: [{ name: 'u', user }],
          contexts: [{ name: 'fake', context: { cluster: 'c', user: 'u' } }],
        }),
      ),
    set: (plural: Plural, ...items: unknown[]) => objects.set(plural, items),
    /** Sends a line, in two pieces, to everyone who watches. */
    send(plural: Plural, type: string, object: unknown) {
      const line = Buffer.from(`${JSON.stringify({ type, object })}\n`)
      inTurn(async () => {
        for (const response of watches.get(plural) ?? []) {
          await written(response, line.subarray(0, 20))
          await written(response, line.subarray(20))
        }
      })
    },
    /** Ends the open watches: in the middle of a line, or in order. */
    endWatches(plural: Plural, how: 'dropped' | 'in order') {
      inTurn(async () => {
        for (const response of watches.get(plural) ?? []) {
          if (how === 'in order') {
            response.end()
            continue
          }
          await written(response, Buffer.from('{"type":"MODIF'))
          response.destroy()
        }
      })
    },
    /** Answers first, if it wants to (true); gives the function that takes the rule away. */
    rule(answer: Answer) {
      rules.add(answer)
      return () => rules.delete(answer)
    },
    until: <Value>(find: () => Value | undefined) => until(changes, find),
    /** Resolves when all four kinds are watched. */
    watched: () =>
      until(changes, () =>
        [...watches.values()].filter((open) => open.size > 0).length === 4 ? true : undefined,
      ),
    connections: () => connections,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Watches, and lets a test wait until the status is as it should be. */
export function watchIt(address: {
  kubeconfigPath: string
  context: string
  namespace: string
  service?: string
}) {
  const changes = new EventEmitter()
  const seen: ClusterStatus[] = []
  const watching = watchClusterStatus({ service: 'api-main', now: Date.now, ...address }, (status) => {
    seen.push(status)
    changes.emit('change')
  })
  return {
    seen,
    /** Resolves with the latest status once it satisfies the condition. */
    until: (condition: (status: ClusterStatus) => boolean) =>
      until(changes, () => seen.filter((_, index) => index === seen.length - 1).find(condition)),
    close: () => watching.close(),
  }
}
