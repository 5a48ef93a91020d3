/** `handrail world`: the practice world alone, for a command of one's own or for another terminal. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type PracticeWorld, startPracticeWorld } from './practice-world.ts'

export interface WorldCommandOptions {
  /** What to run in the world; empty: print how to get in, and wait. */
  readonly command: readonly string[]
  readonly speed?: number
  readonly seed?: number
  /** How Handrail itself is started; default: as this process was. */
  readonly program?: readonly [string, ...string[]]
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type EndingSignal = (typeof endingSignals)[number]

/** A value as a shell takes it literally. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The world's environment as lines for a shell, e.g. `export API_URL='http://127.0.0.1:41234'`. */
export function exportLines(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join('')
}

/**
 * Runs the command in a practice world and gives its exit code (128 and the signal's number when a signal ended
 * it, 127 when it can't be started); the world ends with it. Without a command it prints exports on stdout and
 * stays until a signal comes; then the code is 0, or 1 if the world ended first.
 */
export async function worldCommand(options: WorldCommandOptions): Promise<number> {
  const { command, speed = 1, seed = 1 } = options
  const say = (line: string) => void process.stderr.write(`handrail: ${line}\n`)
  let world: PracticeWorld
  try {
    world = await startPracticeWorld({ speed, seed, onProgress: say })
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return 1
  }
  const program = options.program ?? [process.execPath, process.argv[1] ?? '']
  const links = await mkdtemp(join(tmpdir(), 'handrail-bin-'))
  try {
    await linkHandrail(links, program)
    const env = {
      ...world.env,
      PATH: [links, world.env.PATH ?? ''].filter((part) => part !== '').join(delimiter),
    }
    return command.length === 0 ? await stay(world, env, say) : await runIn(command, env, say)
  } finally {
    await world.close()
    await rm(links, { recursive: true, force: true })
  }
}

/** A `handrail` for the PATH, so that the command finds the same one that started the world. */
async function linkHandrail(directory: string, program: readonly string[]): Promise<void> {
  const script = `#!/bin/sh\nexec ${program.map(shellQuote).join(' ')} "$@"\n`
  await writeFile(join(directory, 'handrail'), script, { mode: 0o755 })
}

async function runIn(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<number> {
  const [file = '', ...args] = command
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  const forget = forwardSignals(child)
  try {
    return await new Promise((resolve) => {
      child.once('error', (error) => {
        say(`${file} can't be started: ${error.message}`)
        resolve(127)
      })
      child.once('exit', (code, signal) =>
        resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]),
      )
    })
  } finally {
    forget()
  }
}

/** Hands signals on to the command: its end is ours. Gives what stops that. */
function forwardSignals(child: ChildProcess): () => void {
  const handlers = endingSignals.map((signal) => {
    // From a terminal, Ctrl-C has reached the command already: both are in the foreground group.
    const handler = () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    process.on(signal, handler)
    return { signal, handler }
  })
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler)
  }
}

async function stay(
  world: PracticeWorld,
  env: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<number> {
  let stop: (signal: EndingSignal) => void = () => {}
  const signalled = new Promise<EndingSignal>((resolve) => {
    stop = resolve
  })
  for (const signal of endingSignals) process.on(signal, stop)
  process.stdout.write(exportLines(env))
  say('the practice world is up. Use it in another terminal:')
  say('  handrail world > world.env &   then   . ./world.env && kubectl get pods')
  say(`Stop it with Ctrl-C here, or: kill ${process.pid}`)
  try {
    const end = await Promise.race([signalled, world.ended.then(() => 'ended' as const)])
    if (end !== 'ended') return 0
    say('the practice world ended by itself. What happened in it is gone; start it again.')
    return 1
  } finally {
    for (const signal of endingSignals) process.off(signal, stop)
  }
}
