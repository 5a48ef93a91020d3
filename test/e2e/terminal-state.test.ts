/** Whatever ends the program, and whenever: the terminal is then as it was before. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type IPty, spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { bin } from './terminal.ts'

const seed = Number(process.env.SEED ?? Date.now() % 100_000)
const times = isLong ? 20 : 2

/** What is read from outside about a terminal has another name on each system. */
const onLinux = test.skipIf(process.platform !== 'linux')

/**
 * Monitor mode makes the program a job of its own, as in an interactive shell: only such can be stopped and go on. In a
 * file, since of `-c` bash leaves undone what stands behind a command that SIGINT has ended.
 */
const shell = `
set -m; trap 'interrupted=yes' INT
read line
"$1" "$2"
while :; do
  read line || continue
  [ "$line" = fg ] || break
  fg
done
`

let state = ''
beforeAll(async () => {
  console.info(`seed ${seed}`)
  state = await mkdtemp(join(tmpdir(), 'handrail-stty-'))
  await writeFile(join(state, 'shell'), shell)
})
afterAll(() => rm(state, { recursive: true, force: true }))

/** Between 0 and 1, the same for the same seed. */
function* chances(from: number): Generator<number, never> {
  for (let x = from; ; ) {
    x = (x * 1_103_515_245 + 12_345) % 2_147_483_648
    yield x / 2_147_483_648
  }
}
const chance = chances(seed)

interface Play {
  readonly pty: IPty
  readonly device: string
  /** What was written to the terminal so far. */
  readonly written: () => string
  readonly program: () => number
  readonly ended: Promise<void>
}

/** A shell in a terminal of its own that waits for a line, then runs the home screen, then waits for a line again. */
async function open(more: Record<string, string> = {}): Promise<Play> {
  const pty = spawn('/bin/bash', [join(state, 'shell'), process.execPath, bin], {
    cols: 100,
    rows: 30,
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, HANDRAIL_STATE_DIR: state, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...more },
  })
  let written = ''
  pty.onData((data) => {
    written += data
  })
  // Before its exec the child still has what its parent had there.
  let device = ''
  while (!device.startsWith('/dev/')) device = await readlink(`/proc/${pty.pid}/fd/0`)
  const ended = new Promise<void>((resolve) => pty.onExit(() => resolve()))
  return {
    pty,
    device,
    written: () => written,
    program: () => {
      const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pty.pid)]).toString()
      // Between fork and exec it is the shell still.
      return Number(/^ *(\d+) .*handrail\.js/m.exec(children)?.[1] ?? 0)
    },
    ended,
  }
}

const settings = (device: string) => execFileSync('stty', ['-g', '-F', device]).toString().trim()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const isRaw = (device: string) => / -icanon/.test(execFileSync('stty', ['-a', '-F', device]).toString())

/** The program's pid, or 0 while the shell has no child. */
function programOf({ program }: Play): number {
  try {
    return program()
  } catch {
    return 0
  }
}

/** The program runs, and has taken the terminal or will do so in a moment. */
async function begin(play: Play): Promise<{ readonly before: string; readonly pid: number }> {
  const before = settings(play.device)
  play.pty.write('go\r')
  let pid = 0
  await expect
    .poll(() => {
      pid = programOf(play)
      return pid
    })
    .toBeGreaterThan(0)
  return { before, pid }
}

/** The alternate screen is left as often as it was entered, the cursor is shown, and pastes come unmarked again. */
async function expectScreenLeft({ written }: Play): Promise<void> {
  const left = () => {
    const text = written()
    const count = (sequence: string) => text.split(sequence).length
    const off = (on: string, over: string) => text.lastIndexOf(over) >= text.lastIndexOf(on)
    return {
      screen: count('\u001b[?1049l') === count('\u001b[?1049h'),
      cursor: off('\u001b[?25l', '\u001b[?25h'),
      paste: off('\u001b[?2004h', '\u001b[?2004l'),
    }
  }
  await expect.poll(left, { timeout: 5000 }).toEqual({ screen: true, cursor: true, paste: true })
}

async function close(play: Play): Promise<void> {
  play.pty.write('end\r')
  await play.ended
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

onLinux.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', async (signal) => {
  for (let time = 0; time < times; time += 1) {
    const play = await open()
    const { before, pid } = await begin(play)
    const { value } = chance.next()
    await pause(value * 800)
    process.kill(pid, signal)
    await expect.poll(() => isGone(pid)).toBe(true)
    expect(settings(play.device), `after ${value * 800} ms`).toBe(before)
    await expectScreenLeft(play)
    await close(play)
  }
})

onLinux('an error that nobody caught', async () => {
  for (let time = 0; time < times; time += 1) {
    const { value } = chance.next()
    const thrown = `data:text/javascript,setTimeout(()=>{throw new Error('planned')},${Math.round(value * 800)})`
    const play = await open({ NODE_OPTIONS: `--import "${thrown}"` })
    const before = settings(play.device)
    play.pty.write('go\r')
    await expect.poll(play.written).toContain('planned')
    await expect.poll(() => programOf(play)).toBe(0)
    expect(settings(play.device), `after ${value * 800} ms`).toBe(before)
    await expectScreenLeft(play)
    await close(play)
  }
})

onLinux.each(['SIGTSTP', 'ctrl-z'])(
  '%s, and on again',
  async (how) => {
    for (let time = 0; time < times; time += 1) {
      const play = await open()
      const { before, pid } = await begin(play)
      await expect.poll(() => isRaw(play.device)).toBe(true)
      await expect.poll(play.written).toContain('quit')
      const { value } = chance.next()
      await pause(value * 300)
      if (how === 'ctrl-z') play.pty.write('\u001a')
      else process.kill(pid, 'SIGTSTP')
      const standing = () => execFileSync('ps', ['-o', 'stat=', '-p', String(pid)]).toString()[0]
      await expect.poll(standing).toBe('T')
      expect(settings(play.device)).toBe(before)
      await expectScreenLeft(play)
      const then = play.written().length
      play.pty.write('fg\r')
      await expect.poll(() => isRaw(play.device)).toBe(true)
      await expect.poll(() => play.written().slice(then)).toContain('What has to be done?')
      play.pty.write('q')
      await expect.poll(() => isGone(pid)).toBe(true)
      expect(settings(play.device)).toBe(before)
      await expectScreenLeft(play)
      await close(play)
    }
  },
  120_000,
)
