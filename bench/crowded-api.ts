/**
 * A Kubernetes API with a crowd of pods of two colors that change all the time, as a program of its own: what it sends
 * was written beforehand, so that a bench measures whoever reads it. Prints its port, and ends with its standard input.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

const [pods = 10_000, changesPerSecond = 1_000] = process.argv.slice(2).map(Number)
const namespace = 'loanserve'
const tickMs = 10

/** What can become of a pod: its words in `kubectl get pods`, and the status that they come from. */
const fates = [
  { ready: '1/1', word: 'Running', state: { running: { startedAt: '2026-11-23T02:00:00Z' } } },
  { ready: '0/1', word: 'Running', state: { running: { startedAt: '2026-11-23T02:00:00Z' } } },
  {
    ready: '0/1',
    word: 'CrashLoopBackOff',
    state: {
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container=api' },
    },
  },
] as const

const colorOf = (pod: number) => (pod % 2 === 0 ? 'blue' : 'green')
const nameOf = (pod: number) => `api-${colorOf(pod)}-66dfbb4586-${pod.toString(36).padStart(5, 'x')}`

/** About as long as a real pod is: 4 kB, most of it in what nobody looks at. */
const padding = 'f:metadata f:labels f:spec f:containers '.repeat(60)

function podJson(pod: number, version: number, fate: (typeof fates)[number], restarts: number) {
  const ready = fate.ready === '1/1'
  const color = colorOf(pod)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name: nameOf(pod), namespace, uid: `uid-${pod}`, resourceVersion: String(version) },
      creationTimestamp: '2026-11-23T02:00:00Z',
      labels: { app: 'api', color, 'pod-template-hash': '66dfbb4586' },
      annotations: { padding },
    },
    spec: {
      nodeName: `node-${pod % 200}`,
      containers: [{ name: 'api', image: `loanserve/api:v1.2.${color === 'blue' ? 2 : 3}` }],
    },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: ready ? 'True' : 'False' },
      ],
      containerStatuses: [{ name: 'api', ready, restartCount: restarts, started: ready, state: fate.state }],
    },
  }
}

type PodJson = ReturnType<typeof podJson>

const crowd: PodJson[] = Array.from({ length: pods }, (_, pod) => podJson(pod, 100, fates[0], 0))
let version = 100

const columns = ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => ({
  ...{ name, type: name === 'Restarts' ? 'integer' : 'string', format: name === 'Name' ? 'name' : '' },
  ...{ description: '', priority: 0 },
}))

/** As the server prints pods for kubectl (meta.k8s.io/v1 Table). */
function tableOf(items: readonly PodJson[], withColumns: boolean) {
  return {
    ...{ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: String(version) } },
    ...(withColumns ? { columnDefinitions: columns } : { columnDefinitions: null }),
    rows: items.map((item) => {
      const [container] = item.status.containerStatuses
      const word = container?.state && 'waiting' in container.state ? 'CrashLoopBackOff' : 'Running'
      const cells = [
        item.metadata.name,
        container?.ready ? '1/1' : '0/1',
        word,
        container?.restartCount,
        '1h',
      ]
      return {
        cells,
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item.metadata },
      }
    }),
  }
}

const watchers = new Set<{ readonly response: ServerResponse; readonly table: boolean }>()

/** The same changes in each run: a linear congruential generator. */
let seed = 1
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed % below
}

/** Owed since the start, so that a late timer makes up for what it missed. */
const startedAt = performance.now()
let changed = 0
setInterval(() => {
  const owed = Math.floor(((performance.now() - startedAt) / 1000) * changesPerSecond)
  const plain: string[] = []
  const printed: string[] = []
  const tables = [...watchers].some(({ table }) => table)
  for (; changed < owed; changed += 1) {
    const pod = random(pods)
    const before = crowd[pod]?.status.containerStatuses[0]?.restartCount ?? 0
    version += 1
    const object = podJson(pod, version, fates[random(fates.length)] ?? fates[0], before + random(2))
    crowd[pod] = object
    plain.push(`${JSON.stringify({ type: 'MODIFIED', object })}\n`)
    if (tables) printed.push(`${JSON.stringify({ type: 'MODIFIED', object: tableOf([object], false) })}\n`)
  }
  for (const { response, table } of watchers) response.write((table ? printed : plain).join(''))
}, tickMs)

const deployment = (color: string) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { name: `api-${color}`, namespace, generation: 1, resourceVersion: '100' },
  spec: {
    replicas: pods / 2,
    selector: { matchLabels: { app: 'api', color } },
    template: {
      metadata: { labels: { app: 'api', color } },
      spec: { containers: [{ name: 'api', image: `loanserve/api:v1.2.${color === 'blue' ? 2 : 3}` }] },
    },
  },
  status: { observedGeneration: 1, readyReplicas: pods / 2, updatedReplicas: pods / 2 },
})
const service = {
  ...{ apiVersion: 'v1', kind: 'Service' },
  metadata: { name: 'api-main', namespace, resourceVersion: '100' },
  spec: { selector: { app: 'api', color: 'blue' } },
}
/** A hundred addresses to a slice, as the controller parts them. */
const slices = Array.from({ length: Math.ceil(pods / 200) }, (_, slice) => ({
  metadata: { name: `api-main-${slice}`, labels: { 'kubernetes.io/service-name': 'api-main' } },
  endpoints: Array.from({ length: 100 }, (_, at) => ({
    conditions: { ready: true },
    targetRef: { kind: 'Pod', name: nameOf((slice * 100 + at) * 2) },
  })),
}))

const kinds: Readonly<Record<string, () => readonly unknown[]>> = {
  services: () => [service],
  deployments: () => [deployment('blue'), deployment('green')],
  endpointslices: () => slices,
  events: () => [],
  pods: () => crowd,
}

/** What kubectl asks before it asks for pods, and the application's health page. */
const always = new Map<string, unknown>([
  ['/healthz', { checks: [{ name: 'database', status: 'ok', latency_ms: 3 }] }],
  ['/api', { kind: 'APIVersions', versions: ['v1'] }],
  ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: [] }],
  [
    '/api/v1',
    {
      ...{ kind: 'APIResourceList', groupVersion: 'v1' },
      resources: [
        {
          ...{ name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod' },
          verbs: ['get', 'list', 'watch'],
        },
      ],
    },
  ],
])

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://crowd')
  const json = (body: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const [, plural = '', name, log] =
    /\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+))?(?:\/(log))?$/.exec(url.pathname) ?? []
  const items = kinds[plural]
  const known = always.get(url.pathname)
  if (known !== undefined) {
    json(known)
    return
  }
  if (log !== undefined) {
    response.end('{"status":200,"msg":"request"}\n')
    return
  }
  if (items === undefined) {
    response.writeHead(404).end()
    return
  }
  if (name !== undefined) {
    json(items()[0])
    return
  }
  const table = request.headers.accept?.includes('as=Table') === true
  if (url.searchParams.has('watch')) {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    if (plural !== 'pods') return
    const watcher = { response, table }
    watchers.add(watcher)
    response.once('close', () => watchers.delete(watcher))
    return
  }
  if (plural === 'pods' && table) {
    json(tableOf(crowd, true))
    return
  }
  const start = Number(url.searchParams.get('continue') ?? 0)
  const limit = Number(url.searchParams.get('limit') ?? items().length)
  const more = start + limit < items().length ? { continue: String(start + limit) } : {}
  json({
    metadata: { resourceVersion: String(version), ...more },
    items: items().slice(start, start + limit),
  })
}

const server = createServer(answer)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
process.stdin.resume().once('end', () => process.exit(0))
