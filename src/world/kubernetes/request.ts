/** What a request is about: its path and its parameters, read once. */
import type { Verb } from './kind.ts'
import type { Resource } from './resource.ts'

export interface Target {
  readonly resource: Resource
  /** '' outside of namespaces; undefined for a list over all of them. */
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

/** The resource that a path names, or undefined. `/apis/apps/v1/namespaces/x/deployments/y/scale` names one. */
export function readTarget(path: string, resources: readonly Resource[]): Target | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent)
  const core = parts[0] === 'api'
  const group = core ? '' : parts[1]
  const version = core ? parts[1] : parts[2]
  const rest = parts.slice(core ? 2 : 3)
  const find = (name: string | undefined) =>
    resources.find((each) => each.group === group && each.version === version && each.resource === name)

  if (rest[0] === 'namespaces' && rest.length >= 3 && !isSubresource(rest[2])) {
    const [, namespace = '', plural, name, subresource] = rest
    const resource = find(plural)
    if (resource === undefined || !resource.namespaced || rest.length > 5) return undefined
    return { resource, namespace, name, subresource }
  }
  const [plural, name, subresource] = rest
  const resource = find(plural)
  if (resource === undefined || rest.length > 3) return undefined
  if (resource.namespaced)
    return name === undefined ? { resource, namespace: undefined, name, subresource } : undefined
  return { resource, namespace: '', name, subresource }
}

/** `/api/v1/namespaces/x/status` is about the namespace itself. */
function isSubresource(part: string | undefined): boolean {
  return part === 'status' || part === 'finalize'
}

/** What a request wants to do, as access reviews and discovery name it; undefined for a method that has no verb. */
export function verbOf(method: string, { name }: Target, query: URLSearchParams): Verb | undefined {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (flag(query, 'watch')) return 'watch'
      return name === undefined ? 'list' : 'get'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete'
    default:
      return undefined
  }
}

/** What the client wants to be sent. */
export type Form = 'object' | 'table' | 'metadata'

/** The first form of the Accept header that we have; JSON objects when nothing else fits. */
export function readForm(accept: string | undefined): Form {
  for (const part of (accept ?? '').split(',')) {
    const parameters = part.split(';').map((each) => each.trim())
    const [type, ...rest] = parameters
    if (type !== 'application/json' && type !== '*/*' && type !== 'application/*') continue
    const as = rest.find((each) => each.startsWith('as='))?.slice(3)
    const v1 = rest.includes('v=v1')
    if (as === undefined) return 'object'
    if (as === 'Table' && v1) return 'table'
    if ((as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') && v1) return 'metadata'
  }
  return 'object'
}

/** Whether a parameter is set to true, as Go reads booleans. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value === '' || value === '1' || value === 't' || value?.toLowerCase() === 'true'
}

/** A parameter that holds a whole number, or undefined for one that doesn't. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name)
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined
}
