/** Redirections: where a command reads from and writes to. */
import type { Redirection } from 'unbash'
import { textSource } from '../pipe.ts'
import { resolvePath } from '../program.ts'
import type { Step } from '../step.ts'
import { expandHereDoc, expandText, type Substitute } from './expand.ts'
import { ShellError, type ShellState, type Streams } from './state.ts'

/** The streams that a command has after its redirections. Throws ShellError for a file that can't be opened. */
export function* redirected(
  state: ShellState,
  redirections: readonly Redirection[],
  streams: Streams,
  substitute: Substitute,
): Step<Streams> {
  let { stdin, stdout, stderr } = streams
  for (const redirection of redirections) {
    if (redirection.type === 'HereDoc') {
      stdin = textSource(yield* expandHereDoc(state, redirection, substitute))
      continue
    }
    const { operator, target, descriptor } = redirection
    const name = target === undefined ? '' : yield* expandText(state, target, substitute)
    if (operator === '<<<') {
      stdin = textSource(`${name}\n`)
      continue
    }
    const number = descriptor?.type === 'FileDescriptor' ? descriptor.value : undefined
    if (operator === '<') {
      const path = resolvePath(state.cwd, name)
      const text = path === '/dev/null' ? '' : state.room.files.read(path)
      if (text === undefined) throw new ShellError(`can't open ${name}: no such file`)
      stdin = textSource(text)
    } else if (operator === '>&' && /^\d$/.test(name)) {
      const to = name === '2' ? stderr : stdout
      if ((number ?? 1) === 2) stderr = to
      else stdout = to
    } else if (operator === '<&' || operator === '<>') {
      throw new ShellError(`${operator} is not known here`, 2)
    } else {
      const sink = fileSink(state, name, operator === '>>' || operator === '&>>')
      if (operator === '&>' || operator === '&>>' || operator === '>&') {
        stdout = sink
        stderr = sink
      } else if (number === 2) stderr = sink
      else stdout = sink
    }
  }
  return { stdin, stdout, stderr }

  function fileSink(of: ShellState, name: string, appends: boolean) {
    const path = resolvePath(of.cwd, name)
    if (path === '/dev/null') return () => {}
    if (path === '/dev/stdout' || path === '/proc/1/fd/1') return streams.stdout
    if (path === '/dev/stderr' || path === '/proc/1/fd/2') return streams.stderr
    const { files } = of.room
    if (files.list(path) !== undefined) throw new ShellError(`can't create ${name}: Is a directory`)
    const before = appends ? (files.read(path) ?? '') : ''
    if (!files.write(path, before)) throw new ShellError(`can't create ${name}: Permission denied`)
    return (text: string) => {
      files.write(path, (files.read(path) ?? '') + text)
    }
  }
}
