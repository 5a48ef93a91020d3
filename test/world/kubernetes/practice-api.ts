/** A cluster without controllers behind a real server, and the few calls that the tests make on it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Faults } from '../../../src/world/faults.ts'
import { type Cluster, createCluster } from '../../../src/world/kubernetes/cluster.ts'
import type { LogSource } from '../../../src/world/kubernetes/logs.ts'
import { asJsonObject, isList, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { type ApiServer, startApiServer } from '../../../src/world/kubernetes/server.ts'

interface Reply {
  readonly code: number
  readonly warnings: string
  readonly type: string
  readonly text: string
  readonly json: JsonObject
}

export interface WatchEvent {
  readonly type: unknown
  readonly object: JsonObject
}

export interface PracticeApi {
  readonly cluster: Cluster
  readonly server: ApiServer
  /** A kubeconfig that points at the server. */
  readonly kubeconfig: string
  readonly errors: unknown[]
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  /** Reads a watch until `enough` of its events so far, then leaves. */
  watch(
    path: string,
    enough: (events: readonly WatchEvent[]) => boolean,
    options?: { readonly accept?: string; readonly onOpen?: () => void },
  ): Promise<readonly WatchEvent[]>
  close(): Promise<void>
}

/** A number in [0, 1) after another, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const quiet = { dryRun: false, fieldValidation: 'Strict', warn: () => {} } as const

/** Creates an object as a client would post it. */
export function post(cluster: Cluster, kind: string, namespace: string, body: JsonObject): void {
  const resource = cluster.resources.find((each) => each.kind === kind)
  if (resource === undefined) throw new Error(`there is no kind ${kind}`)
  resource.create(namespace, body, quiet)
}

/** Starts a server with the namespaces `default` and `test`. */
export async function startPracticeApi(
  options: { readonly logs?: LogSource; readonly faults?: Faults } = {},
): Promise<PracticeApi> {
  const cluster = createCluster({ now: Date.now, random: seeded(7) })
  const errors: unknown[] = []
  const server = await startApiServer({
    cluster,
    logs: options.logs ?? (() => undefined),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    onError: (error) => errors.push(error),
  })
  for (const name of ['default', 'test']) post(cluster, 'Namespace', '', { metadata: { name } })
  const directory = mkdtempSync(join(tmpdir(), 'practice-api-'))
  const kubeconfig = join(directory, 'config')
  writeFileSync(kubeconfig, JSON.stringify(config(server)))

  const target = {
    host: '127.0.0.1',
    port: server.port,
    ca: server.caPem,
    agent: false,
  } as const
  const authorization = `Bearer ${server.token}`

  return {
    cluster,
    server,
    kubeconfig,
    errors,
    call: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
        const length = Buffer.byteLength(text ?? '')
        // Node frames the body of a DELETE only when its length is given.
        const type =
          text === undefined ? {} : { 'content-type': 'application/json', 'content-length': length }
        const sent = request(
          { ...target, method, path, headers: { authorization, ...type, ...headers } },
          (answer) => {
            let received = ''
            answer.setEncoding('utf8')
            answer.on('data', (chunk: string) => {
              received += chunk
            })
            answer.on('end', () => {
              const contentType = answer.headers['content-type'] ?? ''
              const parsed: unknown = contentType.startsWith('application/json') ? JSON.parse(received) : {}
              const warnings = answer.headers.warning ?? ''
              resolve({
                code: answer.statusCode ?? 0,
                warnings: String(warnings),
                type: contentType,
                text: received,
                json: asJsonObject(parsed),
              })
            })
          },
        )
        sent.on('error', reject)
        sent.end(text)
      }),
    watch: (path, enough, { accept, onOpen } = {}) =>
      new Promise((resolve, reject) => {
        const events: WatchEvent[] = []
        let rest = ''
        const headers = { authorization, ...(accept === undefined ? {} : { accept }) }
        const sent = request({ ...target, path, headers }, (answer) => {
          onOpen?.()
          const finish = () => {
            resolve(events)
            sent.destroy()
          }
          answer.setEncoding('utf8')
          answer.on('data', (chunk: string) => {
            const lines = (rest + chunk).split('\n')
            rest = lines.pop() ?? ''
            for (const line of lines) {
              const event = asJsonObject(JSON.parse(line))
              events.push({ type: event.type, object: asJsonObject(event.object) })
              if (enough(events)) return finish()
            }
          })
          answer.on('end', finish)
        })
        sent.on('error', reject)
        sent.end()
      }),
    async close() {
      rmSync(directory, { recursive: true, force: true })
      await server.close()
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
    contexts: [{ name: 'practice', context: { cluster: 'practice', user: 'practice', namespace: 'test' } }],
    'current-context': 'practice',
  }
}

/** What stands at a path of keys and indexes: `at(reply.json, 'spec', 'ports', 0)`. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce(
    (inner: unknown, key) => (isList(inner) ? inner[Number(key)] : asJsonObject(inner)[key]),
    value,
  )
}
