import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportLines } from '../../src/commands/inside-world.ts'
import { startPracticeWorld } from '../../src/commands/practice-world.ts'
import { shellQuote } from '../../src/commands/shell-quote.ts'

const run = promisify(execFile)
const source = (path: string) => fileURLToPath(new URL(`../../src/commands/${path}`, import.meta.url))

let scratch = ''
let program = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'handrail-test-world-'))
  // What `handrail world` does, without the rest of the command line.
  program = join(scratch, 'world.ts')
  await writeFile(
    program,
    `import { worldCommand } from ${JSON.stringify(source('world.ts'))}\n` +
      'process.exitCode = await worldCommand({ command: process.argv.slice(2), speed: 20, program: ["/bin/echo", "handrail", "ran"] })\n',
  )
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

/** Runs `handrail world -- command`. */
async function inWorld(
  ...command: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, [program, ...command])) }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stdout' in error) || !('stderr' in error))
      throw error
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) }
  }
}

async function waitFor(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it did not come true within 15 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test("the command sees the world, its exit code is the world's, and nothing is left afterwards", async () => {
  const { code, stdout } = await inWorld(
    'sh',
    '-c',
    'kubectl get deployments -o name; curl -fsS "$API_URL/healthz" >/dev/null; handrail; echo "$KUBECONFIG"; exit 7',
  )
  expect(code).toBe(7)
  const lines = stdout.trim().split('\n')
  expect(lines.slice(0, 3)).toEqual(['deployment.apps/api-blue', 'deployment.apps/api-green', 'handrail ran'])
  expect(lines[3]).toMatch(/kubeconfig$/)
  expect(existsSync(dirname(lines[3] ?? ''))).toBe(false)
})

test('a command that a signal ended gives 128 and its number; one that is not there gives 127', async () => {
  expect((await inWorld('sh', '-c', 'kill -KILL $$')).code).toBe(137)
  const { code, stderr } = await inWorld('/nowhere/at-all')
  expect(code).toBe(127)
  expect(stderr).toContain("/nowhere/at-all can't be started")
})

test('a signal reaches the command, and the world ends after it', async () => {
  const script = 'trap "echo told; exit 3" TERM; echo "$KUBECONFIG"; while :; do sleep 0.05; done'
  const child = spawn(process.execPath, [program, 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
  })
  await waitFor(() => lines.length > 0, 'the command runs')
  child.kill('SIGTERM')
  expect(await ended).toBe(3)
  expect(lines[1]).toBe('told')
  expect(existsSync(dirname(lines[0] ?? ''))).toBe(false)
})

test('without a command it prints exports that a shell can read, and stays until a signal', async () => {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
  })
  await waitFor(() => stderr.includes('Stop it with'), 'it says how to stop it')
  const script = `${stdout}\nkubectl get pods -l color=blue -o name | wc -l; echo "$KUBECONFIG"`
  const result = await run('sh', ['-c', script])
  const [count, kubeconfig = ''] = result.stdout.trim().split('\n')
  expect(Number(count)).toBe(3)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(existsSync(dirname(kubeconfig))).toBe(false)
})

test('when its parent is killed outright the world ends by itself and takes its directory along', async () => {
  const parent = join(scratch, 'parent.ts')
  await writeFile(
    parent,
    `import { startPracticeWorld } from ${JSON.stringify(source('practice-world.ts'))}\n` +
      'const world = await startPracticeWorld()\n' +
      'console.log(JSON.stringify({ pid: world.pid, kubeconfig: world.env.KUBECONFIG }))\n' +
      'setInterval(() => {}, 1000)\n',
  )
  const child = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  await waitFor(() => lines.length > 0, 'the world is up')
  const { pid, kubeconfig } = JSON.parse(lines[0] ?? '{}')
  expect(isAlive(pid)).toBe(true)
  expect(await readFile(kubeconfig, 'utf8')).toContain('current-context: practice')
  child.kill('SIGKILL')
  await waitFor(() => !isAlive(pid), 'the world has ended')
  expect(existsSync(dirname(kubeconfig))).toBe(false)
})

test('a world that can not start says why', async () => {
  await expect(startPracticeWorld({ speed: -1 })).rejects.toThrow(
    /ended before it was ready\.\n.*--speed is "-1": it must be a number from 0\.1 to 1000/,
  )
})

test('closing twice is as good as once, and the fake credentials cover real ones', async () => {
  const world = await startPracticeWorld({ parentEnv: { ...process.env, AWS_PROFILE: 'prod' } })
  expect(world.env).toMatchObject({
    AWS_PROFILE: 'practice',
    AWS_REGION: 'eu-central-1',
    AWS_SESSION_TOKEN: '',
    AWS_PAGER: '',
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  })
  expect(world.env.API_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  await Promise.all([world.close(), world.close()])
  await world.close()
  expect(isAlive(world.pid)).toBe(false)
})

test('values are quoted for a shell whatever they hold', async () => {
  const awkward = `it's $HOME "and" \`more\`\n; echo no`
  expect(shellQuote("a'b")).toBe(`'a'\\''b'`)
  const { stdout } = await run('sh', ['-c', `${exportLines({ VALUE: awkward })} printf %s "$VALUE"`])
  expect(stdout).toBe(awkward)
})
