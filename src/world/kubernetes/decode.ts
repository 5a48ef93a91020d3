/** Bodies of requests into the fields of a Kubernetes type, with the complaints of the real decoder. */
import { base64Fault } from './base64.ts'
import { timeFault } from './go-time.ts'
import { isJsonObject, isList, type JsonObject } from './record.ts'
import { type FieldType, fieldsOf, goName } from './schema.ts'

export interface Decoded {
  /** The known fields; nulls, which mean "not set", are left out. */
  readonly value: JsonObject
  /** Paths of fields that the type doesn't have, such as `spec.template.spec.containers[0].imag`. */
  readonly unknownFields: readonly string[]
}

/** A value that its field can't hold. The message is the real decoder's. */
export class DecodeError extends Error {
  /** What the server says instead where the value comes from a strategic merge. */
  readonly conversion: string
  constructor(message: string, conversion = message) {
    super(message)
    this.conversion = conversion
  }
}

/** Reads `body` as the model. Throws DecodeError for a value of a wrong type. */
export function decode(model: string, body: JsonObject): Decoded {
  const unknownFields: string[] = []
  const value = decodeObject(model, body, '', '', unknownFields)
  return { value, unknownFields }
}

/** As the server words unknown fields where they are refused. */
export function strictError(unknownFields: readonly string[]): string {
  return `strict decoding error: ${unknownFields.map((path) => `unknown field "${path}"`).join(', ')}`
}

function decodeObject(
  model: string,
  body: JsonObject,
  path: string,
  plainPath: string,
  unknownFields: string[],
): JsonObject {
  const fields = fieldsOf(model)
  const out: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(body)) {
    const at = path === '' ? name : `${path}.${name}`
    const type = fields.get(name)
    if (type === undefined) {
      unknownFields.push(at)
      continue
    }
    if (inner === null) continue
    const plainAt = plainPath === '' ? name : `${plainPath}.${name}`
    out[name] = decodeValue(type, inner, at, { struct: goName(model), path: plainAt }, unknownFields)
  }
  return out
}

interface Place {
  readonly struct: string
  readonly path: string
}

function decodeValue(
  type: FieldType,
  value: unknown,
  path: string,
  place: Place,
  unknown: string[],
): unknown {
  switch (type.kind) {
    case 'any':
      return value
    case 'string':
      return typeof value === 'string' ? value : mismatch(type, value, place)
    case 'time': {
      if (typeof value !== 'string') return mismatch(type, value, place)
      const fault = timeFault(value)
      if (fault !== undefined) throw new DecodeError(fault)
      return value
    }
    case 'bytes': {
      if (typeof value !== 'string') return mismatch(type, value, place)
      const fault = base64Fault(value)
      if (fault !== undefined) throw new DecodeError(`illegal base64 data at input byte ${fault}`)
      return value
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : mismatch(type, value, place)
    case 'number':
      return typeof value === 'number' ? value : mismatch(type, value, place)
    case 'int32':
    case 'int64':
      return Number.isInteger(value) ? value : mismatch(type, value, place)
    case 'intOrString':
      return typeof value === 'string' || Number.isInteger(value) ? value : mismatch(type, value, place)
    case 'quantity':
      return decodeQuantity(value)
    case 'list':
      if (!isList(value)) return mismatch(type, value, place)
      return value.map((item, index) => decodeValue(type.of, item, `${path}[${index}]`, place, unknown))
    case 'map': {
      if (!isJsonObject(value)) return mismatch(type, value, place)
      const entries = Object.entries(value).filter(([, inner]) => inner !== null)
      return Object.fromEntries(
        entries.map(([key, inner]) => [key, decodeValue(type.of, inner, `${path}.${key}`, place, unknown)]),
      )
    }
    case 'object':
      if (!isJsonObject(value)) return mismatch(type, value, place)
      return decodeObject(type.model, value, path, place.path, unknown)
  }
}

/** A quantity as the API writes it: always text. */
function decodeQuantity(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(text))
    throw new DecodeError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    )
  return text
}

function mismatch(type: FieldType, value: unknown, place: Place): never {
  throw new DecodeError(
    `json: cannot unmarshal ${jsonName(value)} into Go struct field ${place.struct}.${place.path} of type ${goType(type)}`,
    conversionFault(type, value),
  )
}

/** As `runtime.DefaultUnstructuredConverter` words a value that can't become a field. */
function conversionFault(type: FieldType, value: unknown): string {
  const from = isList(value) ? 'slice' : typeof value === 'boolean' ? 'bool' : goNumber(value)
  if (type.kind === 'map') return `cannot restore map from ${from}`
  if (type.kind === 'list') return `cannot restore slice from ${from}`
  if (type.kind === 'object') return `cannot restore struct from: ${from}`
  const to = goType(type)
  const bothConvert = typeof value === 'number' && (to === 'string' || to.startsWith('int'))
  return bothConvert ? `cannot convert ${from} to ${to}` : `unrecognized type: ${to}`
}

function goNumber(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return isJsonObject(value) ? 'map' : 'string'
}

function jsonName(value: unknown): string {
  if (isList(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`
  return typeof value === 'string' ? 'string' : 'object'
}

function goType(type: FieldType): string {
  switch (type.kind) {
    case 'list':
      return `[]${goType(type.of)}`
    case 'map':
      return `map[string]${goType(type.of)}`
    case 'object':
      return `v1.${goName(type.model)}`
    case 'boolean':
      return 'bool'
    case 'bytes':
      return '[]uint8'
    case 'time':
      return 'v1.Time'
    case 'intOrString':
      return 'intstr.IntOrString'
    case 'quantity':
      return 'resource.Quantity'
    case 'number':
      return 'float64'
    case 'any':
      return 'interface {}'
    default:
      return type.kind
  }
}
