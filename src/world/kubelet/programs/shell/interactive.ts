/** A shell with a person at a terminal: a prompt, a line, what it does, and again. */
import { parse } from 'unbash'
import { Signaled, type Step } from '../step.ts'
import { runStatements } from './interpret.ts'
import { FunctionReturn, LoopJump, ShellExit, type ShellState, type Streams } from './state.ts'

/** Lines are read and run until `exit` or the end of input (Ctrl-D); gives the exit code. */
export function* interact(state: ShellState, streams: Streams): Step<number> {
  let pending = ''
  for (;;) {
    streams.stdout(pending === '' ? promptOf(state) : '> ')
    const line = yield* unlessInterrupted(streams.stdin.readLine())
    if (line === 'interrupted') {
      streams.stdout('\n')
      state.lastCode = 130
      pending = ''
      continue
    }
    if (line.read === undefined) {
      if (state.tty) streams.stdout(state.name === 'bash' ? 'exit\n' : '\n')
      return state.lastCode
    }
    const text = pending + line.read
    const { commands, errors } = parse(text)
    const [problem] = errors ?? []
    // What is wrong at the very end may come with the next line.
    if (
      problem !== undefined &&
      (problem.pos >= text.trimEnd().length || /unterminated/.test(problem.message))
    ) {
      pending = `${text}\n`
      continue
    }
    pending = ''
    if (problem !== undefined) {
      streams.stderr(`${state.name}: syntax error: ${problem.message}\n`)
      state.lastCode = 2
      continue
    }
    try {
      const done = yield* unlessInterrupted(runStatements(state, commands, streams))
      if (done === 'interrupted') {
        streams.stdout('\n')
        state.lastCode = 130
      }
    } catch (error) {
      if (error instanceof ShellExit) return error.code
      if (!(error instanceof LoopJump || error instanceof FunctionReturn)) throw error
    }
  }
}

/** What a step comes to, unless Ctrl-C ends it: that ends what runs, and never the shell. */
function* unlessInterrupted<T>(step: Step<T>): Step<{ readonly read: T } | 'interrupted'> {
  try {
    return { read: yield* step }
  } catch (error) {
    if (error instanceof Signaled && error.signal === 2) return 'interrupted'
    throw error
  }
}

function promptOf({ cwd, name, variables }: ShellState): string {
  const shown = cwd === variables.get('HOME') ? '~' : cwd
  return name === 'bash' ? `root@${variables.get('HOSTNAME') ?? 'localhost'}:${shown}# ` : `${shown} # `
}
