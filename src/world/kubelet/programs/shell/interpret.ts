/** Runs shell text: lists, pipelines, conditions, loops, functions. */
import type {
  AndOr,
  CaseItem,
  Command,
  CommandNode,
  CompoundCommand,
  CompoundList,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Statement,
} from 'unbash'
import { createPipe, readAll } from '../pipe.ts'
import { BrokenPipe, type Step, together } from '../step.ts'
import { arithmetic } from './arithmetic.ts'
import { builtins } from './builtins.ts'
import { runProgram } from './command.ts'
import { expandText, expandWords, type Substitute, variableValue } from './expand.ts'
import { patternRegExp } from './glob.ts'
import { loop } from './loop.ts'
import { redirected } from './redirect.ts'
import { FunctionReturn, ShellError, ShellExit, type ShellState, type Streams, subshell } from './state.ts'

/**
 * Runs statements one after the other and gives the exit code of the last. Throws ShellExit for `exit`, and
 * Signaled when the shell is told to end.
 */
export function* runStatements(
  state: ShellState,
  statements: readonly Statement[],
  streams: Streams,
): Step<number> {
  for (const { command } of statements) {
    try {
      state.lastCode = yield* runNode(state, command, streams)
    } catch (error) {
      if (!(error instanceof ShellError)) throw error
      streams.stderr(`${state.name}: ${error.message}\n`)
      state.lastCode = error.code
    }
    const tests = command.type === 'AndOr' || (command.type === 'Pipeline' && command.prefixes.length > 0)
    if (state.endsAtFailure && state.lastCode !== 0 && !tests) throw new ShellExit(state.lastCode)
  }
  return state.lastCode
}

function runNode(state: ShellState, node: PipelineNode | AndOr, streams: Streams): Step<number> {
  if (node.type === 'AndOr') return runAndOr(state, node, streams)
  return node.type === 'Pipeline' ? runPipeline(state, node, streams) : runCommand(state, node, streams)
}

function* runAndOr(state: ShellState, { commands, operators }: AndOr, streams: Streams): Step<number> {
  for (const [at, command] of commands.entries()) {
    const operator = at === 0 ? undefined : operators[at - 1]
    if (operator === '&&' && state.lastCode !== 0) continue
    if (operator === '||' && state.lastCode === 0) continue
    state.lastCode = yield* unchecked(state, () => runNode(state, command, streams))
  }
  return state.lastCode
}

/** Runs what is only asked whether it succeeds: `set -e` doesn't count there. */
function* unchecked(state: ShellState, run: () => Step<number>): Step<number> {
  const before = state.endsAtFailure
  state.endsAtFailure = false
  try {
    return yield* run()
  } finally {
    state.endsAtFailure = before
  }
}

function* runPipeline(state: ShellState, node: Pipeline, streams: Streams): Step<number> {
  const [only, ...others] = node.commands
  const negated = node.prefixes.some(({ type }) => type === 'Negation')
  let code = 0
  if (only !== undefined && others.length === 0) code = yield* runCommand(state, only, streams)
  else {
    const pipes = others.map(() => createPipe())
    const stages = node.commands.map((command, at): Step<number> => {
      const input = at === 0 ? undefined : pipes[at - 1]
      const output = pipes[at]
      const all = node.operators[at] === '|&'
      const own: Streams = {
        stdin: input ?? streams.stdin,
        stdout: output?.write ?? streams.stdout,
        stderr: all && output !== undefined ? output.write : streams.stderr,
      }
      return stage(subshell(state), command, own, () => {
        output?.close()
        input?.closeReading()
      })
    })
    code = (yield* together(stages)).at(-1) ?? 0
  }
  return negated ? Number(code === 0) : code
}

/** One part of a pipeline, in a subshell of its own. */
function* stage(state: ShellState, command: CommandNode, streams: Streams, onEnd: () => void): Step<number> {
  try {
    return yield* runCommand(state, command, streams)
  } catch (error) {
    if (error instanceof ShellExit) return error.code
    if (error instanceof BrokenPipe) return 141
    if (!(error instanceof ShellError)) throw error
    streams.stderr(`${state.name}: ${error.message}\n`)
    return error.code
  } finally {
    onEnd()
  }
}

function substituteIn(state: ShellState, streams: Streams): Substitute {
  return function* substitute(script: ParsedScript | undefined) {
    const own = subshell(state)
    const pipe = createPipe()
    try {
      state.lastCode = yield* runStatements(own, script?.commands ?? [], { ...streams, stdout: pipe.write })
    } catch (error) {
      if (!(error instanceof ShellExit)) throw error
      state.lastCode = error.code
    }
    pipe.close()
    return yield* readAll(pipe)
  }
}

