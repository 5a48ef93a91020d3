/** A queue of things to look at: each once, a moment after it was asked for, however often that was. */
import type { Clock } from '../clock.ts'

export interface WorkQueue {
  /** Looks at `key` soon. A look that is already due stands for this one too. */
  readonly add: (key: string) => void
  /** Looks at `key` at `time` (milliseconds since 1970) at the latest. */
  readonly addAt: (key: string, time: number) => void
}

/** A queue that calls `look` for each key, `delayMs` after it was added. */
export function createWorkQueue(clock: Clock, delayMs: number, look: (key: string) => void): WorkQueue {
  const due = new Map<string, { readonly time: number; readonly cancel: () => void }>()
  function addAt(key: string, time: number): void {
    const waiting = due.get(key)
    if (waiting !== undefined && waiting.time <= time) return
    waiting?.cancel()
    const cancel = clock.at(time, () => {
      due.delete(key)
      look(key)
    })
    due.set(key, { time, cancel })
  }
  return { add: (key) => addAt(key, clock.now() + delayMs), addAt }
}
