/** Runs one program by its name, as a shell finds it. */
import { baseName, runCall } from '../program.ts'
import { BrokenPipe, type Step } from '../step.ts'
import { environmentOf, type ShellState, type Streams } from './state.ts'

/** Where the programs of an image lie. */
const directories = new Set(['/bin', '/usr/bin', '/usr/local/bin', '/sbin', '/usr/sbin'])

/** The exit code of the program, or 127 with a complaint when the image has none of that name. */
export function* runProgram(
  state: ShellState,
  name: string,
  args: readonly string[],
  assigned: readonly (readonly [name: string, value: string])[],
  streams: Streams,
): Step<number> {
  const slash = name.lastIndexOf('/')
  const findable = slash < 0 || directories.has(name.slice(0, slash))
  const program = findable ? state.room.programs.get(baseName(name)) : undefined
  if (program === undefined) {
    streams.stderr(`${state.name}: ${state.tty ? '' : '1: '}${name}: not found\n`)
    return 127
  }
  const { cwd, room, tty } = state
  const env = { ...environmentOf(state), ...Object.fromEntries(assigned) }
  try {
    return yield* runCall(program, { args, env, cwd, room, tty, ...streams })
  } catch (error) {
    if (error instanceof BrokenPipe) return 141
    throw error
  }
}
