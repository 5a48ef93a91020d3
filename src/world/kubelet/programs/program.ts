/** What a program is, and what it finds around it in its container. */
import type { Sink, Source } from './pipe.ts'
import type { Step, Wait } from './step.ts'

/** One run of a program. */
export interface Call {
  /** The words after the program's own name. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stdin: Source
  readonly stdout: Sink
  readonly stderr: Sink
  /** Whether a terminal stands at stdin and stdout. */
  readonly tty: boolean
  readonly room: Room
}

/** Comes to the exit code: at once for a program that waits for nothing. */
export type Program = (call: Call) => number | Step<number>

/** Runs a program to its exit code. */
export function* runCall(program: Program, call: Call): Step<number> {
  const outcome = program(call)
  return typeof outcome === 'number' ? outcome : yield* outcome
}

export interface HttpAsk {
  readonly method: string
  readonly url: URL
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | undefined
  /** How long it may take; undefined for as long as it takes. */
  readonly timeoutMs: number | undefined
}

export type HttpReply =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly reason: string
      readonly headers: readonly (readonly [name: string, value: string])[]
      readonly body: string
      readonly tookMs: number
    }
  | { readonly kind: 'no-such-host' | 'refused' | 'timed-out' | 'cut-off'; readonly tookMs: number }

/** What a PostgreSQL server says to one who asks whether it takes connections. */
export type DatabaseReadiness = 'accepting' | 'rejecting' | 'no response'

/** What stands around a program: its container, and the network as far as the practice world has one. */
export interface Room {
  readonly hostname: string
  readonly namespace: string
  readonly ip: string
  /** The programs that the image has, by name. */
  readonly programs: ReadonlyMap<string, Program>
  readonly files: Files
  /** The main process first. */
  readonly processes: () => readonly { readonly pid: number; readonly command: string }[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Waits that many milliseconds of a real cluster's time. */
  readonly sleep: (ms: number) => Wait
  readonly ask: (ask: HttpAsk) => Promise<HttpReply>
  readonly askDatabase: (host: string, port: number) => Promise<DatabaseReadiness>
  /** The addresses of a host's name; none for one that isn't known. */
  readonly resolve: (host: string) => { readonly name: string; readonly addresses: readonly string[] }
}

/** A container's files, as far as a program may look at them. */
export interface Files {
  /** A file's text; undefined when there is none. */
  readonly read: (path: string) => string | undefined
  /** The names in a directory, sorted; undefined when there is none. */
  readonly list: (path: string) => readonly string[] | undefined
  /** False where it can't be written. */
  readonly write: (path: string, text: string) => boolean
  readonly remove: (path: string) => boolean
}

/** A path from `cwd`, without `.` and `..`. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = []
  for (const part of `${path.startsWith('/') ? '' : `${cwd}/`}${path}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** A program's name without its directory: `/bin/sh` is `sh`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
