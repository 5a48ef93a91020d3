import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../dist/world.js', import.meta.url))
const started: { readonly child: ChildProcess; readonly ended: Promise<unknown> }[] = []

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.stdin?.end()
    await ended
  }
})

interface Ready {
  readonly ready: boolean
  readonly env: Readonly<Record<string, string>>
  readonly directory: string
  readonly pid: number
}

async function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
  })
  started.push({ child, ended })
  const ready = await new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      resolve(JSON.parse(line))
    })
    ended.then((code) => reject(new Error(`the world ended with ${code}`)))
  })
  return { child, ready, lines, ended }
}

test('it prints one line when it is ready, and its directory is private', async () => {
  const { ready, lines } = await start('--seed', '3')
  expect(ready).toMatchObject({
    ready: true,
    env: { AWS_REGION: 'eu-central-1', HANDRAIL_WORLD: ready.env.KUBECONFIG },
  })
  expect(statSync(ready.directory).mode & 0o777).toBe(0o700)
  expect(statSync(ready.env.KUBECONFIG ?? '').mode & 0o777).toBe(0o600)
  expect((await fetch(`${ready.env.API_URL}/healthz`)).status).toBe(200)
  expect(lines).toHaveLength(1)
})

test('it ends when its standard input closes, and its directory goes with it', async () => {
  const { child, ready, ended } = await start()
  child.stdin?.end()
  expect(await ended).toBe(0)
  expect(existsSync(ready.directory)).toBe(false)
})

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('%s ends it with %i, and its directory goes with it', async (signal, code) => {
  const { child, ready, ended } = await start()
  child.kill(signal)
  expect(await ended).toBe(code)
  expect(existsSync(ready.directory)).toBe(false)
})

/** The local addresses of the process's listening TCP sockets, as /proc writes them: hex, byte order reversed. */
function listeningAddresses(pid: number): readonly string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map((fields) => fields[1]?.split(':')[0] ?? ''),
  )
}

test.runIf(process.platform === 'linux')('it listens on 127.0.0.1 and nowhere else', async () => {
  const { ready } = await start()
  // The API, the front door, the wall, the AWS account and the database's door.
  expect(listeningAddresses(ready.pid)).toEqual(Array.from({ length: 5 }, () => '0100007F'))
})

test.each([
  [['--speed', 'fast'], '--speed is "fast": it must be a number from 0.1 to 1000, e.g. 10'],
  [['--seed', '1.5'], '--seed is "1.5": it must be a whole number from 0, e.g. 7'],
  [['--sped'], "Unknown option '--sped'"],
])('%j is refused with what to do, without a stack trace', async (args, message) => {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const code = await new Promise((resolve) => {
    child.once('close', resolve)
  })
  expect(code).toBe(2)
  expect(said).toContain(message)
  expect(said).not.toContain('    at ')
})
