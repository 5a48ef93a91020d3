/** What is wrong with the schema of a definition: it has to be structural (apiextensions.k8s.io/v1). */
import type { StatusCause } from '../status.ts'
import { forbiddenField, invalidValue, required } from '../validation.ts'
import { type JsonSchema, preservesUnknown } from './json-schema.ts'
import { validateValue } from './validate-value.ts'

type Level = 'root' | 'item' | 'field'

const emptyType = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
} as const

const types = new Set(['array', 'boolean', 'integer', 'number', 'object', 'string'])

/** Everything in the schema that isn't structural, sorted as the real server sorts it. */
export function validateStructural(schema: JsonSchema, path: string): readonly StatusCause[] {
  const text = ({ field, message }: StatusCause) => `${field}: ${message}`
  return level(schema, 'root', path).toSorted((a, b) => (text(a) < text(b) ? -1 : 1))
}

function level(schema: JsonSchema, place: Level, path: string): readonly StatusCause[] {
  const { items, properties = {}, additionalProperties } = schema
  return [
    ...typeRules(schema, place, path),
    ...extensionRules(schema, path),
    ...valueRules(schema, path),
    ...(place === 'root' ? metadataRules(schema, path) : []),
    ...(schema.type === 'array' && items === undefined
      ? [required(`${path}.items`, 'must be specified')]
      : []),
    ...(items === undefined ? [] : level(items, 'item', `${path}.items`)),
    ...Object.entries(properties).flatMap(([name, inner]) =>
      place === 'root' && name === 'metadata' ? [] : level(inner, 'field', `${path}.properties[${name}]`),
    ),
    ...(additionalProperties !== undefined && place === 'root'
      ? [forbiddenField(`${path}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(additionalProperties !== undefined && schema.properties !== undefined
      ? [
          forbiddenField(
            `${path}.additionalProperties`,
            'additionalProperties and properties are mutual exclusive',
          ),
        ]
      : []),
    ...(typeof additionalProperties === 'object'
      ? level(additionalProperties, 'field', `${path}.additionalProperties`)
      : []),
    ...nestedRules(schema, path),
  ]
}

function typeRules(schema: JsonSchema, place: Level, path: string): readonly StatusCause[] {
  const { type = '' } = schema
  const at = `${path}.type`
  const loose = schema['x-kubernetes-int-or-string'] || preservesUnknown(schema)
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true'
    return [type === '' ? required(at, why) : invalidValue(at, type, why)]
  }
  if (type === '') return loose ? [] : [required(at, emptyType[place])]
  if (type === 'null')
    return [forbiddenField(at, 'type cannot be set to null, use nullable as an alternative')]
  if (!types.has(type))
    return [invalidValue(at, type, `must be one of ${[...types].map((each) => `"${each}"`).join(', ')}`)]
  if (place === 'root' && type !== 'object') return [invalidValue(at, type, 'must be object at the root')]
  return []
}

function extensionRules(schema: JsonSchema, path: string): readonly StatusCause[] {
  const preserve = schema['x-kubernetes-preserve-unknown-fields']
  const listType = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  return [
    ...(preserve === false
      ? [invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')]
      : []),
    ...(schema['x-kubernetes-int-or-string'] && preserve
      ? [
          invalidValue(
            `${path}.x-kubernetes-preserve-unknown-fields`,
            true,
            'must be false if x-kubernetes-int-or-string is true',
          ),
        ]
      : []),
    ...(listType !== undefined && schema.type !== 'array'
      ? [
          invalidValue(
            `${path}.type`,
            schema.type ?? '',
            'must be array if x-kubernetes-list-type is specified',
          ),
        ]
      : []),
    ...(listType === 'map' && keys.length === 0
      ? [required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')]
      : []),
  ]
}

function valueRules(schema: JsonSchema, path: string): readonly StatusCause[] {
  const { pattern, default: given } = schema
  const wrongDefault =
    given === undefined
      ? []
      : validateValue({ ...schema, nullable: schema.nullable ?? false }, given, undefined)
  return [
    ...(pattern !== undefined && !compiles(pattern)
      ? [
          invalidValue(
            `${path}.pattern`,
            pattern,
            "must be a valid regular expression, but isn't: error parsing regexp",
          ),
        ]
      : []),
    ...(schema.uniqueItems
      ? [
          forbiddenField(
            `${path}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...wrongDefault.map((cause) => ({
      ...cause,
      field: cause.field === '<nil>' ? `${path}.default` : `${path}.default.${cause.field}`,
      message: cause.message.replace(/: {2}in body/, ': in body'),
    })),
  ]
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}

function metadataRules({ properties = {} }: JsonSchema, path: string): readonly StatusCause[] {
  const { metadata } = properties
  const strings = ['kind', 'apiVersion'].flatMap((name) => {
    const type = properties[name]?.type
    return properties[name] === undefined || type === 'string'
      ? []
      : [invalidValue(`${path}.properties[${name}].type`, type ?? '', 'must be string')]
  })
  if (metadata === undefined) return strings
  const extra = Object.keys(metadata.properties ?? {}).some(
    (name) => name !== 'name' && name !== 'generateName',
  )
  return [
    ...strings,
    ...(metadata.type === 'object'
      ? []
      : [invalidValue(`${path}.properties[metadata].type`, metadata.type ?? '', 'must be object')]),
    ...(extra
      ? [
          forbiddenField(
            `${path}.properties[metadata]`,
            'must not specify anything other than name and generateName, but metadata is implicitly specified',
          ),
        ]
      : []),
  ]
}

/** Inside of allOf, anyOf, oneOf and not there may be rules for values, and no structure. */
function nestedRules(schema: JsonSchema, path: string): readonly StatusCause[] {
  // An int-or-string may spell out its two types.
  const spelled = schema['x-kubernetes-int-or-string'] ? [] : (schema.anyOf ?? [])
  return [
    ...(schema.allOf ?? []).flatMap((each, index) =>
      schema['x-kubernetes-int-or-string'] && index === 0 ? [] : nested(each, `${path}.allOf[${index}]`),
    ),
    ...spelled.flatMap((each, index) => nested(each, `${path}.anyOf[${index}]`)),
    ...(schema.oneOf ?? []).flatMap((each, index) => nested(each, `${path}.oneOf[${index}]`)),
    ...(schema.not === undefined ? [] : nested(schema.not, `${path}.not`)),
  ]
}

function nested(schema: JsonSchema, path: string): readonly StatusCause[] {
  const forbidden = (name: string, why: string) => [forbiddenField(`${path}.${name}`, why)]
  return [
    ...(schema.type ? forbidden('type', 'must be empty to be structural') : []),
    ...(schema.additionalProperties === undefined
      ? []
      : forbidden('additionalProperties', 'must be undefined to be structural')),
    ...(schema.default === undefined ? [] : forbidden('default', 'must be undefined to be structural')),
    ...(schema.description ? forbidden('description', 'must be empty to be structural') : []),
    ...(schema.nullable ? forbidden('nullable', 'must be false to be structural') : []),
    ...(preservesUnknown(schema)
      ? forbidden('x-kubernetes-preserve-unknown-fields', 'must be false to be structural')
      : []),
    ...(schema.items === undefined ? [] : nested(schema.items, `${path}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
      nested(inner, `${path}.properties[${name}]`),
    ),
    ...nestedRules(schema, path),
  ]
}
