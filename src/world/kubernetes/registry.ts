/** The resources that the API serves: those of built-in kinds for good, those of definitions while they are there. */
import type { Resource } from './resource.ts'

interface RegistryChange {
  readonly type: 'ADDED' | 'REMOVED'
  readonly resource: Resource
}

export interface Registry {
  /** What is served now: this list changes as resources come and go. */
  readonly resources: readonly Resource[]
  readonly add: (resource: Resource) => void
  readonly remove: (resource: Resource) => void
  /** Hears of each resource that comes or goes from now on. Gives the function that ends the subscription. */
  readonly subscribe: (listener: (change: RegistryChange) => void) => () => void
}

/** A registry that serves nothing yet. */
export function createRegistry(): Registry {
  const resources: Resource[] = []
  const listeners = new Set<(change: RegistryChange) => void>()
  const tell = (change: RegistryChange) => {
    for (const listener of [...listeners]) listener(change)
  }
  return {
    resources,
    add(resource) {
      resources.push(resource)
      tell({ type: 'ADDED', resource })
    },
    remove(resource) {
      const at = resources.indexOf(resource)
      if (at < 0) return
      resources.splice(at, 1)
      tell({ type: 'REMOVED', resource })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
