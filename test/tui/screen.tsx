/** A front end drawn by Ink for a test: press keys, paste, see what is on the screen. */
import { stripVTControlCharacters } from 'node:util'
import { render } from 'ink-testing-library'
import type { ReactElement } from 'react'

const sequences = {
  enter: '\r',
  escape: '\u001b',
  space: ' ',
  tab: '\t',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  right: '\u001b[C',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  backspace: '\u007f',
  'ctrl-c': '\u0003',
  'ctrl-b': '\u0002',
  'ctrl-e': '\u0005',
  'ctrl-n': '\u000e',
  'ctrl-u': '\u0015',
  'alt-e': '\u001be',
  'alt-y': '\u001by',
} as const

const named: ReadonlyMap<string, string> = new Map(Object.entries(sequences))

/** How long something may take to appear. */
const PATIENCE_MS = 5000

export interface TestScreen {
  readonly text: () => string
  /** Frames drawn so far. */
  readonly drawn: () => number
  /** Presses a named key or a character, and waits until Ink has handed it on. */
  readonly press: (...keys: readonly string[]) => Promise<void>
  readonly type: (text: string) => Promise<void>
  readonly paste: (text: string) => Promise<void>
  readonly see: (text: string) => Promise<void>
  readonly seeNot: (text: string) => Promise<void>
  readonly resize: (columns: number, rows: number) => Promise<void>
  readonly close: () => void
}

/** Draws the element in a terminal of that size. */
export async function openScreen(element: ReactElement, columns: number, rows: number): Promise<TestScreen> {
  const { stdout, stdin, frames, unmount } = render(element)
  const text = () => stripVTControlCharacters(frames.at(-1) ?? '')
  async function until(holds: () => boolean, what: string) {
    const deadline = performance.now() + PATIENCE_MS
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`${what}; the screen:\n${text()}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  async function write(data: string) {
    stdin.write(data)
    // A lone escape might begin a longer sequence, so Ink holds it back for a moment.
    await new Promise((resolve) => setTimeout(resolve, data === '\u001b' ? 60 : 0))
  }
  async function resize(newColumns: number, newRows: number) {
    Object.defineProperty(stdout, 'columns', { value: newColumns, configurable: true })
    Object.defineProperty(stdout, 'rows', { value: newRows, configurable: true })
    stdout.emit('resize')
    const fits = () => {
      const lines = text().split('\n')
      return lines.length === newRows && lines.every((line) => line.length <= newColumns)
    }
    await until(fits, `waited for ${newColumns}×${newRows}`)
  }
  await resize(columns, rows)
  return {
    text,
    drawn: () => frames.length,
    press: async (...keys) => {
      for (const key of keys) await write(named.get(key) ?? key)
    },
    type: async (typed) => {
      for (const character of typed) await write(character)
    },
    paste: (pasted) => write(`\u001b[200~${pasted}\u001b[201~`),
    see: (wanted) => until(() => text().includes(wanted), `waited for ${wanted}`),
    seeNot: (unwanted) => until(() => !text().includes(unwanted), `waited for ${unwanted} to go`),
    resize,
    close: unmount,
  }
}
