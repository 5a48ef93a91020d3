/** Collections of objects: what etcd and the watch cache are to a real cluster. */
import { isDeepStrictEqual } from 'node:util'
import type { Kind } from './kind.ts'
import { sameOwners } from './managed-fields/owners.ts'
import { createTracker, type Writer } from './managed-fields/tracker.ts'
import { type KubeObject, type ObjectMeta, timestamp } from './objects.ts'
import { alreadyExists, conflict, expired, type GroupResource, notFound } from './status.ts'

export interface Change<T extends KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** The object after the change; of a deletion the last state, with the deletion's resourceVersion. */
  readonly object: T
  /** The object before the change: absent when it was added. */
  readonly previous?: T
}

interface WriteOptions {
  /** Answers what the write would give, and changes nothing: no version is used up, no one is told. */
  readonly dryRun?: boolean
  /** Whose the write is, for managedFields; the world's own parts leave it out. */
  readonly by?: Writer | undefined
}

/** All objects of one kind. Objects are immutable (deeply frozen): to change one, spread it and `update`. */
export interface Collection<T extends KubeObject> {
  /** The cluster's time in milliseconds since 1970. */
  readonly now: () => number
  /** The object, or undefined. `namespace` is '' for objects outside of namespaces. */
  get(namespace: string, name: string): T | undefined
  /** All objects, or those of a namespace, ordered by namespace and name. */
  list(namespace?: string): readonly T[]
  /**
   * Stores a new object as its kind admits it (a Service gets an address, a Pod its tolerations): sets uid, creationTimestamp, resourceVersion, generation, and the name where only
   * generateName is given. Throws StatusError (AlreadyExists).
   */
  create(object: T, options?: WriteOptions): T
  /**
   * Replaces an object. With `metadata.resourceVersion` set it must be the current one (StatusError, Conflict),
   * so an object that was read and spread is safe to write back; empty means whatever is there. The same
   * content makes no new version. generation is bumped when what is wanted has changed.
   * Throws StatusError (NotFound) when there is none.
   */
  update(object: T, options?: WriteOptions): T
  /** Takes the object away at once and gives its last state; undefined if there was none. */
  remove(namespace: string, name: string): T | undefined
  /**
   * Hears each later change once, in order; a change made by a listener is told after the one at hand.
   * Gives the function that ends the subscription.
   */
  subscribe(listener: (change: Change<T>) => void): () => void
  /** The changes after that version, oldest first. Throws StatusError (Expired, 410) when they aren't kept. */
  since(resourceVersion: number): readonly Change<T>[]
}

/** A collection that holds its objects itself. */
export interface StoredCollection<T extends KubeObject> extends Collection<T> {
  /** Puts in an object of a saved cluster exactly as it was, and tells of it as an added one. */
  adopt(object: T): void
}

/** What the collections of one cluster share. */
export interface Shared {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** The latest version given out in the whole cluster. */
  version(): number
  nextVersion(): number
  /** The versions of a saved cluster go on from its last one. */
  continueFrom(version: number): void
  /** Runs after everything that was told before has been heard. */
  tell(deliver: () => void): void
}

/** How many changes of a kind are kept for watches; a watch from before them is answered 410 Gone. */
const keptChanges = 4000

/** The state that collections share: one version counter and one order of telling for the whole cluster. */
export function createShared(options: { readonly now: () => number; readonly random: () => number }): Shared {
  let version = 1
  const waiting: (() => void)[] = []
  let telling = false
  return {
    ...options,
    version: () => version,
    nextVersion: () => ++version,
    continueFrom(last) {
      version = Math.max(version, last)
    },
    tell(deliver) {
      waiting.push(deliver)
      if (telling) return
      telling = true
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next()
      } finally {
        telling = false
      }
    },
  }
}

/** Letters and digits that Kubernetes makes names from: no vowels, so that no words come about. */
const nameLetters = 'bcdfghjklmnpqrstvwxz2456789'

/** A random suffix as in generated names. */
function nameSuffix(random: () => number, length = 5): string {
  return Array.from({ length }, () => nameLetters[Math.floor(random() * nameLetters.length)]).join('')
}

/** A version 4 UUID from the given randomness. */
export function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, (_, at) => {
    const digit = Math.floor(random() * 16)
    return (at === 12 ? 4 : at === 16 ? (digit & 3) | 8 : digit).toString(16)
  }).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
}

/** Where `name` stands, or would stand, in sorted `names`. */
function position(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((names[middle] ?? '') < name) low = middle + 1
    else high = middle
  }
  return low
}

