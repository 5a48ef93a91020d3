/** Golden screens: what the program shows in a real terminal at three sizes, kept for people to read and approve. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { steady } from '../steady.ts'
import type { Terminal } from '../terminal.ts'

/** The sizes that every screen has to be good at. */
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const

/** How long a screen may take to come to rest as it was approved. */
const PATIENCE_MS = 20_000
/** A screen that is kept for the first time is kept when it has stood still for so long. */
const STILL_MS = 1500

/**
 * Shows the terminal at each size and holds what is on it against `screens/NAME-COLUMNSxROWS.txt`, without what differs
 * from run to run, and without what `alike` takes away. It may take a moment to come to rest: live status arrives when
 * it does.
 */
export async function expectScreens(
  terminal: Terminal,
  name: string,
  alike: (rows: readonly string[]) => readonly string[] = (rows) => rows,
): Promise<void> {
  for (const [columns, rows] of sizes) {
    terminal.resize(columns, rows)
    const file = fileURLToPath(new URL(`screens/${name}-${columns}x${rows}.txt`, import.meta.url))
    const approved = existsSync(file) ? readFileSync(file, 'utf8') : undefined
    const shown = await atRest(terminal, approved, rows, alike)
    await expect(shown, `${name} at ${columns}×${rows}`).toMatchFileSnapshot(file)
  }
}

/** What is on the screen when it shows what was approved, or stands still. */
async function atRest(
  terminal: Terminal,
  approved: string | undefined,
  rows: number,
  alike: (rows: readonly string[]) => readonly string[],
): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS
  let shown = ''
  let since = performance.now()
  while (performance.now() < deadline) {
    const now = textOf(alike(terminal.screen()))
    if (now !== shown) since = performance.now()
    shown = now
    const isWhole = terminal.screen().length === rows && shown.trim() !== ''
    if (isWhole && shown === approved) return shown
    if (isWhole && approved === undefined && performance.now() - since > STILL_MS) return shown
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return shown
}

/** Beside what every test makes alike: how often a gate has looked, and where the record lies. */
function textOf(screen: readonly string[]): string {
  const rows = withoutPlaceOfRecord(steady(screen)).map((row) =>
    row.replace(/[●✗]{2,}/g, (samples) => `●${' '.repeat(samples.length - 1)}`).trimEnd(),
  )
  return `${rows.join('\n')}\n`
}

/** A path falls into rows in another way each time; its last row is the command that verifies what lies there. */
function withoutPlaceOfRecord(rows: readonly string[]): readonly string[] {
  const heading = rows.findIndex((row) => row.includes('The record'))
  const last = rows.findIndex((row, at) => at > heading && row.includes('handrail audit verify'))
  if (heading === -1 || last === -1) return rows
  const column = rows[heading]?.indexOf('The record') ?? 0
  return rows.map((row, at) => {
    if (at <= heading || at > last) return row
    const end = row.indexOf('│', column)
    const rest = end === -1 ? '' : row.slice(end)
    return `${row.slice(0, column)}${'#'.padEnd(end === -1 ? 1 : end - column)}${rest}`
  })
}
