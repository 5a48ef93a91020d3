/** `sh` and `bash`: a script given by `-c`, from a file or from stdin, or a person at a terminal. */
import { parse, type Statement } from 'unbash'
import { readAll } from '../pipe.ts'
import { type Call, type Program, resolvePath } from '../program.ts'
import { Signaled, type Step } from '../step.ts'
import { interact } from './interactive.ts'
import { runStatements } from './interpret.ts'
import { FunctionReturn, LoopJump, ShellExit, type ShellState, type Streams } from './state.ts'

/** The shell, under the name that it was called by. */
export function shell(name: 'sh' | 'bash' | 'ash' | 'dash'): Program {
  return function* (call) {
    const { env, cwd, room, tty, stdin, stdout, stderr } = call
    const flags = readFlags(call.args)
    const state: ShellState = {
      room,
      name: flags.called ?? name,
      variables: new Map(Object.entries(env)),
      exported: new Set(Object.keys(env)),
      functions: new Map(),
      traps: new Map(),
      parameters: flags.parameters,
      cwd,
      lastCode: 0,
      endsAtFailure: flags.letters.includes('e'),
      refusesUnset: flags.letters.includes('u'),
      shows: flags.letters.includes('x'),
      tty,
    }
    const streams: Streams = { stdin, stdout, stderr }
    if (flags.script === undefined && flags.file === undefined && (tty || flags.letters.includes('i')))
      return yield* interact(state, streams)
    let script = flags.script
    if (script === undefined && flags.file !== undefined) {
      script = room.files.read(resolvePath(cwd, flags.file))
      if (script === undefined) {
        stderr(`${name}: 0: cannot open ${flags.file}: No such file\n`)
        return 2
      }
    }
    return yield* runScript(state, script ?? (yield* readAll(stdin)), streams)
  }
}

function readFlags(words: readonly string[]): {
  readonly letters: string
  readonly script: string | undefined
  readonly file: string | undefined
  /** What it is to call itself. */
  readonly called: string | undefined
  readonly parameters: readonly string[]
} {
  let at = 0
  let letters = ''
  for (; /^[-+][a-zA-Z]/.test(words[at] ?? ''); at++) {
    letters += words[at]?.slice(1) ?? ''
    if (words[at] === '-o') at++
  }
  if (words[at] === '--') at++
  // After -c comes the script, then what it calls itself, then its parameters.
  if (letters.includes('c'))
    return {
      letters,
      script: words[at] ?? '',
      file: undefined,
      called: words[at + 1],
      parameters: words.slice(at + 2),
    }
  const file = words[at]
  return { letters, script: undefined, file, called: file, parameters: words.slice(at + 1) }
}

/** Runs a whole script; a signal runs the trap that was set for it, and ends the shell otherwise. */
function* runScript(state: ShellState, text: string, streams: Streams): Step<number> {
  const { commands, errors } = parse(text)
  const [problem] = errors ?? []
  if (problem !== undefined) {
    const line = text.slice(0, problem.pos).split('\n').length
    streams.stderr(`${state.name}: ${line}: Syntax error: ${problem.message}\n`)
    return 2
  }
  let code: number
  try {
    code = yield* ending(state, commands, streams)
  } catch (error) {
    if (!(error instanceof Signaled)) throw error
    const action = state.traps.get(error.signal === 2 ? 'INT' : error.signal === 15 ? 'TERM' : '')
    if (action === undefined) throw error
    code = yield* ending(state, parse(action).commands, streams)
  }
  const last = state.traps.get('EXIT')
  state.lastCode = code
  if (last !== undefined) yield* ending(state, parse(last).commands, streams)
  return code
}

/** The exit code that statements end with, however they leave. */
function* ending(state: ShellState, statements: readonly Statement[], streams: Streams): Step<number> {
  try {
    return yield* runStatements(state, statements, streams)
  } catch (error) {
    if (error instanceof ShellExit || error instanceof FunctionReturn) return error.code
    if (error instanceof LoopJump) return 0
    throw error
  }
}

/** Whether a call of this program has anything to handle SIGTERM: a shell that sets a trap for it. */
export function handlesTermination({ args }: Pick<Call, 'args'>): boolean {
  const script = readFlags(args).script ?? ''
  return /\btrap\b[^\n]*\b(?:SIG)?TERM\b/.test(script)
}
