/** The foot of a screen: the keys that work now, over as many rows as they need. */
import { fitted, type Line, styled } from './line.ts'
import type { KeyHint } from './run-ui.ts'

export function footRows(hints: readonly KeyHint[], columns: number): readonly Line[] {
  const rows: Line[] = [[]]
  let left = columns - 1
  for (const { key, does } of hints) {
    const wide = key.length + does.length + 4
    if (wide > left && left < columns - 1) {
      rows.push([])
      left = columns - 1
    }
    rows.push([
      ...(rows.pop() ?? []),
      styled(` ${key} `, { bold: true, inverse: true }),
      styled(` ${does}  `),
    ])
    left -= wide + 1
  }
  return rows.map((row) => fitted(row, columns))
}
