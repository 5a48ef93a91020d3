/**
 * Bodies in Kubernetes' protobuf form, which kubectl 1.32 and later posts for what it makes itself (`kubectl create
 * namespace`, `create job`, `auth can-i`, …). The numbers of fields are in protobuf/, what each field holds is in
 * schema.ts.
 */
import { Buffer } from 'node:buffer'
import { timestamp } from './objects.ts'
import { messageFields } from './protobuf/fields.ts'
import { asJsonObject, isJsonObject, isList, type JsonObject } from './record.ts'
import { type FieldType, fieldsOf } from './schema.ts'

export const protobufType = 'application/vnd.kubernetes.protobuf'

/** A body that is no protobuf of a type that is read here. */
export class ProtobufError extends Error {}

/** The object in a body, with its kind and apiVersion. Throws ProtobufError. */
export function readProtobuf(body: Buffer): JsonObject {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0')
    throw new ProtobufError('the magic number is missing')
  let raw: Buffer = Buffer.alloc(0)
  let typeMeta: Buffer = Buffer.alloc(0)
  for (const { number, bytes } of fields(body.subarray(4))) {
    if (number === 1) typeMeta = bytes
    if (number === 2) raw = bytes
  }
  let apiVersion = ''
  let kind = ''
  for (const { number, bytes } of fields(typeMeta)) {
    if (number === 1) apiVersion = bytes.toString()
    if (number === 2) kind = bytes.toString()
  }
  return { apiVersion, kind, ...message(modelOf(apiVersion, kind), raw) }
}

/** Models that the package names after their group too. */
const renamed: Readonly<Record<string, string>> = { V1TokenRequest: 'AuthenticationV1TokenRequest' }

function modelOf(apiVersion: string, kind: string): string {
  // Each group lends its version to the options of a deletion, which are the same for all.
  if (kind === 'DeleteOptions') return 'V1DeleteOptions'
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
  const model = `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`
  return renamed[model] ?? model
}

interface Field {
  readonly number: number
  readonly value: bigint
  readonly bytes: Buffer
}

/** The fields of a message (protobuf encoding, wire types 0, 1, 2 and 5). */
function* fields(bytes: Buffer): Iterable<Field> {
  let at = 0
  const none = Buffer.alloc(0)
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new ProtobufError('it ends in the middle of a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new ProtobufError('a number is too long')
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const number = tag >> 3
    const wire = tag & 7
    if (wire === 0) yield { number, value: varint(), bytes: none }
    else if (wire === 2) yield { number, value: 0n, bytes: take(Number(varint())) }
    else if (wire === 1) take(8)
    else if (wire === 5) take(4)
    else throw new ProtobufError(`wire type ${wire} is unknown`)
  }
}

/** One field as a table lists it. */
interface Listed {
  readonly name: string
  /** Whether zero, false and an empty object are values. */
  readonly pointer: boolean
  /** The message that lies between this one and its fields, if one does. */
  readonly part: string | undefined
}

const tables = new Map<string, readonly Listed[]>()

function tableOf(key: string): readonly Listed[] {
  const kept = tables.get(key)
  if (kept !== undefined) return kept
  const text = messageFields[key]
  if (text === undefined) throw new ProtobufError(`${key} is not read from protobuf`)
  const table = text.split(' ').map((entry) => ({
    name: entry.replace(/[?]$/, ''),
    pointer: entry.endsWith('?'),
    part: entry.startsWith('&') ? entry.slice(1) : undefined,
  }))
  tables.set(key, table)
  return table
}

function message(model: string, bytes: Buffer, key = model): JsonObject {
  const table = tableOf(key)
  const types = fieldsOf(model)
  let out: Record<string, unknown> = {}
  for (const field of fields(bytes)) {
    const listed = table[field.number - 1]
    if (listed === undefined) continue
    if (listed.part !== undefined) {
      out = { ...out, ...message(model, field.bytes, listed.part) }
      continue
    }
    const type = types.get(listed.name)
    if (type !== undefined) add(out, listed, type, field)
  }
  return out
}

function add(out: Record<string, unknown>, listed: Listed, type: FieldType, field: Field): void {
  const { name, pointer } = listed
  if (type.kind === 'list') {
    const before = out[name]
    out[name] = [...(isList(before) ? before : []), single(type.of, field)]
    return
  }
  if (type.kind === 'map') {
    const entry = new Map([...fields(field.bytes)].map((each) => [each.number, each]))
    const value = entry.get(2)
    out[name] = {
      ...asJsonObject(out[name]),
      [entry.get(1)?.bytes.toString() ?? '']: value === undefined ? '' : single(type.of, value),
    }
    return
  }
  const value = single(type, field)
  const unset = value === '' || value === 0 || value === false || isEmpty(value)
  if (value !== undefined && (pointer || !unset)) out[name] = value
}

function isEmpty(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0
}

function single(type: FieldType, field: Field): unknown {
  switch (type.kind) {
    case 'string':
      return field.bytes.toString()
    case 'bytes':
      return field.bytes.toString('base64')
    case 'boolean':
      return field.value !== 0n
    case 'int32':
    case 'int64':
    case 'number':
      return Number(BigInt.asIntN(64, field.value))
    case 'time': {
      const seconds = part(field.bytes, 1)
      return seconds === undefined ? undefined : timestamp(Number(BigInt.asIntN(64, seconds.value)) * 1000)
    }
    case 'quantity':
      return part(field.bytes, 1)?.bytes.toString() || undefined
    case 'intOrString':
      return intOrString(field.bytes)
    case 'object':
      return message(type.model, field.bytes)
    default:
      return undefined
  }
}

/** The field of that number in a message. */
function part(bytes: Buffer, number: number): Field | undefined {
  for (const field of fields(bytes)) if (field.number === number) return field
  return undefined
}

/** 1: whether it is a number (0) or text (1); 2 the number, 3 the text. */
function intOrString(bytes: Buffer): number | string | undefined {
  if (part(bytes, 1)?.value === 1n) return part(bytes, 3)?.bytes.toString()
  return Number(BigInt.asIntN(32, part(bytes, 2)?.value ?? 0n))
}
