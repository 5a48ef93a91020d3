/**
 * The fields of every Kubernetes type and what each may hold, read from the models that
 * `@kubernetes/client-node` generates from the API's own OpenAPI document (release 1.36).
 */
import * as models from '@kubernetes/client-node/dist/gen/models/all.js'

export type FieldType =
  | { readonly kind: 'string' | 'boolean' | 'int32' | 'int64' | 'number' | 'time' | 'bytes' }
  | { readonly kind: 'intOrString' | 'quantity' | 'any' }
  | { readonly kind: 'list'; readonly of: FieldType }
  | { readonly kind: 'map'; readonly of: FieldType }
  | { readonly kind: 'object'; readonly model: string }

/** Maps whose values are quantities (`500m`, `1Gi`, also bare numbers), which the models call strings. */
const quantityMaps = new Set(['limits', 'requests', 'capacity', 'allocatable', 'overhead', 'hard', 'used'])
/** Fields that hold one quantity. */
const quantityFields = new Set(['V1EmptyDirVolumeSource.sizeLimit', 'V1ResourceFieldSelector.divisor'])

interface Attribute {
  /** What the declaration of the model calls the field: its own name, but for words that JavaScript has. */
  readonly name: string
  readonly baseName: string
  readonly type: string
  readonly format: string
}

const attributes = new Map<string, () => readonly Attribute[]>()
for (const [name, model] of Object.entries(models)) {
  if (typeof model === 'function' && 'getAttributeTypeMap' in model)
    attributes.set(name, () => model.getAttributeTypeMap())
}

function fieldType(model: string, attribute: Attribute): FieldType {
  const { baseName, type, format } = attribute
  // Schemas hold schemas, which the models call anything at all.
  if (model === 'V1JSONSchemaProps' && (baseName === 'items' || baseName === 'not'))
    return { kind: 'object', model }
  if (type.startsWith('Array<'))
    return { kind: 'list', of: fieldType(model, { ...attribute, type: type.slice(6, -1) }) }
  if (type.startsWith('{ [key: string]: ')) {
    if (quantityMaps.has(baseName)) return { kind: 'map', of: { kind: 'quantity' } }
    return { kind: 'map', of: fieldType(model, { ...attribute, type: type.slice(17, -3) }) }
  }
  if (type === 'string' && quantityFields.has(`${model}.${baseName}`)) return { kind: 'quantity' }
  if (type === 'string') return { kind: format === 'byte' ? 'bytes' : 'string' }
  if (type === 'boolean') return { kind: 'boolean' }
  if (type === 'number') return { kind: format === 'int32' || format === 'int64' ? format : 'number' }
  if (type === 'Date' || type === 'V1MicroTime') return { kind: 'time' }
  if (type === 'IntOrString') return { kind: 'intOrString' }
  return attributes.has(type) ? { kind: 'object', model: type } : { kind: 'any' }
}

const known = new Map<string, ReadonlyMap<string, FieldType>>()

/** The fields of a model such as `V1Deployment`, by name. Throws on a name that is no model: a bug in a kind. */
export function fieldsOf(model: string): ReadonlyMap<string, FieldType> {
  const cached = known.get(model)
  if (cached !== undefined) return cached
  const list = attributes.get(model)
  if (list === undefined) throw new Error(`there is no Kubernetes model named ${model}`)
  const fields = new Map(list().map((attribute) => [attribute.baseName, fieldType(model, attribute)]))
  known.set(model, fields)
  return fields
}

/** What the declaration of a model calls one of its fields: `_default` for `default`. */
export function propertyName(model: string, field: string): string {
  return (
    attributes
      .get(model)?.()
      .find(({ baseName }) => baseName === field)?.name ?? field
  )
}

/** The type's name in Go and in error messages: `V1DeploymentSpec` → `DeploymentSpec`. */
export function goName(model: string): string {
  return model.replace(/^(Core|Events|Discovery|Authentication|Storage)?V\d+((alpha|beta)\d+)?/, '')
}
