/** The commands that a shell carries out itself. */
import { parse, type Statement } from 'unbash'
import { resolvePath } from '../program.ts'
import type { Step } from '../step.ts'
import { FunctionReturn, LoopJump, ShellError, ShellExit, type ShellState, type Streams } from './state.ts'

interface BuiltinCall {
  readonly state: ShellState
  readonly args: readonly string[]
  readonly streams: Streams
  /** Runs statements in this very shell. */
  readonly run: (statements: readonly Statement[]) => Step<number>
}

type Builtin = (call: BuiltinCall) => number | Step<number>

function number(text: string | undefined, otherwise: number): number {
  return text === undefined || !/^\d+$/.test(text) ? otherwise : Number(text)
}

const cd: Builtin = ({ state, args, streams }) => {
  const path = resolvePath(state.cwd, args[0] ?? state.variables.get('HOME') ?? '/')
  if (state.room.files.list(path) === undefined) {
    streams.stderr(`${state.name}: cd: can't cd to ${args[0] ?? path}\n`)
    return 2
  }
  state.cwd = path
  return 0
}

const exportNames: Builtin = ({ state, args, streams }) => {
  if (args.length === 0 || args[0] === '-p') {
    for (const name of [...state.exported].sort())
      streams.stdout(`export ${name}='${state.variables.get(name) ?? ''}'\n`)
    return 0
  }
  for (const word of args) {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    if (equals >= 0) state.variables.set(name, word.slice(equals + 1))
    state.exported.add(name)
  }
  return 0
}

const set: Builtin = ({ state, args, streams }) => {
  if (args.length === 0)
    for (const [name, value] of [...state.variables].sort()) streams.stdout(`${name}='${value}'\n`)
  for (const [at, word] of args.entries()) {
    if (word === '--') {
      state.parameters = args.slice(at + 1)
      return 0
    }
    if (!/^[-+]/.test(word)) continue
    const on = word.startsWith('-')
    if (word.includes('e')) state.endsAtFailure = on
    if (word.includes('u')) state.refusesUnset = on
    if (word.includes('x')) state.shows = on
  }
  return 0
}

function* read({ state, args, streams }: BuiltinCall): Step<number> {
  const names = args.filter((word) => !word.startsWith('-'))
  const line = yield* streams.stdin.readLine()
  const words = (line ?? '').trim().split(/[ \t]+/)
  const all = names.length === 0 ? ['REPLY'] : names
  for (const [at, name] of all.entries())
    state.variables.set(name, at === all.length - 1 ? words.slice(at).join(' ') : (words[at] ?? ''))
  return line === undefined ? 1 : 0
}

const type: Builtin = ({ state, args, streams }) => {
  let code = 0
  for (const name of args) {
    if (Object.hasOwn(builtins, name)) streams.stdout(`${name} is a shell builtin\n`)
    else if (state.functions.has(name)) streams.stdout(`${name} is a function\n`)
    else if (state.room.programs.has(name)) streams.stdout(`${name} is /usr/bin/${name}\n`)
    else {
      streams.stdout(`${name}: not found\n`)
      code = 127
    }
  }
  return code
}

function* command(call: BuiltinCall): Step<number> {
  const { state, args, streams } = call
  if (args[0] === '-v') {
    const name = args[1] ?? ''
    const found = Object.hasOwn(builtins, name) || state.functions.has(name)
    const isProgram = state.room.programs.has(name)
    if (found || isProgram) streams.stdout(isProgram && !found ? `/usr/bin/${name}\n` : `${name}\n`)
    return found || isProgram ? 0 : 127
  }
  return yield* rerun(call, args)
}

/** Runs words as they are, without expanding them again. */
function* rerun({ run }: BuiltinCall, words: readonly string[]): Step<number> {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return yield* run(parse(quoted).commands)
}

const trap: Builtin = ({ state, args }) => {
  const [action = '', ...signals] = args
  for (const signal of signals) {
    const name = signal
      .replace(/^SIG/, '')
      .replace(/^0$/, 'EXIT')
      .replace(/^15$/, 'TERM')
      .replace(/^2$/, 'INT')
    if (action === '-') state.traps.delete(name)
    else state.traps.set(name, action)
  }
  return 0
}

function leave(goesOn: boolean): Builtin {
  return ({ args }) => {
    throw new LoopJump(number(args[0], 1), goesOn)
  }
}

export const builtins: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  cd,
  command,
  export: exportNames,
  read,
  set,
  trap,
  type,
  break: leave(false),
  continue: leave(true),
  eval: (call) => call.run(parse(call.args.join(' ')).commands),
  *exec(call) {
    if (call.args.length === 0) return 0
    throw new ShellExit(yield* rerun(call, call.args))
  },
  exit: ({ state, args }) => {
    throw new ShellExit(number(args[0], state.lastCode) & 255)
  },
  local: ({ state, args }) => {
    for (const word of args) {
      const equals = word.indexOf('=')
      state.variables.set(equals < 0 ? word : word.slice(0, equals), equals < 0 ? '' : word.slice(equals + 1))
    }
    return 0
  },
  pwd: ({ state, streams }) => {
    streams.stdout(`${state.cwd}\n`)
    return 0
  },
  return: ({ state, args }) => {
    throw new FunctionReturn(number(args[0], state.lastCode))
  },
  shift: ({ state, args }) => {
    state.parameters = state.parameters.slice(number(args[0], 1))
    return 0
  },
  unset: ({ state, args }) => {
    for (const name of args) {
      state.variables.delete(name)
      state.exported.delete(name)
    }
    return 0
  },
  wait: ({ args }) => {
    if (args.length > 0) throw new ShellError(`wait: pid ${args[0]} is not a child of this shell`, 127)
    return 0
  },
}
