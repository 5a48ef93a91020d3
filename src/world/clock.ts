/** The world's time: simulated while the past is being made up, then the machine's own. */

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Runs `task` once, not before `time` and never within this call. Gives what takes the task back. */
  readonly at: (time: number, task: () => void) => () => void
}

export interface WorldClock extends Clock {
  /** Runs what falls due up to `time`, in order, and stands at `time` then. Only before `goLive`. */
  readonly advance: (time: number) => void
  /**
   * From here on the machine's clock counts; tasks that wait are kept and run when their time comes. `behindMs` is how
   * far this clock is behind the machine's for good: as long as a saved world was put away.
   */
  readonly goLive: (behindMs?: number) => void
  /** Forgets every task: nothing runs any more. */
  readonly stop: () => void
}

interface Task {
  readonly time: number
  readonly run: () => void
}

/** Where setTimeout overflows (2^31 - 1 ms, about 24 days): a later task is looked at again then. */
const longestTimeout = 2 ** 31 - 1

/**
 * A clock that stands at `start` (milliseconds since 1970) and moves by `advance` alone, until `goLive`.
 * Its timers never keep the process alive.
 */
export function createWorldClock(start: number): WorldClock {
  let simulated: number | undefined = start
  let waiting: Task[] = []
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let behind = 0
  const live = () => Date.now() - behind
  const now = () => simulated ?? live()

  function insert(task: Task): void {
    let at = waiting.length
    while (at > 0 && (waiting[at - 1]?.time ?? 0) > task.time) at--
    waiting.splice(at, 0, task)
  }

  function runDue(time: number): void {
    for (let next = waiting[0]; next !== undefined && next.time <= time && !stopped; next = waiting[0]) {
      waiting.shift()
      if (simulated !== undefined) simulated = Math.max(simulated, next.time)
      next.run()
    }
  }

  function arm(): void {
    clearTimeout(timer)
    const next = waiting[0]
    if (simulated !== undefined || next === undefined || stopped) return
    timer = setTimeout(
      () => {
        runDue(live())
        arm()
      },
      Math.min(longestTimeout, Math.max(0, next.time - live())),
    )
    timer.unref()
  }

  return {
    now,
    at(time, run) {
      const task = { time, run }
      insert(task)
      if (waiting[0] === task) arm()
      return () => {
        waiting = waiting.filter((other) => other !== task)
      }
    },
    advance(time) {
      runDue(time)
      simulated = time
    },
    goLive(behindMs = 0) {
      behind = behindMs
      simulated = undefined
      arm()
    },
    stop() {
      stopped = true
      waiting = []
      clearTimeout(timer)
    },
  }
}
