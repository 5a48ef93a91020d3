/** Tells what a client did to the cluster: each request about a resource, with the object before and after a write. */
import type { KubernetesAct } from '../acts.ts'
import { type Answer, type Api, type ApiRequest, answer } from './api.ts'
import type { KubeObject } from './objects.ts'
import { asJsonObject, isList } from './record.ts'
import { flag, readTarget, type Target } from './request.ts'
import { StatusError } from './status.ts'
import { conversations } from './streams/conversation.ts'

/** Handrail's own live status, which looks by itself and says nothing of what the operator saw. */
const liveStatus = /^handrail\b/

const verbs: Readonly<Record<string, KubernetesAct['verb']>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/**
 * Answers as `answer` does, and tells `api.tell` of it. Requests for discovery, schemas and reviews are not acts, nor
 * are those of Handrail's live status. Throws what `answer` throws, after it was told.
 */
export function answerAndTell(api: Api, request: ApiRequest, userAgent: string): Answer {
  const { tell } = api
  const target = targetOf(api, request)
  if (tell === undefined || target === undefined || liveStatus.test(userAgent)) return answer(api, request)
  const verb = verbOf(request, target)
  const begun = {
    kind: 'kubernetes',
    verb,
    resource: target.resource.resource,
    subresource: target.subresource,
    namespace: target.namespace ?? '',
    dryRun: isDryRun(request),
    forced: isForced(request),
    userAgent,
  } as const
  const { name = '' } = target
  const writes = verb !== 'get' && verb !== 'list' && verb !== 'watch' && verb !== 'connect'
  const before = writes ? objectAt(target, name) : undefined
  try {
    const answered = answer(api, request)
    const code = answered.kind === 'text' ? answered.code : 200
    const made = verb === 'create' && name === '' ? nameOf(answered) : name
    const after = writes ? objectAt(target, made) : undefined
    tell({ ...begun, at: api.cluster.now(), name: made, code, before, after })
    return answered
  } catch (error) {
    const code = error instanceof StatusError ? error.code : 500
    tell({ ...begun, at: api.cluster.now(), name, code, before, after: before })
    throw error
  }
}

function targetOf({ cluster }: Api, { path }: ApiRequest): Target | undefined {
  if (!path.startsWith('/api')) return undefined
  try {
    return readTarget(path, cluster.resources)
  } catch {
    // A path that can't be decoded names nothing; whoever answers says so.
    return undefined
  }
}

function verbOf({ method, query }: ApiRequest, { name, subresource }: Target): KubernetesAct['verb'] {
  if (subresource !== undefined && conversations.has(subresource)) return 'connect'
  const verb = verbs[method]
  if (verb !== undefined) return verb
  if (flag(query, 'watch')) return 'watch'
  return name === undefined ? 'list' : 'get'
}

function objectAt({ resource, namespace = '' }: Target, name: string): KubeObject | undefined {
  return name === '' ? undefined : resource.get(namespace, name)?.object
}

/** The name that a created object was answered with. */
function nameOf(answered: Answer): string {
  if (answered.kind !== 'text') return ''
  const { name } = asJsonObject(asJsonObject(json(answered.text)).metadata)
  return typeof name === 'string' ? name : ''
}

function isDryRun(request: ApiRequest): boolean {
  const { dryRun } = deleteOptions(request)
  return request.query.get('dryRun') === 'All' || (isList(dryRun) && dryRun.includes('All'))
}

function isForced(request: ApiRequest): boolean {
  if (request.method === 'PATCH') return flag(request.query, 'force')
  if (request.method !== 'DELETE') return false
  const grace = deleteOptions(request).gracePeriodSeconds ?? request.query.get('gracePeriodSeconds')
  return grace === 0 || grace === '0'
}

function deleteOptions({ method, body }: ApiRequest): Readonly<Record<string, unknown>> {
  return method === 'DELETE' && body.length > 0 ? asJsonObject(json(body.toString())) : {}
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
