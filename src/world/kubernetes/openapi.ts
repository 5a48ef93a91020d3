/** OpenAPI v3: the schema of each group, by which kubectl checks manifests, computes patches and explains fields. */
import { createHash } from 'node:crypto'
import { apiVersionOf } from './kind.ts'
import { listRule, retainsKeys } from './patch/merge-keys.ts'
import type { JsonObject } from './record.ts'
import type { Resource } from './resource.ts'
import { type FieldType, fieldsOf, goName } from './schema.ts'

const prefix = '/openapi/v3/'

/** The JSON text at a path below /openapi/v3, or undefined. */
export type OpenApi = (path: string) => string | undefined

/** Serves the schemas of these resources; each document is made when it is first asked for. */
export function createOpenApi(resources: readonly Resource[]): OpenApi {
  const groups = new Map<string, Resource[]>()
  for (const resource of resources) {
    const path = groupPath(resource)
    groups.set(path, [...(groups.get(path) ?? []), resource])
  }
  const documents = new Map<string, string>()
  const documentOf = (group: string): string | undefined => {
    const members = groups.get(group)
    if (members === undefined) return undefined
    const text = documents.get(group) ?? JSON.stringify(document(members))
    documents.set(group, text)
    return text
  }
  return (path) => {
    if (path !== '/openapi/v3')
      return path.startsWith(prefix) ? documentOf(path.slice(prefix.length)) : undefined
    const paths = [...groups.keys()].map((group) => [
      group,
      { serverRelativeURL: `${prefix}${group}?hash=${hash(group)}` },
    ])
    return JSON.stringify({ paths: Object.fromEntries(paths) })
  }
}

/** Clients keep a document under its hash: it changes with what we serve, which is fixed for a release. */
function hash(group: string): string {
  return createHash('sha512').update(group).digest('hex').toUpperCase()
}

function groupPath(resource: Resource): string {
  return resource.group === '' ? `api/${resource.version}` : `apis/${apiVersionOf(resource)}`
}

function document(resources: readonly Resource[]): JsonObject {
  const paths: Record<string, JsonObject> = {}
  const schemas = new Map<string, JsonObject>()
  for (const resource of resources) {
    const within = resource.namespaced ? 'namespaces/{namespace}/' : ''
    const base = `/${groupPath(resource)}/${within}${resource.resource}`
    paths[base] = { post: operation(resource, 'post') }
    paths[`${base}/{name}`] = { put: operation(resource, 'put'), patch: operation(resource, 'patch') }
    addSchemas(resource.model, schemas)
    const schema = schemas.get(schemaName(resource.model))
    if (schema !== undefined)
      schemas.set(schemaName(resource.model), {
        ...schema,
        'x-kubernetes-group-version-kind': [gvk(resource)],
      })
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths,
    components: { schemas: Object.fromEntries(schemas) },
  }
}

function gvk({ group, version, kind }: Resource): JsonObject {
  return { group, version, kind }
}

function operation(resource: Resource, action: string): JsonObject {
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })
  return {
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map(parameter),
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(resource),
  }
}

const schemaName = (model: string) => `io.k8s.api.v1.${goName(model)}`
const reference = (model: string) => ({ $ref: `#/components/schemas/${schemaName(model)}` })

function addSchemas(model: string, schemas: Map<string, JsonObject>): void {
  const name = schemaName(model)
  if (schemas.has(name)) return
  schemas.set(name, {})
  const properties = [...fieldsOf(model)].map(([field, type]) => [
    field,
    { ...typeSchema(type, schemas), ...mergeHints(model, field) },
  ])
  schemas.set(name, { type: 'object', properties: Object.fromEntries(properties) })
}

function mergeHints(model: string, field: string): JsonObject {
  const rule = listRule(model, field)
  const strategies = [
    ...(rule.kind === 'replace' ? [] : ['merge']),
    ...(retainsKeys(model, field) ? ['retainKeys'] : []),
  ]
  return {
    ...(strategies.length === 0 ? {} : { 'x-kubernetes-patch-strategy': strategies.join(',') }),
    ...(rule.kind === 'byKey' ? { 'x-kubernetes-patch-merge-key': rule.key } : {}),
  }
}

function typeSchema(type: FieldType, schemas: Map<string, JsonObject>): JsonObject {
  switch (type.kind) {
    case 'object':
      addSchemas(type.model, schemas)
      return { allOf: [reference(type.model)], default: {} }
    case 'list':
      return { type: 'array', items: { ...typeSchema(type.of, schemas) } }
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(type.of, schemas) }
    case 'int32':
    case 'int64':
      return { type: 'integer', format: type.kind }
    case 'number':
      return { type: 'number', format: 'double' }
    case 'boolean':
      return { type: 'boolean' }
    case 'time':
      return { type: 'string', format: 'date-time' }
    case 'bytes':
      return { type: 'string', format: 'byte' }
    case 'intOrString':
    case 'quantity':
      return { type: 'string', format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }
    case 'any':
      return { type: 'object' }
    case 'string':
      return { type: 'string' }
  }
}
