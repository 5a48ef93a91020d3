/** Runs a command inside a practice world, where `handrail` is the one that started it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { PracticeWorld } from './practice-world.ts'
import { shellQuote } from './shell-quote.ts'

/** What Handrail itself is started by: a program and its first arguments. */
export type OwnProgram = readonly [string, ...string[]]

export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The world's environment as lines for a shell, e.g. `export API_URL='http://127.0.0.1:41234'`. */
export function exportLines(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join('')
}

/** Lets a task use the world's environment with a `handrail` on its PATH, in a directory that goes afterwards. */
export async function insideWorld<Result>(
  world: PracticeWorld,
  program: OwnProgram,
  task: (env: Readonly<Record<string, string>>, directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'handrail-bin-'))
  try {
    const script = `#!/bin/sh\nexec ${program.map(shellQuote).join(' ')} "$@"\n`
    await writeFile(join(directory, 'handrail'), script, { mode: 0o755 })
    const path = [directory, world.env.PATH ?? ''].filter((part) => part !== '').join(delimiter)
    return await task({ ...world.env, PATH: path }, directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/**
 * Runs the command on this process's own input and output, and gives its exit code: 128 and the signal's number when
 * a signal ended it, 127 when it can't be started. Signals are handed on to it.
 */
export async function runIn(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<number> {
  const [file = '', ...args] = command
  // A command may be told to end as soon as it has begun, so whoever hands that on is there before it.
  let child: ChildProcess | undefined
  const forget = forwardSignals((signal) => child?.kill(signal))
  try {
    const started = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    child = started
    return await new Promise((resolve) => {
      started.once('error', (error) => {
        say(`${file} can't be started: ${error.message}`)
        resolve(127)
      })
      started.once('exit', (code, signal) =>
        resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]),
      )
    })
  } finally {
    forget()
  }
}

/** Hands signals on to the command: its end is ours. Gives what stops that. */
function forwardSignals(handOn: (signal: NodeJS.Signals) => void): () => void {
  const handlers = endingSignals.map((signal) => {
    // From a terminal, Ctrl-C has reached the command already: both are in the foreground group.
    const handler = () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) handOn(signal)
    }
    process.on(signal, handler)
    return { signal, handler }
  })
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler)
  }
}
