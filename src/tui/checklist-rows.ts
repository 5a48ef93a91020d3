/** The checklist of the current step: what is attested, and where the cursor stands. */
import type { RunView } from '../run/session.ts'
import type { Step } from '../runbook/runbook.ts'
import { type Line, styled, wrapHanging } from './line.ts'
import { ink } from './palette.ts'
import type { Theme } from './theme.ts'

/** All items, long ones over several rows, and the row that the cursor's item begins at. */
export function checklistRows(
  view: RunView,
  step: Step,
  cursor: number,
  width: number,
  theme: Theme,
): { readonly rows: readonly Line[]; readonly at: number } {
  const done = new Set(view.state.attested[step.id])
  const open = view.state.choices.includes('attest')
  const rows: Line[] = []
  let at = 0
  step.checklist.forEach((item, index) => {
    const here = open && index === cursor
    if (here) at = rows.length
    const box = styled(done.has(item.id) ? '[x] ' : '[ ] ', done.has(item.id) ? { color: ink.good } : {})
    const sign = styled(here ? (theme.ascii ? '> ' : '› ') : '  ', { bold: true })
    rows.push(...wrapHanging([sign, box, styled(item.text, here ? { bold: true } : {})], width, 6))
  })
  return { rows, at }
}
