/** The runbook at a glance: phases and steps with their state and time. */
import type { RunView } from '../run/session.ts'
import { shortDuration } from '../run/words.ts'
import { blank, fitted, type Line, spread, styled } from './line.ts'
import { ink } from './palette.ts'
import { currentStep } from './run-reading.ts'
import { moreRow } from './scroll.ts'
import { stepMark, type Theme } from './theme.ts'

/** From so many cells on there is room for who led a step; all of them are in steps-screen.ts. */
const WHO_FROM = 44

/** Exactly `height` rows of `width` cells, the current step among them. */
export function stepsPane(view: RunView, width: number, height: number, theme: Theme): readonly Line[] {
  const spaced = stepRows(view, width, theme, true)
  const { rows, current } = spaced.rows.length <= height ? spaced : stepRows(view, width, theme, false)
  const over = rows.length - height
  const first = Math.max(0, Math.min(current - Math.floor(height / 2), over))
  const shown = Array.from({ length: height }, (_, row) => rows[first + row] ?? blank)
  const top = first > 0 ? [moreRow(first + 1, 'above')] : shown.slice(0, 1)
  const bottom = first < over ? [moreRow(over - first + 1, 'below')] : shown.slice(-1)
  return [...top, ...shown.slice(1, -1), ...bottom].map((line) => fitted(line, width))
}

function stepRows(
  view: RunView,
  width: number,
  theme: Theme,
  spaced: boolean,
): { readonly rows: readonly Line[]; readonly current: number } {
  const here = currentStep(view)
  const rows: Line[] = []
  let current = 0
  for (const phase of view.runbook.phases) {
    if (rows.length > 0 && spaced) rows.push(blank)
    rows.push([styled(phase.title, { bold: true, color: ink.quiet })])
    for (const step of phase.steps) {
      if (step === here) current = rows.length
      rows.push(stepRow(view, step.id, step.title, step === here, width, theme))
    }
  }
  return { rows, current }
}

function stepRow(view: RunView, id: string, title: string, here: boolean, width: number, theme: Theme): Line {
  const status = view.state.steps[id]?.status ?? 'waiting'
  const { text, shape: _, ascii: __, ...mark } = stepMark(status, theme)
  const took = view.durations[id]
  const led = width >= WHO_FROM && status !== 'waiting' ? view.who[id]?.by : undefined
  const time: Line = [
    ...(led === undefined ? [] : [styled(`  ${led}`, { dim: true })]),
    ...(took === undefined || status !== 'passed'
      ? []
      : [styled(` ${shortDuration(took).padStart(5)}`, { dim: true })]),
  ]
  const quiet = status === 'waiting' || status === 'skipped'
  const label = styled(title, here ? { bold: true, inverse: true } : quiet ? { dim: true } : {})
  return spread([styled(`${text} `, mark), label], time, width)
}
