/** What a resource held at an earlier version, worked out from what has changed since. */
import type { ItemChange, Resource } from './resource.ts'
import type { Item } from './wire.ts'

const keyOf = ({ meta }: Item) => `${meta.namespace}/${meta.name}`

/**
 * The items as they were at that version, in order. Throws StatusError (410) when the changes since then aren't
 * kept any more.
 */
export function itemsAt(resource: Resource, namespace: string | undefined, version: number): readonly Item[] {
  const changes = resource.since(version)
  const present = resource.list(namespace)
  return changes.length === 0 ? present : undo(present, changes, namespace)
}

function undo(
  present: readonly Item[],
  changes: readonly ItemChange[],
  namespace: string | undefined,
): readonly Item[] {
  // The first change of an object tells what it was before all of them.
  const before = new Map<string, Item | undefined>()
  for (const { item, previous } of changes) {
    const key = keyOf(item)
    if (!before.has(key)) before.set(key, previous)
  }
  const restored = [...before.values()].filter(
    (item) => item !== undefined && (namespace === undefined || item.meta.namespace === namespace),
  )
  return [...present.filter((item) => !before.has(keyOf(item))), ...restored]
    .filter((item) => item !== undefined)
    .sort((a, b) => compareText(a.meta.namespace, b.meta.namespace) || compareText(a.meta.name, b.meta.name))
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
