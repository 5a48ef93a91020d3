/** The API's verbs: which answer a request gets, once it is read and its sender is known. */
import type { Buffer } from 'node:buffer'
import { parse as parseYaml } from 'yaml'
import type { KubernetesAct } from '../acts.ts'
import type { Faults } from '../faults.ts'
import { checkAccess, checkReviewAccess } from './access.ts'
import type { Cluster } from './cluster.ts'
import type { ContainerRuntime } from './containers.ts'
import { type Deleter, deletedStatus, readDeleteOptions } from './deletion.ts'
import { aggregatedType, discover, isDiscovery } from './discovery.ts'
import { evict } from './eviction.ts'
import { isWatch, itemText, listPieces, listText, readSelection, select } from './list.ts'
import { readVersion } from './list-options.ts'
import { type LogText, readLog } from './log-stream.ts'
import type { LogSource } from './logs.ts'
import type { OpenApi } from './openapi.ts'
import { applyType, readPatch, refuseStrategic } from './patch/patch.ts'
import { ProtobufError, protobufType, readProtobuf } from './protobuf.ts'
import { asJsonObject, type JsonObject } from './record.ts'
import { type Form, readForm, readTarget, type Target, verbOf } from './request.ts'
import { answerReview, reviewKind } from './reviews.ts'
import { scaleTable } from './scale-table.ts'
import {
  badRequest,
  methodNotAllowed,
  noSuchPath,
  notFound,
  unsupportedMediaType,
  versionAhead,
} from './status.ts'
import { type Conversation, conversations, readConversation } from './streams/conversation.ts'
import { answerTokenRequest } from './token-request.ts'
import type { User } from './user.ts'
import type { Users } from './users.ts'
import type { Item } from './wire.ts'
import { readWriteOptions } from './write-options.ts'
import type { Part, WriteRequest } from './write-request.ts'

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string | undefined
  /** Without parameters; '' when there is no body. */
  readonly mediaType: string
  readonly body: Buffer
  readonly user: User
  readonly userAgent?: string | undefined
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

export type Answer =
  | {
      readonly kind: 'text'
      readonly code: number
      readonly type: string
      readonly text: string
      readonly warnings: readonly string[]
    }
  /** JSON in pieces, each made when there is room for it. */
  | { readonly kind: 'pieces'; readonly pieces: Iterable<string>; readonly warnings: readonly string[] }
  | { readonly kind: 'watch'; readonly target: Target; readonly form: Form }
  | { readonly kind: 'log'; readonly log: LogText }
  /** To be carried out on the connection of a request to upgrade. */
  | { readonly kind: 'conversation'; readonly conversation: Conversation }

export interface Api {
  readonly cluster: Cluster
  readonly deleter: Deleter
  readonly openApi: OpenApi
  readonly logs: LogSource
  readonly users: Users
  /** Without it nothing can be run in containers. */
  readonly containers?: ContainerRuntime | undefined
  /** What is wrong now; nothing without it. */
  readonly faults?: Faults | undefined
  /** Hears of each request about a resource. */
  readonly tell?: ((act: KubernetesAct) => void) | undefined
}

const json = 'application/json'
const health = new Set(['/healthz', '/livez', '/readyz'])

/** Paths that need no token, as on a real cluster. */
export function isPublic(path: string): boolean {
  return path === '/version' || health.has(path)
}

const version = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.0+practice',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'practice',
}

function text(code: number, body: string, type = json, warnings: readonly string[] = []): Answer {
  return { kind: 'text', code, type, text: body, warnings }
}

/** Decides a request, and carries it out on the cluster. Throws StatusError for everything that is refused. */
export function answer(api: Api, request: ApiRequest): Answer {
  const { method, path } = request
  const read = method === 'GET' || method === 'HEAD'
  if (read && path === '/version') return text(200, JSON.stringify(version))
  if (read && health.has(path)) return text(200, 'ok', 'text/plain; charset=utf-8')
  if (read && isDiscovery(path)) {
    const aggregated = (request.accept ?? '').includes('g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')
    const found = discover(path, aggregated, api.cluster.resources)
    if (found !== undefined)
      return text(200, JSON.stringify(found), aggregated && /^\/apis?$/.test(path) ? aggregatedType : json)
  }
  if (read && path.startsWith('/openapi/v3')) {
    const found = api.openApi(path)
    if (found !== undefined) return text(200, found)
  }
  if (method === 'POST') {
    const kind = reviewKind(path)
    if (kind !== undefined) {
      checkReviewAccess(request, kind)
      return text(201, JSON.stringify(answerReview(kind, readBody(request), { ...api, ...request })))
    }
  }
  const target = readTarget(path, api.cluster.resources)
  checkAccess(request, target)
  if (target === undefined) throw noSuchPath()
  return onResource(api, request, target)
}

