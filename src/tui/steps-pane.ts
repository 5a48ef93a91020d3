/** The runbook at a glance: phases and steps with their state and time. */
import type { RunView } from '../run/session.ts'
import { shortDuration } from '../run/words.ts'
import { blank, fitted, type Line, spread, styled } from './line.ts'
import { currentStep } from './run-reading.ts'
import { ink, stepMark, type Theme } from './theme.ts'

/** Exactly `height` rows of `width` cells, scrolled so that the current step is among them. */
export function stepsPane(view: RunView, width: number, height: number, theme: Theme): readonly Line[] {
  const here = currentStep(view)
  const rows: Line[] = []
  let current = 0
  for (const phase of view.runbook.phases) {
    if (rows.length > 0) rows.push(blank)
    rows.push([styled(phase.title, { bold: true, color: ink.quiet })])
    for (const step of phase.steps) {
      if (step === here) current = rows.length
      rows.push(stepRow(view, step.id, step.title, step === here, width, theme))
    }
  }
  const first = Math.max(0, Math.min(current - Math.floor(height / 2), rows.length - height))
  return Array.from({ length: height }, (_, row) => fitted(rows[first + row] ?? blank, width))
}

function stepRow(view: RunView, id: string, title: string, here: boolean, width: number, theme: Theme): Line {
  const status = view.state.steps[id]?.status ?? 'waiting'
  const { text, color, bold, dim } = stepMark(status, theme)
  const mark = {
    ...(color === undefined ? {} : { color }),
    ...(bold ? { bold } : {}),
    ...(dim ? { dim } : {}),
  }
  const took = view.durations[id]
  const time =
    took === undefined || status !== 'passed' ? [] : [styled(` ${shortDuration(took)}`, { dim: true })]
  const quiet = status === 'waiting' || status === 'skipped'
  const label = styled(title, here ? { bold: true, inverse: true } : quiet ? { dim: true } : {})
  return spread([styled(`${text} `, mark), label], time, width)
}
