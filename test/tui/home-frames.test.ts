/** The home screen, kept under frames/ for people to read and approve. */
import { describe, expect, test } from 'vitest'
import { homeFrame } from '../../src/tui/home-frame.ts'
import { freshHome, type HomeItem, type HomeUi } from '../../src/tui/home-keys.ts'
import { misfits, sizes, text, utf8 } from './frames.ts'
import { items, runbook } from './home-items.ts'

const many = Array.from({ length: 60 }, (_, index) =>
  runbook('Troubleshooting', `case-${String(index + 1).padStart(2, '0')}`, 'One of many.'),
)

const scenes: readonly { name: string; ui?: Partial<HomeUi>; all?: readonly HomeItem[] }[] = [
  { name: 'home', ui: { selected: 2 } },
  { name: 'home-filtered', ui: { filtering: true, filter: { text: 'depl', at: 4 } } },
  { name: 'home-nothing-fits', ui: { filtering: true, filter: { text: 'zzz', at: 3 } } },
  { name: 'home-many', ui: { selected: 40 }, all: many },
]

describe.each(sizes)('at %i×%i', (columns, rows) => {
  test.each(scenes)('$name reads as it was approved', async ({ name, ui = {}, all = items }) => {
    const screen = { items: all, ui: { ...freshHome, ...ui }, where: 'cluster: production', theme: utf8 }
    const lines = homeFrame(screen, columns, rows)
    expect(misfits(lines, columns, rows)).toEqual([])
    await expect(text(lines)).toMatchFileSnapshot(`frames/${name}-${columns}x${rows}.txt`)
  })
})
