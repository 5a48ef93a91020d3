/**
 * What programs are made of: generators that say what they wait for. Whoever runs them does the waiting, so that a
 * program's course is decided without timers or sockets of its own.
 */

/** Something that a program waits for. */
export interface Wait {
  /** Whether it has come: the program goes on. */
  readonly ready: () => boolean
  /** Calls `wake` when it may have come. Gives what ends that. */
  readonly begin: (wake: () => void) => () => void
}

/** A part of a program that comes to a `T`. */
export type Step<T> = Generator<Wait, T, void>

/** Thrown into a program that is told to end: 15 for SIGTERM, 2 for SIGINT, 9 for SIGKILL. */
export class Signaled extends Error {
  readonly signal: number
  constructor(signal: number) {
    super(`signal ${signal}`)
    this.name = 'Signaled'
    this.signal = signal
  }
}

/** Thrown by a write to a pipe whose reader has gone. */
export class BrokenPipe extends Error {
  constructor() {
    super('Broken pipe')
    this.name = 'BrokenPipe'
  }
}

/** Waits for a promise, and gives what it resolves to. Throws what it rejects with. */
export function* settled<T>(promise: Promise<T>): Step<T> {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined
  const wakes = new Set<() => void>()
  const tell = () => {
    for (const wake of [...wakes]) wake()
  }
  promise.then(
    (value) => {
      outcome = { value }
      tell()
    },
    (error: unknown) => {
      outcome = { error }
      tell()
    },
  )
  yield {
    ready: () => outcome !== undefined,
    begin(wake) {
      wakes.add(wake)
      return () => {
        wakes.delete(wake)
      }
    },
  }
  if (outcome === undefined) throw new Error('a program was woken before what it waited for had come')
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** Waits for the first of several. */
function anyOf(waits: readonly Wait[]): Wait {
  return {
    ready: () => waits.some((wait) => wait.ready()),
    begin(wake) {
      const ends = waits.map((wait) => wait.begin(wake))
      return () => {
        for (const end of ends) end()
      }
    },
  }
}

/** Runs all at once, each going on when what it waits for has come; gives what they come to, in their order. */
export function* together<T>(steps: readonly Step<T>[]): Step<readonly T[]> {
  const lives = steps.map((step) => ({ step, next: step.next() }))
  for (;;) {
    const waits = lives.flatMap(({ next }) => (next.done ? [] : [next.value]))
    if (waits.length === 0) return lives.flatMap(({ next }) => (next.done ? [next.value] : []))
    let moved = false
    for (const life of lives) {
      if (life.next.done || !life.next.value.ready()) continue
      life.next = life.step.next()
      moved = true
    }
    if (moved) continue
    try {
      yield anyOf(waits)
    } catch (signal) {
      for (const { step, next } of lives) if (!next.done) endWith(step, signal)
      throw signal
    }
  }
}

/** Gives a program the signal that ends it; whatever it does about it is its last. */
function endWith<T>(step: Step<T>, signal: unknown): void {
  try {
    step.throw(signal)
  } catch {
    // It ended by the signal, as it should.
  }
}
