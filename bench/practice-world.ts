/** How soon the practice world answers, and how it carries a crowd of pods, with real kubectl. */
import { execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Figure, inTurn } from './figures.ts'

const run = promisify(execFile)
const ROUNDS = 7
const bin = fileURLToPath(new URL('../bin/handrail.js', import.meta.url))

async function kubectl(env: Readonly<Record<string, string>>, ...args: string[]): Promise<number> {
  const start = performance.now()
  await run('kubectl', args, { env, maxBuffer: 64 * 1024 * 1024 })
  return performance.now() - start
}

const environment = () =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )

const client = () => kubectl(environment(), 'version', '--client')

/** From nothing to the first answer of a new world: its process, the past of the cluster, and one `kubectl get pods`. */
export async function worldReady(): Promise<Figure> {
  const measured = await inTurn(
    ROUNDS,
    async () => {
      const start = performance.now()
      await run(process.execPath, [bin, 'world', '--', 'kubectl', 'get', 'pods'])
      return performance.now() - start
    },
    client,
  )
  const world = await startWorld()
  const below = await processesUnder(world.pid)
  await world.close()
  return {
    what: 'handrail world -- kubectl get pods, from nothing to its end',
    against: 'kubectl version --client',
    ...measured,
    note: `PostgreSQL processes in a world that nobody asked for data: ${below.filter(({ name }) => name === 'postgres').length}`,
  }
}

/** `kubectl get pods` of 1,000 pods, and what the world's process holds in memory with 10,000. */
export async function crowd(): Promise<Figure> {
  const world = await startWorld('--speed', '100')
  try {
    const env = { ...environment(), ...world.env }
    const post = await poster(world)
    const before = await residentMegabytes(world.pid)
    await kubectl(env, 'create', 'namespace', 'crowd')
    await fill(post, 0, 1000)
    const measured = await inTurn(ROUNDS, () => kubectl(env, 'get', 'pods', '-n', 'crowd'), client)
    await fill(post, 1000, 10_000)
    const all = await kubectl(env, 'get', 'pods', '-n', 'crowd')
    const after = await residentMegabytes(world.pid)
    return {
      what: 'kubectl get pods of 1,000 pods',
      against: 'kubectl version --client',
      ...measured,
      note: `with 10,000 pods the world's process holds ${after.toFixed(0)} MB of memory (${before.toFixed(0)} MB when it is new), and kubectl get pods takes ${all.toFixed(0)} ms`,
    }
  } finally {
    await world.close()
  }
}

const kubeconfig = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
})

type Post = (path: string, body: unknown) => Promise<void>

interface StartedWorld {
  /** Of `handrail world`. */
  readonly pid: number
  readonly env: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

/** `handrail world`, which prints what a shell needs to be inside. */
async function startWorld(...args: string[]): Promise<StartedWorld> {
  const child = spawn(process.execPath, [bin, 'world', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let exports = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    exports += text
  })
  await new Promise<void>((resolve) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('the practice world is up')) resolve()
    })
  })
  const lines = [...exports.matchAll(/^export (\w+)='(.*)'$/gm)]
  return {
    pid: child.pid ?? 0,
    env: Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value])),
    close: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Sends requests to the world's API as a client would that keeps its connections. */
async function poster({ env }: StartedWorld): Promise<Post> {
  const { clusters, users } = kubeconfig.parse(parse(await readFile(env.KUBECONFIG ?? '', 'utf8')))
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster
  const agent = new Agent({ keepAlive: true, maxSockets: 32, ca: Buffer.from(authority, 'base64') })
  const headers = { authorization: `Bearer ${users[0].user.token}`, 'content-type': 'application/json' }
  return (path, body) =>
    new Promise((resolve, reject) => {
      const sent = request(new URL(path, server), { method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => {
          if (answer.statusCode === 201) resolve()
          else reject(new Error(`POST ${path} was answered ${answer.statusCode}`))
        })
      })
      sent.on('error', reject).end(JSON.stringify(body))
    })
}

/** Pods of an image that is not LoanServe's, on the world's own node, from number `from` to before `to`. */
async function fill(post: Post, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, at) => from + at)
  while (numbers.length > 0) {
    const batch = numbers.splice(0, 500)
    await Promise.all(
      batch.map((number) =>
        post('/api/v1/namespaces/crowd/pods', {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: `web-${String(number).padStart(5, '0')}`, labels: { app: 'web' } },
          spec: { nodeName: 'practice-node-1', containers: [{ name: 'web', image: 'nginx:1.29' }] },
        }),
      ),
    )
  }
}

interface Process {
  readonly pid: number
  readonly name: string
}

/** The processes below one, at any depth. */
async function processesUnder(pid: number): Promise<readonly Process[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,comm='])
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const below = (parent: string): readonly Process[] =>
    rows.flatMap(([child = '', of, name = '']) =>
      of === parent ? [{ pid: Number(child), name }, ...below(child)] : [],
    )
  return below(String(pid))
}

/** Of the world's own process, the one that `handrail world` has started. */
async function residentMegabytes(parent: number): Promise<number> {
  const world = (await processesUnder(parent)).find(({ name }) => /node|MainThread/.test(name))
  const status = await readFile(`/proc/${world?.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024
}
