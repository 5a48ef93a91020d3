/** The applications in all pods: what the kubelet and the front door ask of them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import type { Clock } from '../clock.ts'
import { type Book, createBook } from '../database/book.ts'
import type { Databases } from '../database/databases.ts'
import type { Faults, ImageTrait } from '../faults.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { createRandom } from '../random.ts'
import type { Asked } from './answers.ts'
import { type Answered, type App, type Asker, createApp, type Running, type Surroundings } from './app.ts'
import { type AppBehavior, behaviorOf, isPullable, tagOf } from './behavior.ts'
import { createDatabaseHealth } from './database-health.ts'
import { createExternalServices } from './external-services.ts'
import { jsonReply, readAsked, send } from './http.ts'
import type { PoolFigures } from './log-lines.ts'
import { maintenanceBanner } from './maintenance.ts'
import { createFrozenTotals } from './metrics.ts'

export interface Applications {
  /** How the application of an image behaves when it starts now with this environment. */
  readonly behaviorOf: (image: string, env: Readonly<Record<string, string>>) => AppBehavior
  /** Whether the registry has the image. */
  readonly isPullable: (image: string) => boolean
  /**
   * What it answers now to a GET of that path, and after how long, by what is known of its database: it asks nobody,
   * and wakes no database. Where nothing is known yet, it says 503 and finds out; `onChange` tells when it has.
   */
  readonly verdict: (running: Running, path: string) => { readonly status: number; readonly afterMs: number }
  /** Opens a connection to its port; undefined when it doesn't listen yet. */
  readonly connect: (running: Running) => Duplex | undefined
  /** Lets the application answer, and log it; false when it doesn't listen yet: then `answered` is never called. */
  readonly ask: (
    running: Running,
    asked: Asked,
    asker: Asker,
    answered: (answer: Answered) => void,
  ) => boolean
  /** The connections of the application in a pod. */
  readonly poolOf: (running: Running) => PoolFigures
  /** Those of all applications that have been asked anything, added up. */
  readonly pools: () => PoolFigures
  /** Hears of each pod of whose application `verdict` may say something else now. Gives what ends that. */
  readonly onChange: (listener: (podUid: string) => void) => () => void
  /** Ends every session. */
  readonly stop: () => Promise<void>
}

export interface ApplicationsOptions {
  readonly cluster: Cluster
  readonly clock: Clock
  /** How many times faster than in a real cluster time passes. */
  readonly speed: number
  /** In [0, 1). */
  readonly random: () => number
  readonly faults: Faults
  /** Without databases all loans are in memory. */
  readonly databases: Pick<Databases, 'asleep'> | undefined
  /** The application in a pod's first container, while it runs. */
  readonly runningIn: (podUid: string) => Running | undefined
  /** In milliseconds, to measure by; the machine's own unless given. */
  readonly stopwatch?: () => number
}

/** No application has been asked anything. */
export function createApplications(options: ApplicationsOptions): Applications {
  const { cluster, clock, speed, random, faults, databases, runningIn } = options
  const { stopwatch = () => performance.now() } = options
  const apps = new Map<string, App>()
  const listeners = new Set<(podUid: string) => void>()
  const connections = new WeakMap<object, Running>()
  const closing = new Set<Promise<void>>()
  const bookSeed = Math.floor(random() * 2 ** 32)
  let memory: Book | undefined

  const tell = (podUid: string) => {
    for (const listener of listeners) listener(podUid)
  }
  const world: Surroundings = {
    clock,
    stopwatch,
    speed,
    random,
    asleep: databases?.asleep,
    memory() {
      memory ??= createBook(createRandom(bookSeed), clock.now())
      return memory
    },
    health: createDatabaseHealth((url) => {
      for (const [podUid, app] of apps) if (app.databaseUrl === url) tell(podUid)
    }),
    services: createExternalServices(faults, random),
    metrics: createFrozenTotals(faults, clock.now),
    banner: (running) => maintenanceBanner(cluster, running),
    onChange: tell,
  }

  function letGo(podUid: string): void {
    const app = apps.get(podUid)
    if (app === undefined) return
    apps.delete(podUid)
    const closed = app.close().catch(() => {})
    closing.add(closed)
    void closed.then(() => closing.delete(closed))
  }

  function appOf(running: Running): App {
    const podUid = running.pod.metadata.uid
    const present = apps.get(podUid)
    if (present?.startedAt === running.startedAt) return present
    letGo(podUid)
    const app = createApp(running, behaviorNow(running), world)
    apps.set(podUid, app)
    return app
  }

  const behavior = (image: string, env: Readonly<Record<string, string>>) =>
    behaviorOf(image, env, faults.now().images[tagOf(image)])

  /** What is wrong with an image may be decided after its container was started. */
  function behaviorNow({ behavior: first, env, pod }: Running): () => AppBehavior {
    const image = pod.spec.containers[0]?.image ?? ''
    let traits: readonly ImageTrait[] | undefined
    let now = first
    return () => {
      const present = faults.now().images[tagOf(image)]
      if (present === traits) return now
      traits = present
      now = behaviorOf(image, env, present)
      return now
    }
  }

  const listens = (running: Running) =>
    clock.now() >= running.startedAt + running.behavior.listensAfterMs / speed

  function ask(running: Running, asked: Asked, asker: Asker, answered: (answer: Answered) => void): boolean {
    if (!listens(running)) return false
    appOf(running).ask(running, asked, asker, answered)
    return true
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const known = connections.get(request.socket)
    const asked = await readAsked(request)
    const running = known === undefined ? undefined : runningIn(known.pod.metadata.uid)
    const isSame = running !== undefined && running.startedAt === known?.startedAt
    const taken =
      isSame &&
      ask(running, asked, 'inside', (answer) => send(response, jsonReply(answer), asked.method, clock.now()))
    // The run that this connection led to has ended, and its connections with it.
    if (!taken) request.socket.destroy()
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })

  const unsubscribe = cluster.pods.subscribe(({ type, object }) => {
    const { uid } = object.metadata
    const app = apps.get(uid)
    if (app === undefined) return
    if (type === 'DELETED' || runningIn(uid)?.startedAt !== app.startedAt) letGo(uid)
  })

  return {
    behaviorOf: behavior,
    isPullable: (image) => isPullable(image, faults.now().images[tagOf(image)]),
    verdict: (running, path) => appOf(running).verdict(path),
    connect(running) {
      if (!listens(running)) return undefined
      const [client, own] = duplexPair()
      connections.set(own, running)
      server.emit('connection', own)
      return client
    },
    ask,
    poolOf: (running) => appOf(running).pool(),
    pools() {
      const all = [...apps.values()].map((app) => app.pool())
      const sum = (of: (figures: PoolFigures) => number) => all.reduce((total, each) => total + of(each), 0)
      return {
        size: sum(({ size }) => size),
        in_use: sum(({ in_use }) => in_use),
        idle: sum(({ idle }) => idle),
        waiting: sum(({ waiting }) => waiting),
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async stop() {
      unsubscribe()
      for (const podUid of [...apps.keys()]) letGo(podUid)
      await Promise.all(closing)
    },
  }
}
