/** A practice world with its API open to real kubectl, whose pods live twenty times as fast as real ones. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { createWorldClock, type WorldClock } from '../../../../src/world/clock.ts'
import { startDisruptionController } from '../../../../src/world/controllers/budgets.ts'
import { startControllers } from '../../../../src/world/controllers/controllers.ts'
import { createEventRecorder } from '../../../../src/world/event-recorder.ts'
import { plainApplication } from '../../../../src/world/kubelet/application.ts'
import { type Kubelet, startKubelet } from '../../../../src/world/kubelet/kubelet.ts'
import { type Cluster, createCluster } from '../../../../src/world/kubernetes/cluster.ts'
import { type ApiServer, startApiServer } from '../../../../src/world/kubernetes/server.ts'
import { createRandom } from '../../../../src/world/random.ts'
import { seedWorld } from '../../../../src/world/seed.ts'

interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface PracticePods {
  readonly cluster: Cluster
  readonly clock: WorldClock
  readonly kubelet: Kubelet
  readonly server: ApiServer
  readonly kubeconfig: string
  readonly errors: unknown[]
  /** What the database says to who asks, by host. */
  readonly databases: Map<string, 'accepting' | 'rejecting' | 'no response'>
  /** What the applications answer to a probe with, from the next reconsideration on. */
  readonly health: { status: number }
  readonly env: Readonly<Record<string, string>>
  /** The name of a pod of that color. */
  readonly pod: (color: 'blue' | 'green') => string
  readonly kubectl: (
    line: string | readonly string[],
    stdin?: string,
    env?: Readonly<Record<string, string>>,
  ) => Promise<Printed>
  readonly close: () => Promise<void>
}

/** Waits until `found` gives something. */
export async function eventually<T>(found: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 10_000
  for (;;) {
    const value = await found()
    if (value !== undefined) return value
    if (Date.now() > until) throw new Error('what was waited for did not come within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Two ends of one connection. */
function connection(): readonly [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk)
        done()
      },
      final(done) {
        other().push(null)
        done()
      },
    })
  const left: Duplex = end(() => right)
  const right: Duplex = end(() => left)
  return [left, right]
}

/** LoanServe in little: it tells who answers, takes its time for `/slow`, and is not at `/nowhere`. */
function application(): Server {
  return createServer((request, response) => {
    const path = request.url ?? '/'
    if (path === '/slow') return
    const status = path === '/nowhere' ? 404 : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ method: request.method, path })}\n`)
  })
}

/** Starts it; close it when the tests are done. */
export async function startPracticePods(): Promise<PracticePods> {
  const now = Date.now()
  const clock = createWorldClock(now - 365 * 24 * 3_600_000)
  const cluster = createCluster({ now: clock.now, random: createRandom(11) })
  const recorder = createEventRecorder(cluster)
  const controllers = startControllers({ cluster, clock, recorder })
  const stopBudgets = startDisruptionController({ cluster, clock, recorder })
  const errors: unknown[] = []
  const onError = (error: unknown) => {
    errors.push(error)
  }
  const databases: PracticePods['databases'] = new Map([['primary', 'accepting']])
  const health = { status: 200 }
  const app = application()
  const kubelet = startKubelet({
    cluster,
    clock,
    recorder,
    speed: 20,
    onError,
    outside: {
      askDatabase: async (host) => databases.get(host) ?? 'no response',
      addressesOf: (host) => (databases.has(host) ? ['10.0.3.17'] : []),
    },
    application: {
      ...plainApplication,
      verdict: () => ({ status: health.status, afterMs: 4 }),
      connect() {
        const [mine, theirs] = connection()
        app.emit('connection', theirs)
        return mine
      },
    },
  })
  seedWorld(cluster, clock, now)
  const { containers, logs } = kubelet
  const server = await startApiServer({ cluster, logs, containers, onError })
  clock.goLive()
  const home = mkdtempSync(join(tmpdir(), 'practice-pods-'))
  const kubeconfig = join(home, 'config')
  writeFileSync(kubeconfig, JSON.stringify(config(server)))
  const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig }
  return {
    cluster,
    clock,
    kubelet,
    server,
    kubeconfig,
    errors,
    databases,
    health,
    env,
    pod(color) {
      const found = cluster.pods
        .list('loanserve')
        .find(({ metadata }) => metadata.labels?.color === color && metadata.deletionTimestamp === undefined)
      if (found === undefined) throw new Error(`there is no ${color} pod`)
      return found.metadata.name
    },
    kubectl(line, stdin = '', own = env) {
      const words = typeof line === 'string' ? line.split(' ') : line
      return new Promise((resolve) => {
        const child = execFile('kubectl', words, { env: own, timeout: 20_000 }, (error, out, err) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err })
        })
        child.stdin?.end(stdin)
      })
    },
    async close() {
      controllers.stop()
      stopBudgets()
      kubelet.stop()
      clock.stop()
      app.closeAllConnections()
      await server.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function config(server: ApiServer) {
  const cluster = {
    server: `https://127.0.0.1:${server.port}`,
    'certificate-authority-data': Buffer.from(server.caPem).toString('base64'),
  }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'practice', cluster }],
    users: [{ name: 'practice', user: { token: server.token } }],
    contexts: [
      { name: 'practice', context: { cluster: 'practice', user: 'practice', namespace: 'loanserve' } },
    ],
    'current-context': 'practice',
  }
}
