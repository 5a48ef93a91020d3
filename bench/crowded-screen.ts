/** How the run screen stands a crowd: 10,000 pods with 1,000 changes a second, and a block that prints without end. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type IPty, spawn as spawnPty } from '@lydell/node-pty'

/** What the screen is held to; the last is about a screenful of 120×40 four times a second. */
export const AIMS = { keyToFrameP95: 25, cores: 0.4, peakMegabytes: 300, bytesPerSecond: 100_000 } as const

const bin = fileURLToPath(new URL('../bin/handrail.js', import.meta.url))
const PODS = 10_000
const CHANGES_PER_SECOND = 1_000
const LINES_PER_SECOND = 100_000

/** What was measured of one program over some seconds. */
export interface Load {
  /** From a key to its frame, 95 of 100 within so many milliseconds; undefined of a program without keys. */
  readonly keyToFrameP95?: number
  readonly keyToFrameMedian?: number
  /** Of one processor core. */
  readonly cores: number
  readonly peakMegabytes: number
  readonly bytesPerSecond: number
}

export interface CrowdedScreen {
  readonly watching: Load
  readonly printing: Load
  readonly kubectl: Load
}

const runbook = `---
title: Busy
kind: troubleshooting
params:
  NAMESPACE: { default: loanserve }
  API_URL: { env: API_URL, default: none }
---
# Busy
## Look
### Somebody looks
- [ ] It is looked at

### It prints
\`\`\`sh {name=print effect=read timeout=300s}
"$NODE" "$PRINT"
\`\`\`
`

const printer = `const line = (at) => 'GET /api/loans/' + at + ' 200 in 14 ms, request 7c9f2b1e-55d0-4a10-9a1e-0f0e5d3c9b1a\\n'
let at = 0
const begun = performance.now()
setInterval(() => {
  const owed = Math.floor((performance.now() - begun) * ${LINES_PER_SECOND / 1000})
  if (process.stdout.writableNeedDrain) return
  let text = ''
  for (; at < owed; at += 1) text += line(at)
  process.stdout.write(text)
}, 5)
`

/** Measures the screen with nothing but the crowd, then with the block printing as well, then kubectl on the same crowd. */
export async function measureCrowdedScreen(presses: number): Promise<CrowdedScreen> {
  const directory = await mkdtemp(join(tmpdir(), 'handrail-crowd-'))
  const api = await startApi()
  try {
    const files = {
      runbook: join(directory, 'busy.md'),
      printer: join(directory, 'print.mjs'),
      kubeconfig: join(directory, 'kubeconfig'),
    }
    await writeFile(files.runbook, runbook)
    await writeFile(files.printer, printer)
    await writeFile(files.kubeconfig, kubeconfig(api.port))
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: directory,
      ...{ LANG: 'C.UTF-8', TERM: 'xterm-256color', COLORTERM: 'truecolor' },
      HANDRAIL_STATE_DIR: join(directory, 'state'),
      KUBECONFIG: files.kubeconfig,
      API_URL: `http://127.0.0.1:${api.port}`,
      ...{ NODE: process.execPath, PRINT: files.printer },
    }
    const screen = openTerminal(process.execPath, [bin, 'run', files.runbook], env)
    try {
      await screen.see('Press Enter to begin')
      await screen.see('5000 ready')
      await pause(500)
      screen.press('\r')
      await screen.see('space')
      await pause(3000)
      const watching = await loadOf(screen, presses)
      screen.press(' ')
      await screen.see('running for')
      await pause(1000)
      const printing = await loadOf(screen, presses)
      screen.press('x')
      await pause(500)
      return { watching, printing, kubectl: await kubectlLoad(env, (presses * SAMPLE_MS) / 1000) }
    } finally {
      await screen.close()
    }
  } finally {
    api.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** The loads as lines for people, each beside its aim. */
export function crowdedScreenLines({ watching, printing, kubectl }: CrowdedScreen): string {
  return [
    `the run screen over ${PODS} pods with ${CHANGES_PER_SECOND} changes a second: ${loadWords(watching)}`,
    `the same while a block prints ${LINES_PER_SECOND} lines a second: ${loadWords(printing)}`,
    `kubectl get pods --watch on the same feed: ${amounts(kubectl).join(', ')}`,
  ].join('\n')
}

function amounts({ cores, peakMegabytes, bytesPerSecond }: Load): readonly string[] {
  return [
    `${cores.toFixed(2)} of a core`,
    `${peakMegabytes.toFixed(0)} MB`,
    `${(bytesPerSecond / 1000).toFixed(0)} kB a second to the terminal`,
  ]
}

function loadWords(load: Load): string {
  const { keyToFrameP95 = Number.NaN, keyToFrameMedian = Number.NaN } = load
  const verdict = (value: number, aim: number) => `(aim: under ${aim}, ${value < aim ? 'met' : 'MISSED'})`
  const [cores, memory, bytes] = amounts(load)
  return [
    `key to frame ${keyToFrameMedian.toFixed(0)} ms, p95 ${keyToFrameP95.toFixed(0)} ms ${verdict(keyToFrameP95, AIMS.keyToFrameP95)}`,
    `${cores} ${verdict(load.cores, AIMS.cores)}`,
    `${memory} ${verdict(load.peakMegabytes, AIMS.peakMegabytes)}`,
    `${bytes} ${verdict(load.bytesPerSecond, AIMS.bytesPerSecond)}`,
  ].join(', ')
}

async function startApi() {
  const program = fileURLToPath(new URL('crowded-api.ts', import.meta.url))
  const child = spawn(process.execPath, [program, String(PODS), String(CHANGES_PER_SECOND)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString().trim()))),
  )
  return { port, close: () => child.stdin.end() }
}

