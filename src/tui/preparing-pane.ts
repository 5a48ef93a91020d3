/** Before the first step: the form of the parameters while one is asked or changed, else what the run will change. */
import type { RunView } from '../run/session.ts'
import { type FormParts, formRows, valueRows } from './form-rows.ts'
import { blank, fitted, type Line, styled, wrap, wrapHanging } from './line.ts'
import { ink } from './palette.ts'
import { planDiffRows } from './plan-diff.ts'
import { proseRows } from './prose.ts'
import { allSteps } from './run-reading.ts'
import { around, type Pane, windowed } from './scroll.ts'
import { effectMark, type Theme } from './theme.ts'

/** Exactly `height` rows of `width` cells. The field that takes the keys is never scrolled away. */
export function preparingPane(parts: FormParts, width: number, height: number): Pane {
  const { view, ui, theme } = parts
  const head: Line[] = [
    [styled(view.runbook.title, { bold: true })],
    ...proseRows(view.runbook.summary, width),
    blank,
  ]
  if (view.question !== undefined || ui.editing !== undefined) {
    const form = formRows(parts, width)
    const notices = noticeRows(view, width)
    const above = head.length + notices.length + form.rows.length <= height ? [...head, ...notices] : []
    const room = height - above.length
    return inWidth({ rows: pad([...above, ...around(form.rows, form.cursor, room)], height) }, width)
  }
  const rows = [
    ...head,
    ...beginRows(view, width),
    ...noticeRows(view, width),
    ...changeRows(view, width),
    ...valueRows(view, width),
    ...stepRows(view, width, theme),
  ]
  return inWidth(windowed(rows, height, ui.held), width)
}

function inWidth(pane: Pane, width: number): Pane {
  return { ...pane, rows: pane.rows.map((row) => fitted(row, width)) }
}

function pad(rows: readonly Line[], height: number): readonly Line[] {
  return Array.from({ length: height }, (_, row) => rows[row] ?? blank)
}

function noticeRows({ notices }: RunView, width: number): readonly Line[] {
  const rows = notices.flatMap((notice) => wrap(notice, width))
  return rows.length === 0 ? [] : [...rows.map((text): Line => [styled(text, { color: ink.warn })]), blank]
}

/** What the keys do stands above everything that may be longer than the screen. */
function beginRows(view: RunView, width: number): readonly Line[] {
  if (!view.state.choices.includes('begin')) return []
  const words = [
    styled(beginWords(view), { bold: true }),
    styled('  Nothing has been changed yet.', { dim: true }),
  ]
  return [...wrapHanging(words, width, 2), blank]
}

function changeRows(view: RunView, width: number): readonly Line[] {
  const rows = planDiffRows(view, width)
  return rows.length === 0 ? [] : [...rows, blank]
}

function stepRows(view: RunView, width: number, theme: Theme): readonly Line[] {
  if (!view.state.choices.includes('begin')) return [blank, [styled('finding out…', { dim: true })]]
  const steps = allSteps(view)
  const longest = Math.min(Math.max(...steps.map((step) => step.title.length)), width - 20)
  const rows = view.runbook.phases.flatMap((phase) => [
    [styled(phase.title, { bold: true, color: ink.quiet })],
    ...phase.steps.map((step): Line => {
      const number = String(steps.indexOf(step) + 1).padStart(3)
      const { text, style } = effectMark(step.effect, theme)
      const mark = step.command === undefined ? byHand(step.gate !== undefined) : styled(text, style)
      return [...fitted([styled(`${number}  ${step.title}`)], longest + 7), mark]
    }),
  ])
  return [blank, [styled('The steps', { bold: true })], ...rows]
}

function beginWords({ typedToBegin: typed }: RunView): string {
  return typed === undefined ? 'Press Enter to begin.' : `Press Enter, then type ${typed} to begin.`
}

function byHand(isGate: boolean) {
  return styled(isGate ? 'waits and watches' : 'by hand', { dim: true })
}