/** An empty collection of that kind. */
export function createCollection<T extends KubeObject>(shared: Shared, kind: Kind<T>): StoredCollection<T> {
  const of: GroupResource = { group: kind.group, resource: kind.resource }
  const { desired, admit = (object: T) => object } = kind
  const tracker = createTracker(kind)
  const namespaces = new Map<string, { readonly objects: Map<string, T>; readonly names: string[] }>()
  const listeners = new Set<(change: Change<T>) => void>()
  const history: { readonly version: number; readonly change: Change<T> }[] = []
  let forgotten = shared.version()

  function record(version: number, change: Change<T>): void {
    history.push({ version, change })
    if (history.length >= keptChanges * 2) {
      forgotten = history[keptChanges - 1]?.version ?? forgotten
      history.splice(0, keptChanges)
    }
    shared.tell(() => {
      for (const listener of [...listeners]) if (listeners.has(listener)) listener(change)
    })
  }

  function put(object: T): void {
    const { namespace, name } = object.metadata
    let place = namespaces.get(namespace)
    if (place === undefined) {
      place = { objects: new Map(), names: [] }
      namespaces.set(namespace, place)
    }
    if (!place.objects.has(name)) place.names.splice(position(place.names, name), 0, name)
    place.objects.set(name, object)
  }

  function withMeta(object: T, changes: Partial<ObjectMeta>): T {
    return { ...object, metadata: { ...object.metadata, ...changes } }
  }

  function get(namespace: string, name: string): T | undefined {
    return namespaces.get(namespace)?.objects.get(name)
  }

  function freeName(prefix: string, namespace: string): string {
    for (;;) {
      const name = prefix + nameSuffix(shared.random)
      if (get(namespace, name) === undefined) return name
    }
  }

  function create(object: T, options: WriteOptions = {}): T {
    const meta = object.metadata
    const name = meta.name === '' ? freeName(meta.generateName ?? '', meta.namespace) : meta.name
    if (get(meta.namespace, name) !== undefined) throw alreadyExists(of, name)
    const named = withMeta(object, {
      name,
      uid: uuid(shared.random),
      creationTimestamp: timestamp(shared.now()),
      generation: desired === undefined ? 0 : 1,
      resourceVersion: '',
    })
    // What admission adds is nobody's.
    const managedFields = tracker.created(named, options.by, named.metadata.creationTimestamp)
    const admitted = admit(named, { random: shared.random, others: () => list() })
    const created = withMeta(admitted, { managedFields })
    if (options.dryRun) return created
    const version = shared.nextVersion()
    const stored = withMeta(created, { resourceVersion: String(version) })
    deepFreeze(stored)
    put(stored)
    record(version, { type: 'ADDED', object: stored })
    return stored
  }

  function update(object: T, options: WriteOptions = {}): T {
    const { namespace, name, resourceVersion, uid } = object.metadata
    const current = get(namespace, name)
    if (current === undefined) throw notFound(of, name)
    if (resourceVersion !== '' && resourceVersion !== current.metadata.resourceVersion)
      throw conflict(of, name)
    if (uid !== '' && uid !== current.metadata.uid)
      throw conflict(
        of,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
      )
    const kept = {
      uid: current.metadata.uid,
      creationTimestamp: current.metadata.creationTimestamp,
      generation: current.metadata.generation,
      resourceVersion: current.metadata.resourceVersion,
      managedFields: current.metadata.managedFields ?? [],
    }
    const wanted = withMeta(object, kept)
    const managedFields = tracker.updated(current, wanted, options.by, timestamp(shared.now()))
    if (sameOwners(managedFields, kept.managedFields) && isDeepStrictEqual(wanted, current)) return current
    const next = withMeta(wanted, { managedFields })
    // The start of a deletion counts as a wish too.
    const bumped =
      desired !== undefined &&
      (next.metadata.deletionTimestamp !== current.metadata.deletionTimestamp ||
        !isDeepStrictEqual(desired(next), desired(current)))
    const updated = bumped ? withMeta(next, { generation: kept.generation + 1 }) : next
    if (options.dryRun) return updated
    const version = shared.nextVersion()
    const stored = withMeta(updated, { resourceVersion: String(version) })
    deepFreeze(stored)
    put(stored)
    record(version, { type: 'MODIFIED', object: stored, previous: current })
    return stored
  }

  function remove(namespace: string, name: string): T | undefined {
    const place = namespaces.get(namespace)
    const current = place?.objects.get(name)
    if (place === undefined || current === undefined) return undefined
    place.objects.delete(name)
    place.names.splice(position(place.names, name), 1)
    const version = shared.nextVersion()
    const last = withMeta(current, { resourceVersion: String(version) })
    deepFreeze(last)
    record(version, { type: 'DELETED', object: last, previous: current })
    return last
  }

  function listOf(namespace: string): T[] {
    const place = namespaces.get(namespace)
    if (place === undefined) return []
    return place.names.flatMap((name) => place.objects.get(name) ?? [])
  }

  function list(namespace?: string): readonly T[] {
    return namespace === undefined ? [...namespaces.keys()].sort().flatMap(listOf) : listOf(namespace)
  }

  function adopt(object: T): void {
    deepFreeze(object)
    put(object)
    record(shared.version(), { type: 'ADDED', object })
  }

  return {
    now: shared.now,
    adopt,
    get,
    list,
    create,
    update,
    remove,
    subscribe(listener) {
      // A wrapper of its own, so that one function may subscribe twice.
      const entry = (change: Change<T>) => listener(change)
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
    since(resourceVersion) {
      if (resourceVersion < forgotten) throw expired(resourceVersion, forgotten)
      let start = history.length
      while (start > 0 && (history[start - 1]?.version ?? 0) > resourceVersion) start--
      return history.slice(start).map((entry) => entry.change)
    },
  }
}
