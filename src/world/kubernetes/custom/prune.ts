/**
 * What a custom object keeps of a body: fields that its schema names, with defaults for those that are missing
 * (Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions": pruning, defaulting,
 * nullable).
 */
import { isJsonObject, isList, type JsonObject } from '../record.ts'
import { type JsonSchema, preservesUnknown } from './json-schema.ts'

interface Pruned {
  readonly value: JsonObject
  /** Paths of what was left out, such as `spec.items[0].nam`. */
  readonly unknownFields: readonly string[]
}

/** Fields that every object has, whatever its schema says. */
const head = new Set(['apiVersion', 'kind', 'metadata'])

/** The body of a custom object without the fields that its schema doesn't have, and with its defaults. */
export function pruneAndDefault(schema: JsonSchema, body: JsonObject): Pruned {
  const unknownFields: string[] = []
  const value = pruneObject(schema, body, '', true, unknownFields)
  return { value, unknownFields }
}

function prune(schema: JsonSchema, value: unknown, path: string, unknown: string[]): unknown {
  if (isList(value)) {
    const { items } = schema
    return items === undefined
      ? value
      : value.map((item, index) => prune(items, item, `${path}[${index}]`, unknown))
  }
  if (!isJsonObject(value)) return value
  return pruneObject(schema, value, path, schema['x-kubernetes-embedded-resource'] === true, unknown)
}

function pruneObject(
  schema: JsonSchema,
  object: JsonObject,
  path: string,
  hasHead: boolean,
  unknown: string[],
): JsonObject {
  const properties = schema.properties ?? {}
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(object)) {
    const at = path === '' ? name : `${path}.${name}`
    if (hasHead && head.has(name)) {
      kept[name] = value
      continue
    }
    const inner = innerSchema(schema, name)
    if (inner === undefined) unknown.push(at)
    // A null for what can't be null means "not given".
    else if (value !== null || inner === 'any' || inner.nullable)
      kept[name] = inner === 'any' ? value : prune(inner, value, at, unknown)
  }
  for (const [name, inner] of Object.entries(properties)) {
    if (kept[name] !== undefined || inner.default === undefined) continue
    // A default is pruned and filled in like any value.
    kept[name] = prune(inner, structuredClone(inner.default), path === '' ? name : `${path}.${name}`, [])
  }
  return kept
}

/** The schema of a field; `any` where everything is kept as it is; undefined where the field is unknown. */
function innerSchema(schema: JsonSchema, name: string): JsonSchema | 'any' | undefined {
  const { properties = {}, additionalProperties } = schema
  if (Object.hasOwn(properties, name)) return properties[name]
  if (additionalProperties === true) return 'any'
  if (typeof additionalProperties === 'object') return additionalProperties
  return preservesUnknown(schema) ? 'any' : undefined
}
