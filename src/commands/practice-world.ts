/** Starts the practice world as a child process, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { which } from '../shell/which.ts'
import { practiceTools, toolCache } from './practice-tools.ts'
import { shellQuote } from './shell-quote.ts'

export interface PracticeWorld {
  /**
   * What a process needs to live in the world: KUBECONFIG, API_URL, AWS_*, and a PATH on which the tools are
   * found. To be laid over the caller's own environment.
   */
  readonly env: Readonly<Record<string, string>>
  readonly pid: number
  /** Resolves when the world's process has ended, by whatever cause. */
  readonly ended: Promise<void>
  /**
   * Asks the world something, such as `state` or `score`, and gives what it answers. Rejects with an Error that says
   * why when it refuses, or has ended.
   */
  readonly ask: (question: string) => Promise<unknown>
  /** Ends the world and takes its files away; resolves when both are done. May be called again. */
  readonly close: () => Promise<void>
}

export interface PracticeWorldOptions {
  /** How many times faster than in a real cluster pods live; default 1. */
  readonly speed?: number
  /** Where names, ids and loans come from; default 1. */
  readonly seed?: number
  /** The id of the practice scenario that happens in it; none by default. */
  readonly scenario?: string
  /** A directory with a saved world to go on with; speed and seed are its own then. */
  readonly saved?: string
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

const answerSchema = z.object({
  answer: z.string(),
  value: z.unknown(),
  refused: z.string().optional(),
})

/** How long the world may take to answer, and to go once it was told. */
const startWithinMs = 20_000
const endWithinMs = 3000

/** dist/world.js: beside us or above us in the bundle; seen from the source tree, in what was built of it. */
function worldProgram(): string {
  const candidates = ['./world.js', '../world.js', '../../dist/world.js']
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
  return { NODE_COMPILE_CACHE: join(dirname(program), '.cache') }
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
    startProcess({ speed, seed, scenario: options.scenario, load: options.saved }, parentEnv),
  ])
  for (const line of tools.missing) onProgress(`missing for practice: ${line}`)
  const { directory, ...rest } = world
  const tooled = [path, ...tools.directories].filter((part) => part !== '').join(delimiter)
  const own = await placeAws(directory, tooled)
  const wholePath = [...own, tooled].filter((part) => part !== '').join(delimiter)
  return { ...rest, env: { ...rest.env, PATH: wholePath } }
}

/**
 * An `aws` before the real one that leads every call to the world's own account: aws-cli 1.x ignores AWS_ENDPOINT_URL
 * for RDS in us-east-1. Gives its directory, or none where there is no aws.
 */
async function placeAws(directory: string, path: string): Promise<readonly string[]> {
  const real = which('aws', path)
  if (real === undefined) return []
  const bin = join(directory, 'bin')
  await mkdir(bin, { mode: 0o700 })
  const script = `#!/bin/sh\nexec ${shellQuote(real)} --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n`
  await writeFile(join(bin, 'aws'), script, { mode: 0o700 })
  return [bin]
}

async function startProcess(
  asked: {
    readonly speed: number
    readonly seed: number
    readonly scenario: string | undefined
    readonly load: string | undefined
  },
  parentEnv: Readonly<Record<string, string | undefined>>,
): Promise<PracticeWorld & { readonly directory: string }> {
  const program = worldProgram()
  const args = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  )
  const child = spawn(process.execPath, [program, ...args], {
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
    const lines = createInterface({ input: child.stdout })
    const ready = await readyLine(lines, ended)
    const ask = asking(child, lines, ended)
    const { env, pid, directory } = ready
    return { env, pid, directory, ended, ask, close: () => end(child, ended, directory) }
  } catch (error) {
    child.kill('SIGKILL')
    const said = complaints.length === 0 ? '' : `\n${complaints.join('\n')}`
    throw new Error(`${error instanceof Error ? error.message : String(error)}${said}`)
  }
}

async function readyLine(lines: Interface, ended: Promise<void>): Promise<z.infer<typeof readySchema>> {
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

/** Questions go in as lines and answers come out as lines, in the same order. */
function asking(child: ChildProcess, lines: Interface, ended: Promise<void>): PracticeWorld['ask'] {
  const waiting: ((line: string) => void)[] = []
  lines.on('line', (line) => waiting.shift()?.(line))
  return async (question) => {
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    waiting.push(resolve)
    child.stdin?.write(`${JSON.stringify({ ask: question })}\n`)
    const line = await Promise.race([promise, ended.then(() => undefined)])
    if (line === undefined) throw new Error('The practice world has ended, so it can be asked nothing more.')
    const { value, refused } = answerSchema.parse(JSON.parse(line))
    if (refused !== undefined) throw new Error(`The practice world answered: ${refused}`)
    return value
  }
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
