/** The objects of one kind as those of another version of it: both are the same objects. */
import type { Change, Collection } from './collection.ts'
import type { KubeObject } from './objects.ts'

export interface Conversion<Stored extends KubeObject, Shown extends KubeObject> {
  readonly shown: (object: Stored) => Shown
  /** `current` is what the object is to replace. */
  readonly stored: (object: Shown, current: Stored | undefined) => Stored
}

/**
 * A view of the collection in the other version; what is written through it is written into the collection. The same
 * stored object is always shown as the same one, so that its text is made once.
 */
export function converted<Stored extends KubeObject, Shown extends KubeObject>(
  collection: Collection<Stored>,
  { shown: show, stored }: Conversion<Stored, Shown>,
): Collection<Shown> {
  const known = new WeakMap<Stored, Shown>()
  function shown(object: Stored): Shown {
    const made = known.get(object) ?? show(object)
    known.set(object, made)
    return made
  }
  const change = ({ type, object, previous }: Change<Stored>): Change<Shown> => ({
    type,
    object: shown(object),
    ...(previous === undefined ? {} : { previous: shown(previous) }),
  })
  return {
    now: collection.now,
    get(namespace, name) {
      const object = collection.get(namespace, name)
      return object === undefined ? undefined : shown(object)
    },
    list: (namespace) => collection.list(namespace).map(shown),
    create: (object, options) => shown(collection.create(stored(object, undefined), options)),
    update(object, options) {
      const { namespace, name } = object.metadata
      return shown(collection.update(stored(object, collection.get(namespace, name)), options))
    },
    remove(namespace, name) {
      const last = collection.remove(namespace, name)
      return last === undefined ? undefined : shown(last)
    },
    subscribe: (listener) => collection.subscribe((each) => listener(change(each))),
    since: (resourceVersion) => collection.since(resourceVersion).map(change),
  }
}
