/** A Kubernetes API, and the application's health page beside it, that say what they are told to in chosen pieces. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Plural = 'services' | 'deployments' | 'pods' | 'endpointslices' | 'events'

const plurals: ReadonlySet<string> = new Set<Plural>([
  ...(['services', 'deployments', 'pods', 'endpointslices', 'events'] as const),
])

type Pieces = readonly (string | Buffer)[]

/** An answer of the API to everything that it is asked, instead of what it holds. */
interface Refusing {
  readonly status: number
  readonly body: Pieces
}

export interface HostileCluster {
  readonly url: string
  /** The path of a kubeconfig that leads to it; its context is `hostile`, its namespace `loanserve`. */
  readonly kubeconfig: string
  readonly directory: string
  /** The JSON of one kind's objects, as lists and later watches give it. */
  readonly hold: (plural: Plural, objects: readonly unknown[]) => void
  /** Sends one line to all who watch that kind, each piece as a chunk of its own. */
  readonly send: (plural: Plural, line: Pieces) => void
  /** Resolves when that kind is watched. */
  readonly watched: (plural: Plural) => Promise<void>
  /** Sets what the health page answers, with which headers. */
  readonly page: (body: Pieces, headers: Readonly<Record<string, string>>) => void
  /** Sets what every pod has logged. */
  readonly log: (body: Pieces) => void
  /** Resolves when the logs have been read once more. */
  readonly logRead: () => Promise<void>
  readonly metrics: (body: Pieces) => void
  readonly refuse: (refusing: Refusing | undefined) => void
  readonly close: () => Promise<void>
}

/** What kubectl asks before it asks for objects. */
const discovery: Readonly<Record<string, unknown>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    ...{ kind: 'APIGroupList', apiVersion: 'v1' },
    groups: ['discovery.k8s.io', 'apps'].map((name) => ({
      name,
      versions: [{ groupVersion: `${name}/v1`, version: 'v1' }],
      preferredVersion: { groupVersion: `${name}/v1`, version: 'v1' },
    })),
  },
  '/api/v1': resources('v1', { services: 'Service', pods: 'Pod', events: 'Event', secrets: 'Secret' }),
  '/apis/discovery.k8s.io/v1': resources('discovery.k8s.io/v1', { endpointslices: 'EndpointSlice' }),
  '/apis/apps/v1': resources('apps/v1', { deployments: 'Deployment' }),
}

function resources(groupVersion: string, kinds: Readonly<Record<string, string>>) {
  const all = Object.entries(kinds).map(([name, kind]) => ({
    ...{ name, singularName: kind.toLowerCase(), namespaced: true, kind },
    verbs: ['get', 'list', 'watch'],
  }))
  return { kind: 'APIResourceList', groupVersion, resources: all }
}

/** Opens it on a free port of this machine. It holds nothing yet, is well, and nothing was logged. */
export async function startHostileCluster(): Promise<HostileCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'handrail-hostile-'))
  const kubeconfig = join(directory, 'kubeconfig')
  const held = new Map<string, readonly unknown[]>()
  const watchers = new Map<string, Set<ServerResponse>>()
  let health: { body: Pieces; headers: Readonly<Record<string, string>> } = { body: ['{}'], headers: {} }
  let logged: Pieces = ['']
  let measured: Pieces = ['{"items":[]}']
  let refusing: Refusing | undefined
  const told = new EventTarget()
  const tell = (event: string) => void told.dispatchEvent(new Event(event))

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://hostile')
    const [, plural = '', name, log] =
      /\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+))?(?:\/(log))?$/.exec(pathname) ?? []
    const known = discovery[pathname]
    const objects = held.get(plural) ?? []
    response.setHeader('content-type', 'application/json')
    if (pathname === '/healthz') {
      response.writeHead(503, { ...health.headers })
      inPieces(response, health.body)
    } else if (known !== undefined) {
      response.end(JSON.stringify(known))
    } else if (refusing !== undefined) {
      response.writeHead(refusing.status)
      inPieces(response, refusing.body)
    } else if (pathname.startsWith('/apis/metrics.k8s.io/')) {
      inPieces(response, measured)
    } else if (log !== undefined) {
      inPieces(response, logged)
      response.once('finish', () => tell('log'))
    } else if (!plurals.has(plural)) {
      response.writeHead(404).end()
    } else if (name !== undefined) {
      response.end(JSON.stringify(objects[0] ?? {}))
    } else if (searchParams.has('watch')) {
      response.flushHeaders()
      const open = watchers.get(plural) ?? new Set()
      watchers.set(plural, open.add(response))
      response.once('close', () => open.delete(response))
      tell(plural)
    } else {
      response.end(
        JSON.stringify({
          ...{ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '100' } },
          items: objects,
        }),
      )
    }
  }

  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the hostile cluster has no port')
  const url = `http://127.0.0.1:${address.port}`
  await writeFile(kubeconfig, kubeconfigText(url, 'hostile', 'loanserve'))
  return {
    ...{ url, kubeconfig, directory },
    hold: (plural, objects) => void held.set(plural, objects),
    send: (plural, line) => {
      for (const response of watchers.get(plural) ?? []) for (const piece of line) response.write(piece)
    },
    watched: async (plural) => {
      if ((watchers.get(plural)?.size ?? 0) === 0) await once(told, plural)
    },
    page: (body, headers) => {
      health = { body, headers }
    },
    log: (body) => {
      logged = body
    },
    logRead: async () => void (await once(told, 'log')),
    metrics: (body) => {
      measured = body
    },
    refuse: (next) => {
      refusing = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Each piece is a chunk of HTTP of its own, and so comes out on the other side as one. */
function inPieces(response: ServerResponse, body: Pieces): void {
  for (const piece of body) if (piece.length > 0) response.write(piece)
  response.end()
}

/** A kubeconfig with one context. What JSON may carry as it is and YAML may not is escaped. */
export function kubeconfigText(server: string, context: string, namespace: string): string {
  const kubeconfig = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': context },
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 'hush' } }],
    contexts: [{ name: context, context: { cluster: 'c', user: 'u', namespace } }],
  }
  return JSON.stringify(kubeconfig).replace(
    /[\u007f-\u009f\u200b-\u206f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
