/**
 * What is wrong with a custom object by its schema, in the words of the real server (kube-openapi's validation
 * errors, as apiextensions-apiserver turns them into causes).
 */
import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, isList, type JsonObject } from '../record.ts'
import type { StatusCause } from '../status.ts'
import { duplicate, invalidValue, required, unsupported } from '../validation.ts'
import { matchesFormat } from './formats.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * Everything in `value` that breaks the schema. Parts that are as they were in `previous` are left alone, so that
 * a rule that came later doesn't stand in the way of other changes.
 */
export function validateValue(
  schema: JsonSchema,
  value: unknown,
  previous: unknown,
  path = '',
): readonly StatusCause[] {
  if (previous !== undefined && isDeepStrictEqual(value, previous)) return []
  const fault = wrongType(schema, value, path)
  if (fault !== undefined) return fault
  return [
    ...validateEnum(schema, value, path),
    ...validateText(schema, value, path),
    ...validateNumber(schema, value, path),
    ...validateList(schema, value, previous, path),
    ...validateObject(schema, value, previous, path),
    ...validateChoices(schema, value, path),
  ]
}

const shown = (path: string) => (path === '' ? '<nil>' : path)

function broken(path: string, value: unknown, rule: string): StatusCause {
  return invalidValue(shown(path), value, `${path} in body ${rule}`)
}

/** The name of a JSON value's type, as the real validator tells it. */
function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (isList(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function fits(type: string, value: unknown): boolean {
  const name = typeName(value)
  return name === type || (type === 'number' && name === 'integer')
}

/** A value of a wrong type, or an empty list for a null that is allowed; undefined where the other rules apply. */
function wrongType(schema: JsonSchema, value: unknown, path: string): readonly StatusCause[] | undefined {
  if (value === null && schema.nullable) return []
  const types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type?.split(',')
  if (types === undefined || types.some((type) => fits(type, value))) return undefined
  const name = typeName(value)
  const rule = `${path} in body must be of type ${types.join(',')}: ${JSON.stringify(name)}`
  const cause = invalidValue(shown(path), name, rule)
  return [{ ...cause, reason: 'FieldValueTypeInvalid' }]
}

function validateEnum(schema: JsonSchema, value: unknown, path: string): readonly StatusCause[] {
  if (schema.enum === undefined || schema.enum.some((each) => isDeepStrictEqual(each, value))) return []
  return [
    unsupported(
      shown(path),
      value,
      schema.enum.map((each) => String(each)),
    ),
  ]
}

function validateText(schema: JsonSchema, value: unknown, path: string): readonly StatusCause[] {
  if (typeof value !== 'string') return []
  const { minLength = 0, maxLength, pattern, format } = schema
  const length = [...value].length
  return [
    ...(maxLength !== undefined && length > maxLength ? [tooLong(path, maxLength)] : []),
    ...(length < minLength ? [broken(path, value, `should be at least ${minLength} chars long`)] : []),
    ...(pattern !== undefined && !new RegExp(pattern, 'u').test(value)
      ? [broken(path, value, `should match '${pattern}'`)]
      : []),
    ...(format !== undefined && !matchesFormat(format, value)
      ? [broken(path, value, `must be of type ${format}: ${JSON.stringify(value)}`)]
      : []),
  ]
}

function tooLong(path: string, limit: number): StatusCause {
  const message = `Too long: may not be more than ${limit} bytes`
  return { reason: 'FieldValueTooLong', message, field: shown(path) }
}

function tooMany(path: string, count: number, limit: number): StatusCause {
  const message = `Too many: ${count}: must have at most ${limit} items`
  return { reason: 'FieldValueTooMany', message, field: shown(path) }
}

function validateNumber(schema: JsonSchema, value: unknown, path: string): readonly StatusCause[] {
  if (typeof value !== 'number') return []
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const low = minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)
  const high = maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)
  const orEqual = (exclusive: boolean | undefined) => (exclusive ? '' : 'or equal to ')
  return [
    ...(high
      ? [
          broken(
            path,
            value,
            `should be less than ${orEqual(exclusiveMaximum)}${maximum}`.replace(/ {2}/, ' '),
          ),
        ]
      : []),
    ...(low ? [broken(path, value, `should be greater than ${orEqual(exclusiveMinimum)}${minimum}`)] : []),
    ...(multipleOf !== undefined && value % multipleOf !== 0
      ? [broken(path, value, `should be a multiple of ${multipleOf}`)]
      : []),
  ]
}

