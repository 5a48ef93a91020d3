/** Objects as they are sent: unset metadata left out, and the text made once for each version of an object. */
import { apiVersionOf, type Kind } from './kind.ts'
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
  cells(now: number): readonly (string | number)[]
  /** What field selectors may ask for. */
  fields(): StringMap
}

/** Metadata in the order of the real API, without what isn't set. */
function wireMeta(meta: ObjectMeta): JsonObject {
  const { name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp, ...rest } = meta
  const { deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences, ...others } =
    rest
  const all = {
    ...{ name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp },
    ...{ deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences },
    ...others,
  }
  return Object.fromEntries(
    Object.entries(all).filter(([key, value]) => {
      if (key === 'deletionGracePeriodSeconds') return value !== undefined
      return value !== undefined && value !== '' && value !== 0
    }),
  )
}

/** Makes items of one kind; the same object gives the same item, so that its text is made once. */
export function itemMaker<T extends KubeObject>(kind: Kind<T>): (object: T) => Item {
  const made = new WeakMap<T, Item>()
  const apiVersion = apiVersionOf(kind)
  const head = `{"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(apiVersion)},`

  function make(object: T): Item {
    let text: string | undefined
    const item: Item = {
      meta: object.metadata,
      object,
      wire() {
        const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object
        return { kind: kind.kind, apiVersion, metadata: wireMeta(metadata), ...rest }
      },
      text() {
        text ??= JSON.stringify(item.wire())
        return text
      },
      itemText: () => `{${item.text().slice(head.length)}`,
      partial: () => partial(item.wire()),
      cells: (now) => cells(kind, object, now),
      fields: () => ({
        'metadata.name': object.metadata.name,
        ...(kind.namespaced ? { 'metadata.namespace': object.metadata.namespace } : {}),
        ...kind.selectable?.(object),
      }),
    }
    return item
  }

  return (object) => {
    let item = made.get(object)
    if (item === undefined) {
      item = make(object)
      made.set(object, item)
    }
    return item
  }
}