function onResource(api: Api, request: ApiRequest, target: Target): Answer {
  const { resource, subresource } = target
  const warnings = resource.warning === undefined ? [] : [resource.warning]
  if (subresource !== undefined && resource.kind === 'Pod') {
    if (subresource === 'log') return log(api, request, target)
    if (conversations.has(subresource)) return conversation(api, request, target)
    if (subresource === 'eviction') return eviction(api, request, target)
  }
  if (subresource === 'token' && resource.kind === 'ServiceAccount') return token(api, request, target)
  if (subresource === 'scale' && resource.hasScale) return scale(api, request, target)
  if (subresource !== undefined && !(subresource === 'status' && resource.hasStatus)) throw noSuchPath()
  const form = readForm(request.accept)
  const verb = verbOf(request.method, target, request.query)
  if (subresource === undefined && (verb === undefined || !resource.verbs.includes(verb)))
    throw methodNotAllowed()

  if (request.method === 'GET') {
    if (target.name !== undefined && !isWatch(request.query)) {
      const asked = readVersion(request.query)
      if (asked > api.cluster.version()) throw versionAhead(asked, api.cluster.version())
      return item(api, request, form, mustFind(target), target, warnings)
    }
    if (isWatch(request.query)) return { kind: 'watch', target, form }
    const pieces = listPieces(target, request.query, form, api.cluster.version(), api.cluster.now())
    return { kind: 'pieces', pieces, warnings }
  }
  if (request.method === 'DELETE') return remove(api, request, target)

  const heard: string[] = [...warnings]
  const write = writeOptions(api, request, target, heard)
  const part: Part = subresource === 'status' ? 'status' : 'main'
  const namespace = target.namespace ?? ''
  if (request.method === 'POST' && target.name === undefined) {
    if (target.namespace === undefined) throw methodNotAllowed()
    const body = readBody(request)
    if (resource.namespaced) api.deleter.checkNamespace(resource, namespace, postedName(body))
    const created = resource.create(namespace, body, write)
    return item(api, request, form, created, target, heard, 201)
  }
  const { name } = target
  if (name === undefined) throw methodNotAllowed()
  if (request.method === 'PUT')
    return item(
      api,
      request,
      form,
      resource.replace(namespace, name, readBody(request), part, write),
      target,
      heard,
    )
  if (request.method === 'PATCH') {
    if (request.mediaType === applyType) {
      const absent = resource.get(namespace, name) === undefined
      if (absent && resource.namespaced) api.deleter.checkNamespace(resource, namespace, name)
      const applied = resource.apply(namespace, name, readBody(request), part, write)
      return item(api, request, form, applied, target, heard, absent ? 201 : 200)
    }
    if (resource.custom !== undefined) refuseStrategic(request.mediaType)
    const patch = readPatch(request.mediaType, readBody(request))
    return item(api, request, form, resource.patch(namespace, name, patch, part, write), target, heard)
  }
  throw methodNotAllowed()
}

function mustFind({ resource, namespace, name = '' }: Target): Item {
  const found = resource.get(namespace ?? '', name)
  if (found === undefined) throw notFound(resource, name)
  return found
}

function item(
  api: Api,
  request: ApiRequest,
  form: Form,
  found: Item,
  { resource }: Target,
  warnings: readonly string[],
  code = 200,
): Answer {
  return text(code, itemText(resource, found, request.query, form, api.cluster.now()), json, warnings)
}

function log(api: Api, { query, signal, method }: ApiRequest, target: Target): Answer {
  if (method !== 'GET') throw methodNotAllowed()
  const { namespace = '', name = '' } = target
  const pod = api.cluster.pods.get(namespace, name)
  if (pod === undefined) throw notFound(target.resource, name)
  return { kind: 'log', log: readLog(pod, query, api.logs, api.cluster.now(), signal) }
}