function* runCommand(state: ShellState, node: CommandNode, streams: Streams): Step<number> {
  switch (node.type) {
    case 'Command':
      return yield* runSimple(state, node, streams)
    case 'Redirected':
      return yield* runCompound(
        state,
        node.command,
        yield* redirected(state, node.redirects, streams, substituteIn(state, streams)),
      )
    case 'Function':
      state.functions.set(node.name.value, node.body)
      return 0
    case 'Coproc':
      throw new ShellError('coproc: not found', 127)
    default:
      return yield* runCompound(state, node, streams)
  }
}

function list(state: ShellState, { commands }: CompoundList, streams: Streams): Step<number> {
  return runStatements(state, commands, streams)
}

function* runCompound(state: ShellState, node: CompoundCommand, streams: Streams): Step<number> {
  switch (node.type) {
    case 'BraceGroup':
      return yield* list(state, node.body, streams)
    case 'Subshell':
      try {
        return yield* list(subshell(state), node.body, streams)
      } catch (error) {
        if (error instanceof ShellExit) return error.code
        throw error
      }
    case 'If': {
      for (const { clause, then } of [node, ...node.elif])
        if ((yield* unchecked(state, () => list(state, clause, streams))) === 0)
          return yield* list(state, then, streams)
      return node.else === undefined ? 0 : yield* list(state, node.else, streams)
    }
    case 'While': {
      const body = () => list(state, node.body, streams)
      const test = () => unchecked(state, () => list(state, node.clause, streams))
      return yield* loop(state, body, function* () {
        return ((yield* test()) === 0) === (node.kind === 'while')
      })
    }
    case 'For': {
      const body = () => list(state, node.body, streams)
      const substitute = substituteIn(state, streams)
      const values =
        node.wordlist === undefined
          ? [...state.parameters]
          : [...(yield* expandWords(state, node.wordlist, substitute))]
      return yield* loop(state, body, () => {
        const value = values.shift()
        if (value !== undefined) state.variables.set(node.name.value, value)
        return value !== undefined
      })
    }
    case 'Case':
      return yield* runCase(
        state,
        yield* expandText(state, node.word, substituteIn(state, streams)),
        node.items,
        streams,
      )
    case 'ArithmeticCommand':
      return Number(arithmetic(node.expression, (name) => variableValue(state, name)) === 0)
    default:
      throw new ShellError(`${node.type === 'TestCommand' ? '[[' : node.type.toLowerCase()}: not found`, 127)
  }
}

function* runCase(
  state: ShellState,
  text: string,
  items: readonly CaseItem[],
  streams: Streams,
): Step<number> {
  for (const { pattern, body } of items)
    for (const word of pattern) {
      const source =
        word.parts === undefined ? word.value : yield* expandText(state, word, substituteIn(state, streams))
      if (patternRegExp(source, true).test(text)) return yield* list(state, body, streams)
    }
  return 0
}

function* runSimple(state: ShellState, node: Command, streams: Streams): Step<number> {
  const substitute = substituteIn(state, streams)
  const assigned: (readonly [string, string])[] = []
  for (const each of node.prefix) {
    if (each.type !== 'Assignment' || each.value.type === 'ArrayValue') continue
    const before = each.append ? (variableValue(state, each.name) ?? '') : ''
    assigned.push([each.name, before + (yield* expandText(state, each.value, substitute))])
  }
  const words: string[] = []
  if (node.name !== undefined) words.push(...(yield* expandWords(state, [node.name], substitute)))
  for (const argument of node.args) {
    if (argument.type === 'Word') words.push(...(yield* expandWords(state, [argument], substitute)))
    else if (argument.value.type !== 'ArrayValue')
      words.push(`${argument.name}=${yield* expandText(state, argument.value, substitute)}`)
  }
  const [name, ...args] = words
  const own = yield* redirected(state, node.redirects, streams, substitute)
  if (state.shows && name !== undefined) streams.stderr(`+ ${words.join(' ')}\n`)
  if (name === undefined) {
    for (const [variable, value] of assigned) state.variables.set(variable, value)
    return assigned.length === 0 ? state.lastCode : 0
  }
  const body = state.functions.get(name)
  if (body !== undefined) return yield* callFunction(state, body, args, own)
  const builtin = builtins[name]
  if (builtin !== undefined) {
    for (const [variable, value] of assigned) state.variables.set(variable, value)
    const run = (statements: readonly Statement[]) => runStatements(state, statements, own)
    const outcome = builtin({ state, args, streams: own, run })
    return typeof outcome === 'number' ? outcome : yield* outcome
  }
  return yield* runProgram(state, name, args, assigned, own)
}

function* callFunction(
  state: ShellState,
  body: CompoundList | Exclude<CommandNode, Command | { type: 'Function' | 'Coproc' }>,
  args: readonly string[],
  streams: Streams,
): Step<number> {
  const before = state.parameters
  state.parameters = args
  try {
    return body.type === 'CompoundList'
      ? yield* list(state, body, streams)
      : yield* runCommand(state, body, streams)
  } catch (error) {
    if (error instanceof FunctionReturn) return error.code
    throw error
  } finally {
    state.parameters = before
  }
}
