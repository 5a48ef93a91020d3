/** Objects as they are sent: unset metadata left out, and nothing kept of what was sent. */
import { apiVersionOf, type Cell, type Kind } from './kind.ts'
import type { KubeObject, ObjectMeta, StringMap } from './objects.ts'
import type { JsonObject } from './record.ts'
import { cells, partial } from './table.ts'

/** One version of an object, ready to be sent in any form. */
export interface Item {
  readonly meta: ObjectMeta
  readonly object: KubeObject
  /** As the API shows it. */
  wire(): JsonObject
  /** The JSON text of `wire()`. */
  text(): string
  /** The same without kind and apiVersion, as items of a list are sent. */
  itemText(): string
  /** Its metadata alone, as rows of tables and metadata clients get it. */
  partial(): JsonObject
  /** Its row in a table; `now` is in milliseconds since 1970. */
  cells(now: number): readonly Cell[]
  /** What field selectors may ask for. */
  fields(): StringMap
}

/** Metadata in the order of the real API, without what isn't set. */
function wireMeta(meta: ObjectMeta): JsonObject {
  const { name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp, ...rest } = meta
  const { deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ...more } = rest
  const { ownerReferences, finalizers, managedFields, ...others } = more
  const all: Record<string, unknown> = {
    ...{ name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp },
    ...{ deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences, finalizers },
    ...{ managedFields: managedFields?.length === 0 ? undefined : managedFields },
    ...others,
  }
  const wire: Record<string, unknown> = {}
  for (const key in all) {
    const value = all[key]
    const unset = value === undefined || value === '' || (value === 0 && key !== 'deletionGracePeriodSeconds')
    if (!unset) wire[key] = value
  }
  return wire
}

/** Makes items of one kind. They cost little: no text is kept once it is sent. */
export function itemMaker<T extends KubeObject>(kind: Kind<T>): (object: T) => Item {
  const head = { kind: kind.kind, apiVersion: apiVersionOf(kind) }
  return (object) => new WireItem(kind, head, object)
}

interface Head {
  readonly kind: string
  readonly apiVersion: string
}

class WireItem<T extends KubeObject> implements Item {
  readonly object: T
  readonly #kind: Kind<T>
  readonly #head: Head

  constructor(kind: Kind<T>, head: Head, object: T) {
    this.object = object
    this.#kind = kind
    this.#head = head
  }

  get meta(): ObjectMeta {
    return this.object.metadata
  }

  #bare(): JsonObject {
    const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = this.object
    return { metadata: wireMeta(metadata), ...rest }
  }

  wire(): JsonObject {
    return { ...this.#head, ...this.#bare() }
  }

  text(): string {
    return JSON.stringify(this.wire())
  }

  itemText(): string {
    return JSON.stringify(this.#bare())
  }

  partial(): JsonObject {
    return partial({ metadata: wireMeta(this.object.metadata) })
  }

  cells(now: number): readonly Cell[] {
    return cells(this.#kind, this.object, now)
  }

  fields(): StringMap {
    const { name, namespace } = this.object.metadata
    return {
      'metadata.name': name,
      ...(this.#kind.namespaced ? { 'metadata.namespace': namespace } : {}),
      ...this.#kind.selectable?.(this.object),
    }
  }
}
