/** The schemas of an OpenAPI document: of models, of what they hold, and of custom kinds. */
import type { JsonSchema } from '../custom/json-schema.ts'
import { listRule, retainsKeys } from '../patch/merge-keys.ts'
import type { JsonObject } from '../record.ts'
import { type FieldType, fieldsOf, propertyName } from '../schema.ts'
import { docsOf } from './docs.ts'
import { plainTypes, schemaName } from './names.ts'

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

const plainSchemas = {
  [plainTypes.time]: {
    type: 'string',
    format: 'date-time',
    description: 'A time, as RFC 3339 writes it.',
  },
  [plainTypes.quantity]: {
    description: 'An amount of something, such as 500m, 1 or 128Mi.',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  },
  [plainTypes.intOrString]: {
    format: 'int-or-string',
    description: 'A whole number, or text such as 25% or the name of a port.',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
} as const

/** What is said of a field that has no words of its own: those of its type. */
function typeWords(type: FieldType): string {
  if (type.kind === 'list' || type.kind === 'map') return typeWords(type.of)
  return type.kind === 'object' ? docsOf(type.model).description : ''
}

/** Collects the schemas that a group's document needs. */
export interface Schemas {
  /** Adds a model with all that it holds, and gives the name of its schema. */
  readonly addModel: (model: string) => string
  readonly set: (name: string, schema: JsonObject) => void
  readonly get: (name: string) => JsonObject | undefined
  readonly all: () => JsonObject
}

/** An empty collection for the document of that group. */
export function createSchemas(group: string): Schemas {
  const schemas = new Map<string, JsonObject>()

  function addPlain(name: keyof typeof plainSchemas): JsonObject {
    schemas.set(name, plainSchemas[name])
    return { allOf: [reference(name)] }
  }

  function addModel(model: string): string {
    const name = schemaName(model, group)
    if (schemas.has(name)) return name
    // Set before its fields are read: a type may hold itself.
    schemas.set(name, {})
    const docs = docsOf(model)
    const fields = [...fieldsOf(model)].map(([field, type]) => {
      const words = docs.fields.get(propertyName(model, field))
      return {
        field,
        type,
        description: words?.description || typeWords(type),
        required: words?.required ?? false,
      }
    })
    const required = fields.filter((each) => each.required).map(({ field }) => field)
    const properties = fields.map(({ field, type, description }) => [
      field,
      {
        ...(description === '' ? {} : { description }),
        ...typeSchema(type),
        ...mergeHints(model, field),
      },
    ])
    schemas.set(name, {
      ...(docs.description === '' ? {} : { description: docs.description }),
      type: 'object',
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(properties),
    })
    return name
  }

  function typeSchema(type: FieldType): JsonObject {
    switch (type.kind) {
      case 'object':
        return { allOf: [reference(addModel(type.model))], default: {} }
      case 'list':
        return { type: 'array', items: typeSchema(type.of) }
      case 'map':
        return { type: 'object', additionalProperties: typeSchema(type.of) }
      case 'int32':
      case 'int64':
        return { type: 'integer', format: type.kind }
      case 'number':
        return { type: 'number', format: 'double' }
      case 'boolean':
        return { type: 'boolean' }
      case 'time':
        return addPlain(plainTypes.time)
      case 'bytes':
        return { type: 'string', format: 'byte' }
      case 'intOrString':
        return addPlain(plainTypes.intOrString)
      case 'quantity':
        return addPlain(plainTypes.quantity)
      case 'any':
        return { type: 'object' }
      case 'string':
        return { type: 'string' }
    }
  }

  return {
    addModel,
    set: (name, schema) => schemas.set(name, schema),
    get: (name) => schemas.get(name),
    all: () => Object.fromEntries(schemas),
  }
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

/** A custom kind's schema with the head that every object has. */
export function customSchema(schema: JsonSchema, schemas: Schemas): JsonObject {
  // Any built-in kind has the words on the head of all.
  const docs = docsOf('V1ConfigMap').fields
  const words = (field: string) => docs.get(field)?.description ?? ''
  return {
    ...schema,
    type: 'object',
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string', description: words('apiVersion') },
      kind: { type: 'string', description: words('kind') },
      metadata: {
        description: words('metadata'),
        allOf: [reference(schemas.addModel('V1ObjectMeta'))],
      },
    },
  }
}
