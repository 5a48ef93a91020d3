/** The home screen, kept under frames/ for people to read and approve. */
import { describe, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { type HomeWhere, homeFrame } from '../../src/tui/home-frame.ts'
import { freshHome, type HomeItem, type HomeUi } from '../../src/tui/home-keys.ts'
import type { Vitals } from '../../src/vitals/vitals.ts'
import { ailing, faring, misfits, same, settled, sizes, text, troubled, utf8 } from './frames.ts'
import { items, runbook } from './home-items.ts'
import { began } from './staged-run.ts'

const many = Array.from({ length: 60 }, (_, index) =>
  runbook('Troubleshooting', `case-${String(index + 1).padStart(2, '0')}`, 'One of many.'),
)

interface Scene {
  readonly name: string
  readonly ui?: Partial<HomeUi>
  readonly all?: readonly HomeItem[]
  readonly where?: HomeWhere
  readonly status?: ClusterStatus
  readonly vitals?: Vitals
}

const live = { kind: 'found', mode: 'live', context: 'production', namespace: 'loanserve' } as const

const scenes: readonly Scene[] = [
  { name: 'home', ui: { selected: 2 }, where: live, status: settled, vitals: faring },
  { name: 'home-troubled', where: live, status: troubled, vitals: ailing },
  { name: 'home-practice', where: { ...live, mode: 'practice' }, status: settled },
  { name: 'home-help', ui: { helping: true }, where: live, status: settled },
  { name: 'home-looking', where: { kind: 'looking' } },
  { name: 'home-filtered', ui: { filtering: true, filter: { text: 'depl', at: 4 } } },
  { name: 'home-nothing-fits', ui: { filtering: true, filter: { text: 'zzz', at: 3 } } },
  { name: 'home-many', ui: { selected: 40 }, all: many },
]

describe.each(sizes)('at %i×%i', (columns, rows) => {
  test.each(scenes)('$name reads as it was approved', async ({ name, ui = {}, all = items, ...known }) => {
    const { where = { kind: 'none' }, status, vitals } = known
    const screen = {
      ...{ items: all, ui: { ...freshHome, ...ui }, where, status, vitals },
      ...{ mask: same, now: began + 1000, theme: utf8 },
    }
    const lines = homeFrame(screen, columns, rows)
    expect(misfits(lines, columns, rows)).toEqual([])
    await expect(text(lines)).toMatchFileSnapshot(`frames/${name}-${columns}x${rows}.txt`)
  })
})
