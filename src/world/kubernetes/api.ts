/** The API's verbs: which answer a request gets, once it is read and its sender is known. */
import type { Buffer } from 'node:buffer'
import { parse as parseYaml } from 'yaml'
import type { Cluster } from './cluster.ts'
import { type Deleter, deletedStatus, readDeleteOptions } from './deletion.ts'
import { aggregatedType, discover } from './discovery.ts'
import { isWatch, itemText, listText, readSelection, select } from './list.ts'
import { type LogText, readLog } from './log-stream.ts'
import type { LogSource } from './logs.ts'
import type { OpenApi } from './openapi.ts'
import { readPatch } from './patch/patch.ts'
import { ProtobufError, protobufType, readProtobuf } from './protobuf.ts'
import { asJsonObject } from './record.ts'
import { type Form, readForm, readTarget, type Target } from './request.ts'
import type { FieldValidation, Part, WriteRequest } from './resource.ts'
import { reviewAnswer } from './reviews.ts'
import { badRequest, methodNotAllowed, noSuchPath, notFound, unsupportedMediaType } from './status.ts'
import type { Item } from './wire.ts'

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string | undefined
  /** Without parameters; '' when there is no body. */
  readonly mediaType: string
  readonly body: Buffer
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
  | { readonly kind: 'watch'; readonly target: Target; readonly form: Form }
  | { readonly kind: 'log'; readonly log: LogText }

export interface Api {
  readonly cluster: Cluster
  readonly deleter: Deleter
  readonly openApi: OpenApi
  readonly logs: LogSource
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
  if (
    read &&
    (path === '/api' || path.startsWith('/api/') || path === '/apis' || path.startsWith('/apis/'))
  ) {
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
    const review = reviewAnswer(path, request.mediaType === json ? readBody(request) : {})
    if (review !== undefined) return text(201, JSON.stringify(review))
  }
  const target = readTarget(path, api.cluster.resources)
  if (target === undefined) throw noSuchPath()
  return onResource(api, request, target)
}

function onResource(api: Api, request: ApiRequest, target: Target): Answer {
  const { resource, subresource } = target
  const warnings = resource.warning === undefined ? [] : [resource.warning]
  if (subresource === 'log' && resource.kind === 'Pod') return log(api, request, target)
  if (subresource === 'scale' && resource.hasScale) return scale(request, target)
  if (subresource !== undefined && !(subresource === 'status' && resource.hasStatus)) throw noSuchPath()
  const form = readForm(request.accept)

  if (request.method === 'GET') {
    if (target.name !== undefined && !isWatch(request.query))
      return item(api, request, form, mustFind(target), target, warnings)
    if (isWatch(request.query)) return { kind: 'watch', target, form }
    const list = listText(target, request.query, form, api.cluster.version(), api.cluster.now())
    return text(200, list, json, warnings)
  }
  if (request.method === 'DELETE') return remove(api, request, target)

  const heard: string[] = [...warnings]
  const write = writeRequest(request, (warning) => heard.push(warning))
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

function scale(request: ApiRequest, { resource, namespace = '', name = '' }: Target): Answer {
  const write = writeRequest(request, () => {})
  switch (request.method) {
    case 'GET':
      return text(200, JSON.stringify(resource.scale(namespace, name)))
    case 'PUT':
      return text(200, JSON.stringify(resource.replaceScale(namespace, name, readBody(request), write)))
    case 'PATCH': {
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
    if (!resource.collectionDelete) throw methodNotAllowed()
    const before = listText(target, request.query, 'object', api.cluster.version(), api.cluster.now())
    for (const each of select(target, readSelection(target, request.query)))
      api.deleter.remove(resource, each, options)
    return text(200, before)
  }
  const done = api.deleter.remove(resource, mustFind(target), options)
  // Pods are answered with their last state, even when they are gone at once.
  if (done.kind === 'marked' || resource.kind === 'Pod') return text(200, done.item.text())
  return text(200, JSON.stringify(deletedStatus(resource, done.item.object)))
}

function writeRequest({ query }: ApiRequest, warn: (warning: string) => void): WriteRequest {
  const dryRun = query.getAll('dryRun')
  const wrong = dryRun.find((each) => each !== 'All')
  if (wrong !== undefined)
    throw badRequest(`Invalid value: ${JSON.stringify(wrong)}: supported values: "All"`)
  return { dryRun: dryRun.length > 0, fieldValidation: readValidation(query.get('fieldValidation')), warn }
}

function readValidation(value: string | null): FieldValidation {
  if (value === null || value === '') return 'Warn'
  if (value === 'Strict' || value === 'Warn' || value === 'Ignore') return value
  throw badRequest(`Invalid value: ${JSON.stringify(value)}: supported values: "Ignore", "Strict", "Warn"`)
}

const bodyTypes = [json, 'application/yaml', protobufType]

function readBody({ body, mediaType, method }: ApiRequest): unknown {
  if (method !== 'PATCH' && mediaType !== '' && !bodyTypes.includes(mediaType))
    throw unsupportedMediaType(bodyTypes)
  try {
    if (mediaType === protobufType) return readProtobuf(body)
    const parsed: unknown =
      mediaType === 'application/yaml' ? parseYaml(body.toString()) : JSON.parse(body.toString())
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
