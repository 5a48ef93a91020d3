/**
 * The practice world's process. It opens its doors on 127.0.0.1, prints one line of JSON when they answer, answers
 * what it is asked on its standard input, and ends when that closes or a signal comes.
 */
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Answering, answerAsks } from './control.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { findScenario } from './scenarios/scenarios.ts'
import { serveWorld } from './serve.ts'

/** How long the world may take to close its doors, in milliseconds. */
const endsWithinMs = 2500

/** An error of our own that a client has been told of in few words. */
function complain(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`handrail practice world: ${text}\n`)
}

function fail(message: string): never {
  process.stderr.write(`handrail practice world: ${message}\n`)
  process.exit(2)
}

interface Options {
  readonly speed: number
  readonly seed: number
  readonly scenario: Scenario | undefined
  readonly saved?: string
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        speed: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        scenario: { type: 'string' },
        load: { type: 'string' },
      },
    })
    const speed = Number(values.speed)
    const seed = Number(values.seed)
    if (!Number.isFinite(speed) || speed < 0.1 || speed > 1000)
      return fail(`--speed is "${values.speed}": it must be a number from 0.1 to 1000, e.g. 10`)
    if (!Number.isSafeInteger(seed) || seed < 0)
      return fail(`--seed is "${values.seed}": it must be a whole number from 0, e.g. 7`)
    return {
      ...{ speed, seed, scenario: readScenario(values.scenario) },
      ...(values.load === undefined ? {} : { saved: values.load }),
    }
  } catch (error) {
    return fail(
      `${error instanceof Error ? error.message : String(error)}\nIt knows --speed N, --seed N, --scenario ID and --load DIRECTORY.`,
    )
  }
}

function readScenario(id: string | undefined): Scenario | undefined {
  if (id === undefined) return undefined
  return findScenario(id) ?? fail(`--scenario is "${id}": there is none of that name`)
}

/** What may be asked on standard input may be asked here as well, by whoever may open the world's directory. */
function openDoorbell(path: string, answers: Readonly<Record<string, Answering>>) {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy())
    answerAsks({ input: socket, output: socket, answers, onEnd: () => socket.end() })
  }).listen(path)
}

/** XDG_CACHE_HOME, else ~/.cache (XDG Base Directory Specification). */
function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_CACHE_HOME
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'handrail')
}

async function main(): Promise<void> {
  const world = await serveWorld({
    ...readOptions(),
    machineNow: Date.now,
    cache: cacheDirectory(process.env),
    onError: complain,
  })
  // Whatever ends this process, its directory goes with it.
  process.on('exit', world.forget)

  let ending = false
  async function end(code: number): Promise<void> {
    if (ending) return
    ending = true
    await Promise.race([
      world.close().catch(complain),
      new Promise((resolve) => setTimeout(resolve, endsWithinMs)),
    ])
    process.exit(code)
  }
  const signals = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const
  for (const [signal, code] of Object.entries(signals)) process.on(signal, () => void end(code))
  process.stdout.on('error', () => {})
  const { env, directory, answers } = world
  process.stdout.write(`${JSON.stringify({ ready: true, env, directory, pid: process.pid })}\n`)
  const doorbell = openDoorbell(join(directory, 'control'), answers)
  process.on('exit', () => doorbell.close())
  // The one who started the world holds the other end: when that process is gone, however it went, this closes.
  answerAsks({ input: process.stdin, output: process.stdout, answers, onEnd: () => void end(0) })
}

main().catch((error: unknown) => {
  process.stderr.write(
    `handrail practice world: it could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exit(1)
})
