/** Bodies of requests as objects of their kind: read, filled in and checked. */
import { type Decoded, DecodeError, decode, strictError } from './decode.ts'
import { apiVersionOf, type Kind } from './kind.ts'
import type { KubeObject } from './objects.ts'
import { asJsonObject, isJsonObject, type JsonObject } from './record.ts'
import { badRequest, invalid } from './status.ts'
import { metadata } from './validation.ts'
import type { Part, WriteRequest } from './write-request.ts'

export interface Bodies<T extends KubeObject> {
  /** The known fields of a body. Throws DecodeError for a value that its field can't hold. */
  readonly decode: (body: JsonObject) => Decoded
  /** A body that was posted or put, decoded. Throws StatusError (400) for one that can't be read. */
  readonly read: (body: unknown, request: WriteRequest) => JsonObject
  /** The object that a decoded body asks for, with what clients can't set taken from `current`. */
  readonly assemble: (value: JsonObject, namespace: string, part: Part, current: T | undefined) => T
  /** Throws StatusError (422) for an object that breaks its kind's rules. */
  readonly check: (object: T, previous: T | undefined) => void
}

/** How bodies of that kind are read. */
export function bodiesOf<T extends KubeObject>(kind: Kind<T>): Bodies<T> {
  const apiVersion = apiVersionOf(kind)
  const decodeBody = kind.custom?.decode ?? ((body: JsonObject) => decode(kind.model, body))

  function read(body: unknown, request: WriteRequest): JsonObject {
    if (!isJsonObject(body)) throw badRequest('the body of the request must be one object')
    if (body.kind !== undefined && body.kind !== '' && body.kind !== kind.kind)
      throw badRequest(
        `the object provided is unrecognized (must be of type ${kind.kind}): it is a ${String(body.kind)}`,
      )
    if (body.apiVersion !== undefined && body.apiVersion !== '' && body.apiVersion !== apiVersion)
      throw badRequest(
        `the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${apiVersion})`,
      )
    const what = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`
    try {
      const { value, unknownFields } = decodeBody(body)
      heedUnknown(unknownFields, request, (why) => badRequest(`${what}: ${why}`))
      return value
    } catch (error) {
      if (error instanceof DecodeError) throw badRequest(`${what}: ${error.message}`)
      throw error
    }
  }

  function assemble(value: JsonObject, namespace: string, part: Part, current: T | undefined): T {
    const given = asJsonObject(value.metadata)
    if (typeof given.namespace === 'string' && given.namespace !== '' && given.namespace !== namespace)
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      )
    const { managedFields: _managed, selfLink: _link, ...kept } = given
    const before = current?.metadata
    const meta = {
      ...kept,
      namespace,
      creationTimestamp: before?.creationTimestamp ?? '',
      generation: before?.generation ?? 0,
      deletionTimestamp: before?.deletionTimestamp,
      deletionGracePeriodSeconds: before?.deletionGracePeriodSeconds,
    }
    const base = part === 'status' ? asJsonObject(current) : value
    const status = part === 'status' ? value.status : asJsonObject(current).status
    const whole = {
      ...base,
      apiVersion,
      kind: kind.kind,
      metadata: defined(
        part === 'status' ? { ...asJsonObject(before), resourceVersion: kept.resourceVersion ?? '' } : meta,
      ),
      ...(kind.status === undefined ? {} : { status }),
    }
    return kind.schema.parse(defined(whole))
  }

  function check(object: T, previous: T | undefined): void {
    const causes = [
      ...metadata(object.metadata, kind.nameRule ?? 'subdomain'),
      ...(kind.validate?.(object, previous) ?? []),
    ]
    if (causes.length > 0) throw invalid(kind.group, kind.kind, object.metadata.name, causes)
  }

  return { decode: decodeBody, read, assemble, check }
}

/** Refuses unknown fields, or tells of them, as the client wants it. */
export function heedUnknown(
  fields: readonly string[],
  { fieldValidation, warn }: WriteRequest,
  refusal: (why: string) => Error,
): void {
  if (fields.length > 0 && fieldValidation === 'Strict') throw refusal(strictError(fields))
  if (fieldValidation === 'Warn') for (const field of fields) warn(`unknown field "${field}"`)
}

/** Throws StatusError (400) unless the object is the one that the path names. */
export function checkName(given: unknown, name: string): void {
  if (given !== name)
    throw badRequest(
      `the name of the object (${String(given ?? '')}) does not match the name on the URL (${name})`,
    )
}

/** The object without the keys that hold undefined. */
function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
