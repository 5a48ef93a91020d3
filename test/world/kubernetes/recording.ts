/** Recordings of a real control plane, put to ours: fixtures/ holds what Kubernetes 1.36 answered to kubectl. */
import { Buffer } from 'node:buffer'
import { answer } from '../../../src/world/kubernetes/api.ts'
import { createCluster } from '../../../src/world/kubernetes/cluster.ts'
import { createDeleter } from '../../../src/world/kubernetes/deletion.ts'
import { createOpenApi } from '../../../src/world/kubernetes/openapi.ts'
import { asJsonObject, isList, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { StatusError } from '../../../src/world/kubernetes/status.ts'
import { admin, createUsers } from '../../../src/world/kubernetes/users.ts'
import { at, post, seeded } from './practice-api.ts'

const quiet = { dryRun: false, fieldValidation: 'Strict', manager: 'recording', warn: () => {} } as const

/** When the recorded objects were made. */
const recordedAt = Date.UTC(2026, 10, 23, 5, 18, 28)

/** A cluster with the namespace that recordings are of. */
export function practiceApi() {
  const cluster = createCluster({ now: () => recordedAt, random: seeded(1) })
  post(cluster, 'Namespace', '', { metadata: { name: 'rec' } })
  const deleter = createDeleter(cluster.registry, cluster.now)
  const users = createUsers('token', cluster)
  return { cluster, deleter, users, openApi: createOpenApi(cluster.resources), logs: () => undefined }
}

export type Practice = ReturnType<typeof practiceApi>

/** What the API answers to a request. */
export function ask(
  api: Practice,
  method: string,
  url: string,
  contentType = '',
  body?: unknown,
  accept?: string,
) {
  const { pathname, searchParams } = new URL(url, 'https://127.0.0.1')
  const request = {
    method,
    path: pathname,
    query: searchParams,
    accept,
    mediaType: contentType,
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    user: admin,
    userAgent: 'kubectl/v1.32.0 (linux/amd64) kubernetes/c61dd4b',
    signal: new AbortController().signal,
  }
  try {
    const found = answer(api, request)
    if (found.kind !== 'text' && found.kind !== 'pieces') throw new Error('the answer is a stream')
    const text = found.kind === 'text' ? found.text : [...found.pieces].join('')
    const code = found.kind === 'text' ? found.code : 200
    return { code, json: asJsonObject(JSON.parse(text)), warnings: found.warnings }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    return { code: error.code, json: asJsonObject(JSON.parse(JSON.stringify(error.status))), warnings: [] }
  }
}

/** Puts a recorded object into the cluster, with its owners of fields, and gives it as it stands there. */
export function place(api: Practice, recorded: JsonObject): JsonObject {
  // Without its owners, of which the garbage collector finds none here.
  const fresh = new Set(['resourceVersion', 'uid', 'creationTimestamp', 'generation', 'ownerReferences'])
  const kept = Object.entries(asJsonObject(recorded.metadata)).filter(([key]) => !fresh.has(key))
  const metadata: JsonObject = Object.fromEntries(kept)
  post(api.cluster, String(recorded.kind), 'rec', { ...recorded, metadata })
  const resource = api.cluster.resources.find((each) => each.kind === recorded.kind)
  const item = resource?.get('rec', String(metadata.name))
  if (resource === undefined || item === undefined) throw new Error('the recorded object was not created')
  const { name } = item.meta
  const status = { kind: 'merge', body: { status: recorded.status } } as const
  if (recorded.status !== undefined) resource.patch('rec', name, status, 'status', quiet)
  const owners = { kind: 'merge', body: { metadata: { managedFields: metadata.managedFields } } } as const
  if (metadata.managedFields !== undefined) resource.patch('rec', name, owners, 'main', quiet)
  return resource.get('rec', item.meta.name)?.wire() ?? {}
}

/** The owners of an object's fields, without the moments at which they wrote. */
export function ownersOf(object: JsonObject): readonly unknown[] {
  const entries = at(object, 'metadata', 'managedFields')
  const timeless = (isList(entries) ? entries : []).map((entry) => {
    const { time: _time, ...rest } = asJsonObject(entry)
    return rest
  })
  // Which of two updates comes first depends on their moments.
  const key = (entry: JsonObject) => `${String(entry.operation)} ${String(entry.manager)}`
  return timeless.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
