/** A pipe between two programs, or between a client and a program: text goes in, and comes out in the same order. */
import { BrokenPipe, type Step, type Wait } from './step.ts'

/** Where a program reads from. */
export interface Source {
  /** The next text there is, or undefined once there will be none. */
  readonly read: () => Step<string | undefined>
  /** The next line without its break, or undefined at the end. */
  readonly readLine: () => Step<string | undefined>
  /** Who reads has gone: writing is an error from here on. */
  readonly closeReading: () => void
}

/** Where a program writes to. Throws BrokenPipe when nobody reads it any more. */
export type Sink = (text: string) => void

export interface Pipe extends Source {
  readonly write: Sink
  /** A reader is told once that there is no more, and may read on: Ctrl-D at a terminal. */
  readonly markEnd: () => void
  /** No more will be written. */
  readonly close: () => void
}

/** An empty pipe. */
export function createPipe(): Pipe {
  let held = ''
  let closed = false
  let marked = false
  let abandoned = false
  const wakes = new Set<() => void>()
  const tell = () => {
    for (const wake of [...wakes]) wake()
  }
  const waitFor = (ready: () => boolean): Wait => ({
    ready,
    begin(wake) {
      wakes.add(wake)
      return () => {
        wakes.delete(wake)
      }
    },
  })

  /** A reader has come to the end: for good, or this once. */
  function passEnd(): undefined {
    marked = false
    return undefined
  }

  return {
    write(text) {
      if (abandoned) throw new BrokenPipe()
      if (closed || text === '') return
      held += text
      tell()
    },
    markEnd() {
      marked = true
      tell()
    },
    close() {
      closed = true
      tell()
    },
    closeReading() {
      abandoned = true
      held = ''
    },
    *read() {
      const ready = () => held !== '' || marked || closed
      if (!ready()) yield waitFor(ready)
      if (held === '') return passEnd()
      const text = held
      held = ''
      return text
    },
    *readLine() {
      const ready = () => held.includes('\n') || marked || closed
      if (!ready()) yield waitFor(ready)
      if (held === '') return passEnd()
      const end = held.indexOf('\n')
      const line = end < 0 ? held : held.slice(0, end)
      held = end < 0 ? '' : held.slice(end + 1)
      return line
    },
  }
}

/** A source that has that text and no more. */
export function textSource(text: string): Source {
  const pipe = createPipe()
  pipe.write(text)
  pipe.close()
  return pipe
}

/** Everything that a source has, until its end. */
export function* readAll(source: Source): Step<string> {
  let all = ''
  for (let text = yield* source.read(); text !== undefined; text = yield* source.read()) all += text
  return all
}