function conversation(api: Api, { method, query }: ApiRequest, target: Target): Answer {
  if (method !== 'GET' && method !== 'POST') throw methodNotAllowed()
  return { kind: 'conversation', conversation: readConversation(api.cluster, query, target) }
}

function eviction(api: Api, request: ApiRequest, target: Target): Answer {
  if (request.method !== 'POST') throw methodNotAllowed()
  const { resource, namespace = '', name = '' } = target
  const done = evict(api, resource, namespace, name, readBody(request), request.query)
  return text(201, JSON.stringify(done))
}

function token(api: Api, request: ApiRequest, target: Target): Answer {
  if (request.method !== 'POST') throw methodNotAllowed()
  return text(201, JSON.stringify(answerTokenRequest(mustFind(target).meta, readBody(request), api.users)))
}

function scaleForm({ accept }: ApiRequest, scale: JsonObject, now: number): JsonObject {
  return readForm(accept) === 'table' ? scaleTable(scale, now) : scale
}

function scale(api: Api, request: ApiRequest, target: Target): Answer {
  const { resource, namespace = '', name = '' } = target
  const write = writeOptions(api, request, target, [])
  switch (request.method) {
    case 'GET':
      return text(200, JSON.stringify(scaleForm(request, resource.scale(namespace, name), api.cluster.now())))
    case 'PUT':
      return text(200, JSON.stringify(resource.replaceScale(namespace, name, readBody(request), write)))
    case 'PATCH': {
      if (request.mediaType === applyType)
        return text(200, JSON.stringify(resource.applyScale(namespace, name, readBody(request), write)))
      const patch = readPatch(request.mediaType, readBody(request))
      return text(200, JSON.stringify(resource.patchScale(namespace, name, patch, write)))
    }
    default:
      throw methodNotAllowed()
  }
}

function remove(api: Api, request: ApiRequest, target: Target): Answer {
  const { resource } = target
  const body = request.body.length === 0 ? {} : readBody(request)
  const options = readDeleteOptions(body, request.query)
  if (target.name === undefined) {
    const before = listText(target, request.query, 'object', api.cluster.version(), api.cluster.now())
    for (const each of select(target, readSelection(target, request.query)))
      if (!isIgnored(api, target, each.meta.name)) api.deleter.remove(resource, each, options)
    return text(200, before)
  }
  const ignored = isIgnored(api, target, target.name)
  const done = api.deleter.remove(
    resource,
    mustFind(target),
    ignored ? { ...options, dryRun: true } : options,
  )
  // Pods are answered with their last state, even when they are gone at once.
  if (done.kind === 'marked' || resource.kind === 'Pod') return text(200, done.item.text())
  return text(200, JSON.stringify(deletedStatus(resource, done.item.object)))
}

/** The options of a write; one that is to come to nothing is made as a dry run, and shown as if it were none. */
function writeOptions(api: Api, request: ApiRequest, target: Target, heard: string[]): WriteRequest {
  const options = readWriteOptions(request, (warning) => heard.push(warning))
  if (options.dryRun || !isIgnored(api, target, target.name ?? '')) return options
  return { ...options, dryRun: true, pretend: String(api.cluster.version() + 1) }
}

/** Whether what is written to that object now comes to nothing. */
function isIgnored({ faults }: Api, { resource }: Target, name: string): boolean {
  return faults?.now().ignoredWrites.includes(`${resource.resource}/${name}`) === true
}

const bodyTypes = [json, 'application/yaml', protobufType]

function readBody({ body, mediaType, method }: ApiRequest): unknown {
  if (method !== 'PATCH' && mediaType !== '' && !bodyTypes.includes(mediaType))
    throw unsupportedMediaType(bodyTypes)
  try {
    if (mediaType === protobufType) return readProtobuf(body)
    const yaml = mediaType === 'application/yaml' || mediaType === applyType
    const parsed: unknown = yaml ? parseYaml(body.toString()) : JSON.parse(body.toString())
    return parsed
  } catch (error) {
    if (error instanceof ProtobufError) throw unsupportedMediaType([json, 'application/yaml'])
    const why = error instanceof Error ? error.message : String(error)
    throw badRequest(`the body of the request can't be read: ${why}`)
  }
}

/** The name that a posted object would get. */
function postedName(body: unknown): string {
  const { name } = asJsonObject(asJsonObject(body).metadata)
  return typeof name === 'string' ? name : ''
}
