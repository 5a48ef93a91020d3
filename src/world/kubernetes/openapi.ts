/** OpenAPI v3: the schema of each group, by which kubectl checks manifests, computes patches and explains fields. */
import { createHash } from 'node:crypto'
import { apiVersionOf } from './kind.ts'
import { customName } from './openapi/names.ts'
import { createSchemas, customSchema, type Schemas } from './openapi/schemas.ts'
import type { JsonObject } from './record.ts'
import type { Resource } from './resource.ts'

const prefix = '/openapi/v3/'

/** The JSON text at a path below /openapi/v3, or undefined. */
export type OpenApi = (path: string) => string | undefined

/**
 * Serves the schemas of the resources that are in the list when it is asked. Each document is made when it is
 * first asked for, and again when the definitions of its group have changed.
 */
export function createOpenApi(resources: readonly Resource[]): OpenApi {
  const documents = new Map<string, { readonly hash: string; readonly text: string }>()

  function documentOf(group: string): string | undefined {
    const members = resources.filter((resource) => groupPath(resource) === group)
    if (members.length === 0) return undefined
    const hash = hashOf(members)
    const kept = documents.get(group)
    if (kept?.hash === hash) return kept.text
    const text = JSON.stringify(document(members))
    documents.set(group, { hash, text })
    return text
  }

  function index(): string {
    const groups = Map.groupBy(resources, groupPath)
    const paths = [...groups].map(([group, members]) => [
      group,
      { serverRelativeURL: `${prefix}${group}?hash=${hashOf(members)}` },
    ])
    return JSON.stringify({ paths: Object.fromEntries(paths) })
  }

  return (path) => {
    if (path === '/openapi/v3') return index()
    return path.startsWith(prefix) ? documentOf(path.slice(prefix.length)) : undefined
  }
}

/** Clients keep a document under its hash: it changes with what is served. */
function hashOf(members: readonly Resource[]): string {
  const shape = members.map(({ group, version, kind, model, custom }) => [
    group,
    version,
    kind,
    custom?.schema ?? model,
  ])
  return createHash('sha512').update(JSON.stringify(shape)).digest('hex').toUpperCase()
}

function groupPath(resource: Resource): string {
  return resource.group === '' ? `api/${resource.version}` : `apis/${apiVersionOf(resource)}`
}

function document(resources: readonly Resource[]): JsonObject {
  const paths: Record<string, JsonObject> = {}
  const schemas = createSchemas(resources[0]?.group ?? '')
  for (const resource of resources) {
    const within = resource.namespaced ? 'namespaces/{namespace}/' : ''
    const base = `/${groupPath(resource)}/${within}${resource.resource}`
    const name = addSchema(resource, schemas)
    paths[base] = { get: operation(resource, 'list', name), post: operation(resource, 'post', name) }
    paths[`${base}/{name}`] = {
      get: operation(resource, 'get', name),
      put: operation(resource, 'put', name),
      patch: operation(resource, 'patch', name),
      delete: operation(resource, 'delete', name),
    }
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths,
    components: { schemas: schemas.all() },
  }
}

/** Adds the schema of a resource, and gives its name. */
function addSchema(resource: Resource, schemas: Schemas): string {
  const { group, version, kind, model, custom } = resource
  const name = custom === undefined ? schemas.addModel(model) : customName(group, version, kind)
  const schema = custom === undefined ? schemas.get(name) : customSchema(custom.schema, schemas)
  schemas.set(name, { ...schema, 'x-kubernetes-group-version-kind': [gvk(resource)] })
  return name
}

function gvk({ group, version, kind }: Resource): JsonObject {
  return { group, version, kind }
}

const readParameters = {
  get: [],
  list: ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'watch'],
  delete: ['dryRun', 'gracePeriodSeconds', 'propagationPolicy'],
} as const
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'] as const

function operation(
  resource: Resource,
  action: 'get' | 'list' | 'post' | 'put' | 'patch' | 'delete',
  schema: string,
): JsonObject {
  const names =
    action === 'get' || action === 'list' || action === 'delete' ? readParameters[action] : writeParameters
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } }
  return {
    parameters: names.map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string', uniqueItems: true },
    })),
    ...(action === 'post' || action === 'put' ? { requestBody: { content } } : {}),
    responses: { 200: { description: 'OK', ...(action === 'list' ? {} : { content }) } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(resource),
  }
}
