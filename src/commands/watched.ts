/** What screens show of the world while they are open: learned after the first frame, since loading takes longer than it. */

/** The Service whose selector says which color is live, where the runbook doesn't name another. */
export const SERVICE = 'api-main'

/** The parameter that holds the application's address. */
export const ADDRESS = 'API_URL'

interface Watching {
  readonly close: () => void
}

/** A value as React reads it, and the end of what it is told by. */
export interface Watched<T> extends Watching {
  readonly get: () => T
  readonly subscribe: (listener: () => void) => () => void
}

/** A value that grows, and what it is told by: begun once the screen stands. */
export function watched<T>(
  first: T,
  watch: ((tell: (value: T) => void) => Promise<Watching | undefined>) | undefined,
): Watched<T> {
  let latest = first
  let watching: Watching | undefined
  let closed = false
  const listeners = new Set<() => void>()
  const tell = (value: T) => {
    latest = value
    for (const listener of listeners) listener()
  }
  if (watch !== undefined) {
    setImmediate(async () => {
      if (closed) return
      watching = await watch(tell)
      if (closed) watching?.close()
    })
  }
  return {
    get: () => latest,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      closed = true
      watching?.close()
    },
  }
}
