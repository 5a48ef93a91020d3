/** A kind as the API serves it: bodies in, checked and defaulted, items out. */
import type { Collection } from './collection.ts'
import { DecodeError, decode, strictError } from './decode.ts'
import { apiVersionOf, type Kind } from './kind.ts'
import type { KubeObject, ObjectMeta } from './objects.ts'
import { applyPatch, type Patch, patchedBody } from './patch/patch.ts'
import { asJsonObject, isJsonObject, type JsonObject } from './record.ts'
import { badRequest, conflict, type GroupResource, invalid, notFound, patchInvalid } from './status.ts'
import { columnDefinitions } from './table.ts'
import { metadata, notNegative } from './validation.ts'
import { type Item, itemMaker } from './wire.ts'

/** What becomes of unknown fields: an error, a warning, or nothing. They are never kept. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface WriteRequest {
  /** Checks and answers, and changes nothing. */
  readonly dryRun: boolean
  readonly fieldValidation: FieldValidation
  /** Hears what the client is to be warned of. */
  readonly warn: (warning: string) => void
}

/** Which part of an object a write is for; the other parts stay as they are. */
export type Part = 'main' | 'status'

export interface ItemChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly item: Item
  readonly previous?: Item
}

export interface Resource extends GroupResource {
  readonly version: string
  readonly kind: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly model: string
  readonly hasStatus: boolean
  readonly hasScale: boolean
  readonly collectionDelete: boolean
  readonly warning: string | undefined
  /** The headings of its table. */
  readonly columns: readonly JsonObject[]
  get(namespace: string, name: string): Item | undefined
  list(namespace?: string): readonly Item[]
  /** All of these throw StatusError with what the client is to be told, and have changed nothing then. */
  create(namespace: string, body: unknown, request: WriteRequest): Item
  replace(namespace: string, name: string, body: unknown, part: Part, request: WriteRequest): Item
  patch(namespace: string, name: string, patch: Patch, part: Part, request: WriteRequest): Item
  /** The autoscaling/v1 Scale of an object. */
  scale(namespace: string, name: string): JsonObject
  replaceScale(namespace: string, name: string, body: unknown, request: WriteRequest): JsonObject
  patchScale(namespace: string, name: string, patch: Patch, request: WriteRequest): JsonObject
  /** Seconds that a deletion leaves the object to end by itself. */
  gracePeriod(item: Item): number
  /** Changes metadata that clients can't: deletion, finalizers, owners. */
  editMeta(item: Item, changes: Partial<ObjectMeta>, dryRun: boolean): Item
  /** Takes an object away at once. */
  remove(item: Item): Item | undefined
  subscribe(listener: (change: ItemChange) => void): () => void
  /** Throws StatusError (410) when the changes after that version aren't kept any more. */
  since(resourceVersion: number): readonly ItemChange[]
}