function validateList(
  schema: JsonSchema,
  value: unknown,
  previous: unknown,
  path: string,
): readonly StatusCause[] {
  if (!isList(value)) return []
  const { items, minItems = 0, maxItems } = schema
  const before = (item: unknown) => earlierItem(schema, previous, item)
  return [
    ...(items === undefined
      ? []
      : value.flatMap((item, index) => validateValue(items, item, before(item), `${path}[${index}]`))),
    ...(maxItems !== undefined && value.length > maxItems ? [tooMany(path, value.length, maxItems)] : []),
    ...(value.length < minItems
      ? [broken(path, value.length, `should have at least ${minItems} items`)]
      : []),
    ...duplicates(schema, value, path),
  ]
}

/** What identifies an item of the list, or undefined in lists whose items have no identity. */
function identity(schema: JsonSchema, item: unknown): unknown {
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (schema['x-kubernetes-list-type'] === 'set') return item
  if (schema['x-kubernetes-list-type'] !== 'map' || !isJsonObject(item)) return undefined
  return Object.fromEntries(keys.map((key) => [key, item[key]]))
}

function earlierItem(schema: JsonSchema, previous: unknown, item: unknown): unknown {
  const own = identity(schema, item)
  if (own === undefined || !isList(previous)) return undefined
  return previous.find((other) => isDeepStrictEqual(identity(schema, other), own))
}

function duplicates(schema: JsonSchema, list: readonly unknown[], path: string): readonly StatusCause[] {
  const seen: unknown[] = []
  return list.flatMap((item, index) => {
    const own = identity(schema, item)
    if (own === undefined) return []
    if (seen.some((other) => isDeepStrictEqual(other, own))) return [duplicate(`${path}[${index}]`, own)]
    seen.push(own)
    return []
  })
}

function validateObject(
  schema: JsonSchema,
  value: unknown,
  previous: unknown,
  path: string,
): readonly StatusCause[] {
  if (!isJsonObject(value)) return []
  const { properties = {}, additionalProperties, minProperties = 0, maxProperties } = schema
  const before: JsonObject = isJsonObject(previous) ? previous : {}
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const count = Object.keys(value).length
  const inner = Object.entries(value).flatMap(([name, each]) => {
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    return typeof own === 'object' ? validateValue(own, each, before[name], at(name)) : []
  })
  const missing = (schema.required ?? []).filter((name) => value[name] === undefined)
  return [
    ...missing.map((name) => required(at(name))),
    ...(maxProperties !== undefined && count > maxProperties ? [tooMany(path, count, maxProperties)] : []),
    ...(count < minProperties
      ? [broken(path, count, `should have at least ${minProperties} properties`)]
      : []),
    ...inner,
  ]
}

/** allOf, anyOf, oneOf and not. */
function validateChoices(schema: JsonSchema, value: unknown, path: string): readonly StatusCause[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema
  const valid = (each: JsonSchema) => validateValue(each, value, undefined, path).length === 0
  const one = oneOf.filter(valid).length
  const found = one === 0 ? 'Found none valid' : `Found ${one} valid alternatives`
  const reasons = (some: readonly JsonSchema[]) => {
    const [first] = some
    return first === undefined ? [] : validateValue(first, value, undefined, path)
  }
  const inner = allOf.flatMap((each) => validateValue(each, value, undefined, path))
  return [
    ...(inner.length > 0 ? [broken(path, '', 'must validate all the schemas (allOf)'), ...inner] : []),
    ...(anyOf.length > 0 && !anyOf.some(valid)
      ? [broken(path, '', 'must validate at least one schema (anyOf)'), ...reasons(anyOf)]
      : []),
    ...(oneOf.length > 0 && one !== 1
      ? [
          broken(path, '', `must validate one and only one schema (oneOf). ${found}`),
          ...(one === 0 ? reasons(oneOf) : []),
        ]
      : []),
    ...(not !== undefined && valid(not) ? [broken(path, '', 'must not validate the schema (not)')] : []),
  ]
}
