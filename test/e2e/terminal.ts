/** A small language to play the built program in a real pseudo-terminal: press, type, see, kill. */

import { openSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { type Cell, cellsOf } from './cells.ts'

export const bin = fileURLToPath(new URL('../../bin/handrail.js', import.meta.url))

/** How long something may take to appear before the play fails. */
const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 25

/** `SLOW=800 npx vitest run test/e2e/tour`: a person watches on this terminal, and each thing seen rests so many milliseconds. */
const SLOW_MS = Number(process.env.SLOW ?? 0)
const watching = SLOW_MS > 0 ? openSync('/dev/tty', 'w') : undefined

const keys = {
  enter: '\r',
  escape: '\u001b',
  space: ' ',
  tab: '\t',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  backspace: '\u007f',
  'ctrl-c': '\u0003',
  'ctrl-u': '\u0015',
} as const

const sequences: ReadonlyMap<string, string> = new Map(Object.entries(keys))

type Key = keyof typeof keys | (string & {})

export interface Terminal {
  readonly pid: number
  /** The rows as a person sees them now, trailing blanks removed. */
  readonly screen: () => readonly string[]
  /** The same cell by cell, with colors and styles. */
  readonly cells: () => readonly (readonly Cell[])[]
  /** Every byte that the program has written, control sequences and all. */
  readonly raw: () => string
  /** Presses keys one after the other: a name (`enter`, `escape`, …) or a single character. */
  readonly press: (...pressed: readonly Key[]) => void
  readonly type: (text: string) => void
  /** Waits until the screen shows the text; fails with the screen as it was. */
  readonly see: (text: string | RegExp, patienceMs?: number) => Promise<void>
  readonly seeNot: (text: string | RegExp, patienceMs?: number) => Promise<void>
  readonly resize: (columns: number, rows: number) => void
  /** Kills by the handle of this terminal's own process. */
  readonly kill: (signal: NodeJS.Signals) => void
  readonly exited: Promise<number>
  readonly close: () => Promise<void>
}

export interface Stage {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly columns?: number
  readonly rows?: number
  readonly cwd?: string
  /** What the terminal says that it is. */
  readonly term?: string
}

/** Starts the program in a pseudo-terminal of its own. */
export function openTerminal({
  args,
  env,
  columns = 120,
  rows = 40,
  cwd,
  term = 'xterm-256color',
}: Stage): Terminal {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const pty: IPty = spawn(process.execPath, [bin, ...args], {
    cols: columns,
    rows,
    name: term,
    cwd: cwd ?? fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...env, TERM: term, LANG: 'C.UTF-8' },
  })
  let written = ''
  pty.onData((data) => {
    written += data
    screen.write(data)
    if (watching !== undefined) writeSync(watching, data)
  })
  const exited = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode))
  })
  let over = false
  exited.then(() => {
    over = true
  })

  function look(): string[] {
    const buffer = screen.buffer.active
    return Array.from({ length: screen.rows }, (_, row) =>
      // A line that was wider before keeps what stood beyond the edge, where nobody sees it.
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true, 0, screen.cols) ?? '').trimEnd(),
    )
  }
  const shows = (text: string | RegExp) => {
    const seen = look().join('\n')
    return typeof text === 'string' ? seen.includes(text) : text.test(seen)
  }
  async function until(holds: () => boolean, what: string, patienceMs: number) {
    const deadline = Date.now() + patienceMs
    while (!holds()) {
      if (Date.now() > deadline)
        throw new Error(`${what}; the screen:\n${look().join('\n')}\n(ended: ${over})`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
    if (SLOW_MS > 0) await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
  }

  return {
    pid: pty.pid,
    screen: look,
    cells: () => cellsOf(screen.buffer.active, screen.cols, screen.rows),
    raw: () => written,
    press: (...pressed) => {
      for (const key of pressed) pty.write(sequences.get(key) ?? key)
    },
    type: (text) => pty.write(text),
    see: (text, patienceMs = PATIENCE_MS) => until(() => shows(text), `waited for ${text}`, patienceMs),
    seeNot: (text, patienceMs = PATIENCE_MS) =>
      until(() => !shows(text), `waited for ${text} to go`, patienceMs),
    resize: (newColumns, newRows) => {
      screen.resize(newColumns, newRows)
      pty.resize(newColumns, newRows)
    },
    kill: (signal) => pty.kill(signal),
    exited,
    close: async () => {
      if (!over) pty.kill('SIGKILL')
      await exited
      screen.dispose()
    },
  }
}
