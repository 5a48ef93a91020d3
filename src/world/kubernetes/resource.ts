/** A kind as the API serves it: bodies in, checked and defaulted, items out. */
import { bodiesOf, checkName, heedUnknown } from './bodies.ts'
import type { Collection } from './collection.ts'
import { DecodeError } from './decode.ts'
import { apiVersionOf, type CustomType, type Kind, type Verb, verbs } from './kind.ts'
import { applyTo, readConfiguration } from './managed-fields/application.ts'
import type { Owner } from './managed-fields/owners.ts'
import { createTracker, readEntries, type Writer } from './managed-fields/tracker.ts'
import { type KubeObject, type ObjectMeta, timestamp } from './objects.ts'
import { applyPatch, type Patch, patchedBody } from './patch/patch.ts'
import { asJsonObject, type JsonObject } from './record.ts'
import { scalesOf } from './scale.ts'
import { badRequest, conflict, type GroupResource, notFound, patchInvalid } from './status.ts'
import { columnDefinitions } from './table.ts'
import { type Item, itemMaker } from './wire.ts'
import type { Part, WriteRequest } from './write-request.ts'

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
  /** The type of a kind that a definition made. */
  readonly custom: CustomType | undefined
  readonly hasStatus: boolean
  readonly hasScale: boolean
  readonly verbs: readonly Verb[]
  readonly cleanupFinalizer: string | undefined
  readonly warning: string | undefined
  /** The headings of its table. */
  readonly columns: readonly JsonObject[]
  get(namespace: string, name: string): Item | undefined
  list(namespace?: string): readonly Item[]
  /** All of these throw StatusError with what the client is to be told, and have changed nothing then. */
  create(namespace: string, body: unknown, request: WriteRequest): Item
  replace(namespace: string, name: string, body: unknown, part: Part, request: WriteRequest): Item
  patch(namespace: string, name: string, patch: Patch, part: Part, request: WriteRequest): Item
  /** Server-side apply: creates the object where there is none. */
  apply(namespace: string, name: string, body: unknown, part: Part, request: WriteRequest): Item
  /** The autoscaling/v1 Scale of an object. */
  scale(namespace: string, name: string): JsonObject
  replaceScale(namespace: string, name: string, body: unknown, request: WriteRequest): JsonObject
  patchScale(namespace: string, name: string, patch: Patch, request: WriteRequest): JsonObject
  applyScale(namespace: string, name: string, body: unknown, request: WriteRequest): JsonObject
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
  const tracker = createTracker(kind)
  const bodies = bodiesOf(kind)
  const scales = scalesOf(kind, collection, tracker, (request) => owner('scale', request))

  function mustGet(namespace: string, name: string): T {
    const object = collection.get(namespace, name)
    if (object === undefined) throw notFound(of, name)
    return object
  }

  function owner(part: Part | 'scale', { manager = 'unknown' }: WriteRequest): Owner {
    return { manager, apiVersion, subresource: part === 'main' ? undefined : part }
  }

  /** Whose a write of that body is. */
  function writer(body: JsonObject, part: Part, request: WriteRequest): Writer | undefined {
    if (request.manager === undefined) return undefined
    const given = part === 'main' ? readEntries(asJsonObject(body.metadata).managedFields) : undefined
    return { kind: 'update', ...owner(part, request), base: given }
  }

  /** The object as the client is shown it after a write. */
  function shown(object: T, { pretend }: WriteRequest): Item {
    if (pretend === undefined) return item(object)
    return item({ ...object, metadata: { ...object.metadata, resourceVersion: pretend } })
  }

  function write(next: T, current: T, request: WriteRequest, by: Writer | undefined): Item {
    bodies.check(next, current)
    const { dryRun } = request
    const stored = collection.update(next, { dryRun, by })
    const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = stored.metadata
    // The last finalizer is gone: the deletion that waited for it goes through.
    const ends =
      deletionTimestamp !== undefined && finalizers.length === 0 && deletionGracePeriodSeconds === 0
    if (ends && kind.kind !== 'Namespace' && !dryRun)
      collection.remove(stored.metadata.namespace, stored.metadata.name)
    return shown(stored, request)
  }

  function create(namespace: string, body: unknown, request: WriteRequest): Item {
    const { status, ...value } = bodies.read(body, request)
    if (asJsonObject(value.metadata).resourceVersion)
      throw badRequest('resourceVersion should not be set on objects to be created')
    const object = bodies.assemble(
      kind.status === undefined && status !== undefined ? { ...value, status } : value,
      namespace,
      'main',
      undefined,
    )
    bodies.check(object, undefined)
    const by = writer(value, 'main', request)
    return shown(collection.create(object, { dryRun: request.dryRun, by }), request)
  }

  function replace(namespace: string, name: string, body: unknown, part: Part, request: WriteRequest): Item {
    const value = bodies.read(body, request)
    checkName(asJsonObject(value.metadata).name, name)
    const current = mustGet(namespace, name)
    const next = bodies.assemble(value, namespace, part, current)
    return write(next, current, request, writer(value, part, request))
  }

  function patch(namespace: string, name: string, given: Patch, part: Part, request: WriteRequest): Item {
    const current = mustGet(namespace, name)
    const patched = applyPatch(kind.model, item(current).wire(), given)
    const refuse = (why: string) => patchInvalid(patchedBody(given, patched), why)
    try {
      const { value, unknownFields } = bodies.decode(patched)
      heedUnknown(unknownFields, request, refuse)
      const next = bodies.assemble(value, namespace, part, current)
      checkName(next.metadata.name, name)
      return write(next, current, request, writer(value, part, request))
    } catch (error) {
      if (error instanceof DecodeError)
        throw refuse(given.kind === 'strategic' ? error.conversion : error.message)
      throw error
    }
  }

  function apply(namespace: string, name: string, body: unknown, part: Part, request: WriteRequest): Item {
    const { configuration, fields } = readConfiguration(kind, tracker.shape, body)
    const current = collection.get(namespace, name)
    if (current === undefined && part !== 'main') throw notFound(of, name)
    if (current === undefined) checkNoUid(of, name, configuration)
    const time = timestamp(collection.now())
    // An object of which nobody kept a record has had some manager before.
    const before = { kind: 'update', manager: 'before-first-apply', apiVersion } as const
    const known = current?.metadata.managedFields ?? []
    const asked = {
      shape: tracker.shape,
      live: current === undefined ? tracker.empty : item(current).wire(),
      entries: current !== undefined && known.length === 0 ? tracker.created(current, before, time) : known,
      configuration,
      owner: owner(part, request),
      force: request.force === true,
      time,
    }
    const ignored = kind.status === undefined ? [] : [part === 'status' ? 'spec' : 'status']
    const { object, entries } = applyTo(asked, fields, ignored)
    try {
      const next = bodies.assemble(bodies.decode(object).value, namespace, part, current)
      checkName(next.metadata.name, name)
      const by = { kind: 'entries', entries } as const
      if (current !== undefined) return write(next, current, request, by)
      bodies.check(next, undefined)
      return shown(collection.create(next, { dryRun: request.dryRun, by }), request)
    } catch (error) {
      if (error instanceof DecodeError) throw badRequest(error.message)
      throw error
    }
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
    custom: kind.custom,
    hasStatus: kind.status === true,
    hasScale: kind.scale !== undefined,
    verbs:
      kind.verbs ?? verbs.filter((verb) => verb !== 'deletecollection' || kind.collectionDelete !== false),
    cleanupFinalizer: kind.cleanupFinalizer,
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
    apply,
    scale: (namespace, name) => scales.read(mustGet(namespace, name)),
    replaceScale: (namespace, name, body, request) => scales.replace(mustGet(namespace, name), body, request),
    patchScale: (namespace, name, given, request) => scales.patch(mustGet(namespace, name), given, request),
    applyScale: (namespace, name, body, request) => scales.apply(mustGet(namespace, name), body, request),
    gracePeriod({ meta }) {
      const object = collection.get(meta.namespace, meta.name)
      return object === undefined ? 0 : (kind.gracePeriod?.(object) ?? 0)
    },
    editMeta({ meta }, changes, dryRun) {
      const object = mustGet(meta.namespace, meta.name)
      const next = { ...object, metadata: { ...object.metadata, ...changes } }
      // What a deletion marks is nobody's; who takes off owners is the garbage collector.
      const by = changes.deletionTimestamp === undefined ? undefined : ({ kind: 'nobody' } as const)
      return item(collection.update(next, { dryRun, by }))
    },
    remove({ meta }) {
      const last = collection.remove(meta.namespace, meta.name)
      return last === undefined ? undefined : item(last)
    },
    subscribe: (listener) => collection.subscribe((each) => listener(change(each))),
    since: (resourceVersion) => collection.since(resourceVersion).map(change),
  }
}

/** Throws StatusError (409) for a configuration that means an object which is gone. */
function checkNoUid(of: GroupResource, name: string, { metadata }: JsonObject): void {
  const { uid } = asJsonObject(metadata)
  if (typeof uid !== 'string' || uid === '') return
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
  throw conflict(of, name, why)
}
