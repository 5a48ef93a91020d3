/** Starts the practice world as a child process, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { practiceTools, toolCache } from './practice-tools.ts'

export interface PracticeWorld {
  /**
   * What a process needs to live in the world: KUBECONFIG, API_URL, AWS_*, and a PATH on which the tools are
   * found. To be laid over the caller's own environment.
   */
  readonly env: Readonly<Record<string, string>>
  readonly pid: number
  /** Resolves when the world's process has ended, by whatever cause. */
  readonly ended: Promise<void>
  /** Ends the world and takes its files away; resolves when both are done. May be called again. */
  readonly close: () => Promise<void>
}

export interface PracticeWorldOptions {
  /** How many times faster than in a real cluster pods live; default 1. */
  readonly speed?: number
  /** Where names, ids and loans come from; default 1. */
  readonly seed?: number
  /** The tools that will be called in it, as far as that is known; default: kubectl and aws. */
  readonly called?: ReadonlySet<string>
  /** Hears a line before something slow, such as the first unpacking of kubectl. */
  readonly onProgress?: (line: string) => void
  /** Default: process.env. */
  readonly parentEnv?: Readonly<Record<string, string | undefined>>
}

const readySchema = z.object({
  ready: z.literal(true),
  env: z.record(z.string(), z.string()),
  directory: z.string(),
  pid: z.number(),
})

/** How long the world may take to answer, and to go once it was told. */
const startWithinMs = 20_000
const endWithinMs = 3000

/** The world's program: beside the running bundle, or the source when nothing is bundled. */
function worldProgram(): string {
  const candidates = ['./world.js', '../world.js', '../world/main.ts']
  const found = candidates
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path))
  if (found === undefined)
    throw new Error(
      'The practice world is missing: dist/world.js is not there. Run `npm run build`, then try again.',
    )
  return found
}

/** Where Node may keep what it compiled of a bundle: the second start is a fifth quicker. */
function compileCache(program: string): Readonly<Record<string, string>> {
  return program.endsWith('.js') ? { NODE_COMPILE_CACHE: join(dirname(program), '.cache') } : {}
}

const allTools: ReadonlySet<string> = new Set(['kubectl', 'aws'])

/**
 * Starts a practice world with tools to use it. Throws an Error that says what to do when it can't start.
 */
export async function startPracticeWorld(options: PracticeWorldOptions = {}): Promise<PracticeWorld> {
  const { speed = 1, seed = 1, called = allTools, onProgress = () => {}, parentEnv = process.env } = options
  const path = parentEnv.PATH ?? ''
  const [tools, world] = await Promise.all([
    practiceTools({ path, cache: toolCache(parentEnv), called, onProgress }),
    startProcess(speed, seed, parentEnv),
  ])
  for (const line of tools.missing) onProgress(`missing for practice: ${line}`)
  const wholePath = [path, ...tools.directories].filter((part) => part !== '').join(delimiter)
  return { ...world, env: { ...world.env, PATH: wholePath } }
}

async function startProcess(
  speed: number,
  seed: number,
  parentEnv: Readonly<Record<string, string | undefined>>,
): Promise<PracticeWorld> {
  const program = worldProgram()
  const child = spawn(process.execPath, [program, `--speed=${speed}`, `--seed=${seed}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...parentEnv, NODE_OPTIONS: '', ...compileCache(program) },
    // A group of its own: Ctrl-C is for the run, which may want to roll back in this very world.
    detached: true,
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  child.stdin.on('error', () => {})
  const complaints: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaints.push(line)
    if (complaints.length > 20) complaints.shift()
  })
  try {
    const ready = await readyLine(child, ended)
    return { env: ready.env, pid: ready.pid, ended, close: () => end(child, ended, ready.directory) }
  } catch (error) {
    child.kill('SIGKILL')
    const said = complaints.length === 0 ? '' : `\n${complaints.join('\n')}`
    throw new Error(`${error instanceof Error ? error.message : String(error)}${said}`)
  }
}

async function readyLine(child: ChildProcess, ended: Promise<void>): Promise<z.infer<typeof readySchema>> {
  const { stdout } = child
  if (stdout === null) throw new Error('The practice world has no output.')
  const lines = createInterface({ input: stdout })
  const line = new Promise<string>((resolve) => {
    lines.once('line', resolve)
  })
  const tooLate = new AbortController()
  const late = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), startWithinMs)
    tooLate.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  const first = await Promise.race([line, ended.then(() => 'ended' as const), late])
  tooLate.abort()
  if (first === undefined)
    throw new Error(`The practice world did not answer within ${startWithinMs / 1000} seconds.`)
  if (first === 'ended') throw new Error('The practice world ended before it was ready.')
  const parsed = readySchema.safeParse(JSON.parse(first))
  if (!parsed.success)
    throw new Error(`The practice world said something else than that it is ready: ${first}`)
  return parsed.data
}

/** Closes the world's standard input, which ends it; insists if that is not enough. */
async function end(child: ChildProcess, ended: Promise<void>, directory: string): Promise<void> {
  child.stdin?.end()
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const timer = setTimeout(() => child.kill(signal), endWithinMs)
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, endWithinMs + 100).unref())])
    clearTimeout(timer)
    if (child.exitCode !== null || child.signalCode !== null) break
  }
  await ended
  // A world that was killed could not clean up after itself.
  await rm(directory, { recursive: true, force: true })
}
