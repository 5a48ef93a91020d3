/** Before the first step: the parameters with where their values come from, a question if one is open, the plan. */
import type { Question, RunView } from '../run/session.ts'
import { fieldLine } from './field-line.ts'
import { blank, endOf, fitted, type Line, lineWidth, spread, styled, wrap, wrapHanging } from './line.ts'
import { ink } from './palette.ts'
import { planDiffRows } from './plan-diff.ts'
import { proseRows } from './prose.ts'
import { allSteps } from './run-reading.ts'
import type { RunUi } from './run-ui.ts'
import { type Pane, windowed } from './scroll.ts'
import { effectMark, type Theme } from './theme.ts'

/** Exactly `height` rows of `width` cells. A question is never scrolled away: what stands above it gives way. */
export function preparingPane(view: RunView, ui: RunUi, width: number, height: number, theme: Theme): Pane {
  const head: Line[] = [
    [styled(view.runbook.title, { bold: true })],
    ...proseRows(view.runbook.summary, width),
    blank,
  ]
  const parameters = parameterRows(view, width)
  if (view.question === undefined) {
    const rows = [
      ...head,
      ...beginRows(view, width),
      ...noticeRows(view, width),
      ...changeRows(view, width),
      ...parameters,
      ...stepRows(view, width, theme),
    ]
    return inWidth(windowed(rows, height, ui.held), width)
  }
  const question = questionRows(view.question, ui, width, theme)
  const room = Math.max(0, height - question.length)
  const above = head.length + parameters.length <= room ? [...head, ...parameters] : parameters
  return inWidth({ rows: pad([...above.slice(-room), ...question], height) }, width)
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

function parameterRows({ parameters }: RunView, width: number): readonly Line[] {
  const longest = Math.max(0, ...parameters.map(({ name }) => name.length))
  return parameters.map(({ name, value, source }) => {
    const label = styled(`${name.padEnd(longest)}  `, { dim: true })
    const from: Line = [styled(`  ${shortSource(source)}`, { dim: true })]
    const whole: Line = [label, styled(value, { color: ink.value })]
    if (lineWidth(whole) + lineWidth(from) <= width) return spread(whole, from, width)
    return [label, styled(endOf(value, Math.max(8, width - longest - 2)), { color: ink.value })]
  })
}

/** Where a value is from, in as few words as tell it; the record has it at length. */
function shortSource(source: string): string {
  if (source.startsWith('from the environment')) return 'from the environment'
  return source.startsWith('from ') ? 'found out' : source
}

function questionRows(question: Question, { answer }: RunUi, width: number, theme: Theme): readonly Line[] {
  const { example, oneOf, offered, refused, secret } = question
  const hints = [
    ...(example === undefined ? [] : [`e.g. ${example}`]),
    ...(offered === undefined ? [] : [`empty means ${offered}`]),
  ]
  const asked = [
    styled(question.question, { bold: true }),
    ...(hints.length === 0 ? [] : [styled(`  ${hints.join('; ')}`, { dim: true })]),
  ]
  return [
    blank,
    ...wrapHanging(asked, width, 2),
    ...(oneOf === undefined ? [] : [choiceRow(oneOf, answer.text)]),
    fieldLine(answer, width, theme, secret),
    ...(refused === undefined
      ? []
      : wrap(refused, width).map((text): Line => [styled(text, { color: ink.bad })])),
  ]
}

function choiceRow(oneOf: readonly string[], chosen: string): Line {
  return [
    styled('  one of '),
    ...oneOf.flatMap((value) => [
      styled(` ${value} `, value === chosen ? { inverse: true } : {}),
      styled(' '),
    ]),
  ]
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