function kubeconfig(port: number): string {
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
  return JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'crowd' },
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 'hush' } }],
    contexts: [{ name: 'crowd', context: { cluster: 'c', user: 'u', namespace: 'loanserve' } }],
  })
}

interface Opened {
  readonly pid: number
  readonly bytes: () => number
  readonly press: (key: string) => void
  /** Milliseconds until a text is written; what was written before doesn't count. */
  readonly see: (text: string) => Promise<number>
  readonly close: () => Promise<void>
}

const PATIENCE_MS = 60_000

function openTerminal(file: string, args: string[], env: Record<string, string>): Opened {
  const pty: IPty = spawnPty(file, args, { cols: 120, rows: 40, name: 'xterm-256color', env })
  let bytes = 0
  let recent = ''
  let look = () => {}
  const exited = new Promise<void>((resolve) => pty.onExit(() => resolve()))
  pty.onData((data) => {
    bytes += Buffer.byteLength(data)
    recent = (recent + data.replace(/\u001b\[[\d;?]*[a-zA-Z]/g, '')).slice(-200_000)
    look()
  })
  return {
    pid: pty.pid,
    bytes: () => bytes,
    press: (key) => pty.write(key),
    see: (text) => {
      const begun = performance.now()
      recent = recent.includes(text) && text !== HELP ? recent : ''
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no "${text}" written`)), PATIENCE_MS)
        look = () => {
          if (!recent.includes(text)) return
          look = () => {}
          clearTimeout(late)
          resolve(performance.now() - begun)
        }
        look()
      })
    },
    close: async () => {
      pty.kill('SIGTERM')
      await exited
    },
  }
}

const HELP = 'The keys that work now'
/** About what one press, its frame, and the pause after it take. */
const SAMPLE_MS = 400

/** Opens and closes the help, at moments that no timer of the program can be in step with. */
async function loadOf(screen: Opened, presses: number): Promise<Load> {
  const before = await usage(screen.pid)
  const bytes = screen.bytes()
  const begun = performance.now()
  const latencies: number[] = []
  for (let press = 0; press < presses; press += 1) {
    screen.press('?')
    latencies.push(await screen.see(HELP))
    await pause(100)
    screen.press('?')
    await pause(SAMPLE_MS - 150 + Math.random() * 100)
  }
  const seconds = (performance.now() - begun) / 1000
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    keyToFrameP95: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    keyToFrameMedian: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    ...(await loadSince(screen, before, bytes, seconds)),
  }
}

async function kubectlLoad(env: Record<string, string>, seconds: number): Promise<Load> {
  const terminal = openTerminal('kubectl', ['get', 'pods', '--watch'], env)
  try {
    await terminal.see('Running')
    await pause(3000)
    const before = await usage(terminal.pid)
    const bytes = terminal.bytes()
    await pause(seconds * 1000)
    return await loadSince(terminal, before, bytes, seconds)
  } finally {
    await terminal.close()
  }
}

interface Usage {
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

async function loadSince(screen: Opened, before: Usage, bytes: number, seconds: number) {
  const after = await usage(screen.pid)
  return {
    cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
    peakMegabytes: after.peakMegabytes,
    bytesPerSecond: (screen.bytes() - bytes) / seconds,
  }
}

/** Of the process alone, as Linux counts it (proc(5)); a tick is a hundredth of a second there. */
async function usage(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ])
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024
  return { cpuSeconds: ticks / 100, peakMegabytes: peak }
}
