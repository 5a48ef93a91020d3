/** Runs a program: waits for what it waits for, and tells when it has ended. */
import { BrokenPipe, Signaled, type Step, type Wait } from './step.ts'

export interface Process {
  /** Gives it a signal; a program that does nothing about it ends by it. */
  readonly signal: (signal: number) => void
}

/**
 * Starts a program. It runs until it first waits before this returns. `onEnd` hears its exit code once, maybe
 * before this returns: 128 and the signal's number for one that a signal has ended. `onError` hears of what went
 * wrong in a program's own making; it ends with 1 then.
 */
export function startProcess(
  program: Step<number>,
  onEnd: (code: number) => void,
  onError: (error: unknown) => void,
): Process {
  let ended = false
  let stopWaiting = () => {}

  function end(code: number): void {
    if (ended) return
    ended = true
    stopWaiting()
    onEnd(code)
  }

  function goOn(move: () => IteratorResult<Wait, number>): void {
    if (ended) return
    stopWaiting()
    stopWaiting = () => {}
    try {
      let next = move()
      for (;;) {
        if (next.done) {
          end(next.value & 255)
          return
        }
        const wait = next.value
        if (!wait.ready()) {
          let woken = false
          stopWaiting = wait.begin(() => {
            // A wake may come again, and while something else is under way: only the first one counts.
            if (woken || !wait.ready()) return
            woken = true
            goOn(() => program.next())
          })
          return
        }
        next = program.next()
      }
    } catch (error) {
      if (error instanceof Signaled) end(128 + error.signal)
      else if (error instanceof BrokenPipe) end(141)
      else {
        onError(error)
        end(1)
      }
    }
  }

  goOn(() => program.next())
  return {
    signal(signal) {
      // What can't be caught ends it whatever it would do.
      if (signal === 9) end(137)
      else goOn(() => program.throw(new Signaled(signal)))
    },
  }
}