/** Serves a kind from its collection. */
export function serve<T extends KubeObject>(kind: Kind<T>, collection: Collection<T>): Resource {
  const of: GroupResource = { group: kind.group, resource: kind.resource }
  const apiVersion = apiVersionOf(kind)
  const item = itemMaker(kind)

  function mustGet(namespace: string, name: string): T {
    const object = collection.get(namespace, name)
    if (object === undefined) throw notFound(of, name)
    return object
  }

  function check(object: T, previous: T | undefined): void {
    const causes = [
      ...metadata(object.metadata, kind.nameRule ?? 'subdomain'),
      ...(kind.validate?.(object, previous) ?? []),
    ]
    if (causes.length > 0) throw invalid(kind.group, kind.kind, object.metadata.name, causes)
  }

  /** A posted body, decoded, with the server's complaints about what it isn't. */
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
      const { value, unknownFields } = decode(kind.model, body)
      if (unknownFields.length > 0 && request.fieldValidation === 'Strict')
        throw badRequest(`${what}: ${strictError(unknownFields)}`)
      if (request.fieldValidation === 'Warn')
        for (const field of unknownFields) request.warn(`unknown field "${field}"`)
      return value
    } catch (error) {
      if (error instanceof DecodeError) throw badRequest(`${what}: ${error.message}`)
      throw error
    }
  }

  /** The object that a decoded body asks for, with what the client can't set taken from `current`. */
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

  function write(next: T, current: T, dryRun: boolean): Item {
    check(next, current)
    const stored = collection.update(next, { dryRun })
    const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = stored.metadata
    // The last finalizer is gone: the deletion that waited for it goes through.
    const ends =
      deletionTimestamp !== undefined && finalizers.length === 0 && deletionGracePeriodSeconds === 0
    if (ends && kind.kind !== 'Namespace' && !dryRun)
      collection.remove(stored.metadata.namespace, stored.metadata.name)
    return item(stored)
  }

  function create(namespace: string, body: unknown, request: WriteRequest): Item {
    const { status, ...value } = read(body, request)
    if (asJsonObject(value.metadata).resourceVersion)
      throw badRequest('resourceVersion should not be set on objects to be created')
    const object = assemble(
      kind.status === undefined && status !== undefined ? { ...value, status } : value,
      namespace,
      'main',
      undefined,
    )
    check(object, undefined)
    return item(collection.create(object, { dryRun: request.dryRun }))
  }

  function replace(namespace: string, name: string, body: unknown, part: Part, request: WriteRequest): Item {
    const value = read(body, request)
    const given = asJsonObject(value.metadata).name
    if (given !== name)
      throw badRequest(
        `the name of the object (${String(given ?? '')}) does not match the name on the URL (${name})`,
      )
    const current = mustGet(namespace, name)
    return write(assemble(value, namespace, part, current), current, request.dryRun)
  }

  function patch(namespace: string, name: string, given: Patch, part: Part, request: WriteRequest): Item {
    const current = mustGet(namespace, name)
    const patched = applyPatch(kind.model, item(current).wire(), given)
    const refuse = (why: string) => patchInvalid(patchedBody(given, patched), why)
    try {
      const { value, unknownFields } = decode(kind.model, patched)
      if (unknownFields.length > 0 && request.fieldValidation === 'Strict')
        throw refuse(strictError(unknownFields))
      if (request.fieldValidation === 'Warn')
        for (const field of unknownFields) request.warn(`unknown field "${field}"`)
      const next = assemble(value, namespace, part, current)
      if (next.metadata.name !== name)
        throw badRequest(
          `the name of the object (${next.metadata.name}) does not match the name on the URL (${name})`,
        )
      return write(next, current, request.dryRun)
    } catch (error) {
      if (error instanceof DecodeError) throw refuse(error.message)
      throw error
    }
  }

  function scaleOf(object: T): JsonObject {
    const { scale } = kind
    if (scale === undefined) throw notFound(of, object.metadata.name)
    const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
    const wanted = scale.wanted(object)
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: wanted === 0 ? {} : { replicas: wanted },
      status: { replicas: scale.current(object), selector: scale.selector(object) },
    }
  }

  function writeScale(current: T, body: JsonObject, request: WriteRequest): JsonObject {
    const { name, namespace } = current.metadata
    let value: JsonObject
    try {
      value = decode('V1Scale', body).value
    } catch (error) {
      if (error instanceof DecodeError)
        throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${error.message}`)
      throw error
    }
    const replicas = asJsonObject(value.spec).replicas ?? 0
    const wanted = typeof replicas === 'number' ? replicas : 0
    const causes = notNegative('spec.replicas', wanted)
    if (causes.length > 0) throw invalid('autoscaling', 'Scale', name, causes)
    const version = asJsonObject(value.metadata).resourceVersion
    if (typeof version === 'string' && version !== '' && version !== current.metadata.resourceVersion)
      throw conflict(of, name)
    const next = kind.scale?.scaled(current, wanted) ?? current
    const stored = collection.update(next, { dryRun: request.dryRun })
    return scaleOf(collection.get(namespace, name) === undefined ? current : stored)
  }

  function change({
    type,
    object,
    previous,
  }: {
    type: ItemChange['type']
    object: T
    previous?: T
  }): ItemChange {
    return { type, item: item(object), ...(previous === undefined ? {} : { previous: item(previous) }) }
  }

  return {
    ...of,
    version: kind.version,
    kind: kind.kind,
    singular: kind.singular,
    shortNames: kind.shortNames ?? [],
    categories: kind.categories ?? [],
    namespaced: kind.namespaced,
    model: kind.model,
    hasStatus: kind.status === true,
    hasScale: kind.scale !== undefined,
    collectionDelete: kind.collectionDelete !== false,
    warning: kind.warning,
    columns: columnDefinitions(kind),
    get(namespace, name) {
      const object = collection.get(namespace, name)
      return object === undefined ? undefined : item(object)
    },
    list: (namespace) => collection.list(namespace).map(item),
    create,
    replace,
    patch,
    scale: (namespace, name) => scaleOf(mustGet(namespace, name)),
    replaceScale(namespace, name, body, request) {
      return writeScale(mustGet(namespace, name), asJsonObject(body), request)
    },
    patchScale(namespace, name, given, request) {
      const current = mustGet(namespace, name)
      return writeScale(current, applyPatch('V1Scale', scaleOf(current), given), request)
    },
    gracePeriod({ meta }) {
      const object = collection.get(meta.namespace, meta.name)
      return object === undefined ? 0 : (kind.gracePeriod?.(object) ?? 0)
    },
    editMeta({ meta }, changes, dryRun) {
      const object = mustGet(meta.namespace, meta.name)
      return item(collection.update({ ...object, metadata: { ...object.metadata, ...changes } }, { dryRun }))
    },
    remove({ meta }) {
      const last = collection.remove(meta.namespace, meta.name)
      return last === undefined ? undefined : item(last)
    },
    subscribe: (listener) => collection.subscribe((each) => listener(change(each))),
    since: (resourceVersion) => collection.since(resourceVersion).map(change),
  }
}

/** The object without the keys that hold undefined. */
function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
