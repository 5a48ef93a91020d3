/** What a shell remembers between its commands. */
import type { CompoundCommand, CompoundList, Redirected } from 'unbash'
import type { Sink, Source } from '../pipe.ts'
import type { Room } from '../program.ts'

export interface ShellState {
  readonly room: Room
  /** What it calls itself in its complaints. */
  readonly name: string
  readonly variables: Map<string, string>
  readonly exported: Set<string>
  readonly functions: Map<string, CompoundCommand | Redirected | CompoundList>
  /** What is to be run at a signal, by its name, or at the shell's end (`EXIT`). */
  readonly traps: Map<string, string>
  /** $1, $2, … */
  parameters: readonly string[]
  cwd: string
  /** $? */
  lastCode: number
  /** `set -e`: a command that fails ends the shell. */
  endsAtFailure: boolean
  /** `set -u`: an unset variable is an error. */
  refusesUnset: boolean
  /** `set -x`: commands are shown before they are run. */
  shows: boolean
  readonly tty: boolean
}

/** What a command reads from and writes to. */
export interface Streams {
  readonly stdin: Source
  readonly stdout: Sink
  readonly stderr: Sink
}

/** The shell is to end with that exit code. */
export class ShellExit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** Leaves so many loops, or goes on with the next turn of the last of them. */
export class LoopJump extends Error {
  readonly levels: number
  readonly goesOn: boolean
  constructor(levels: number, goesOn: boolean) {
    super('loop')
    this.levels = levels
    this.goesOn = goesOn
  }
}

/** Leaves a function. */
export class FunctionReturn extends Error {
  readonly code: number
  constructor(code: number) {
    super('return')
    this.code = code
  }
}

/** A complaint that ends the command at hand. */
export class ShellError extends Error {
  readonly code: number
  constructor(message: string, code = 1) {
    super(message)
    this.code = code
  }
}

/** A copy that can go its own way, as a subshell does. */
export function subshell(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    traps: new Map(),
  }
}

/** The environment that a program run by the shell gets. */
export function environmentOf(state: ShellState): Readonly<Record<string, string>> {
  const exported = [...state.variables].filter(([name]) => state.exported.has(name))
  return Object.fromEntries(exported)
}
