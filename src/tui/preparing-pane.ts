/** Before the first step: the parameters with where their values come from, a question if one is open, the plan. */
import type { RunView } from '../run/session.ts'
import { blank, fitted, type Line, lineWidth, plain, spread, styled, wrap } from './line.ts'
import type { RunUi } from './run-keys.ts'
import { allSteps } from './run-reading.ts'
import { effectMark, ink, type Theme } from './theme.ts'

/** Exactly `height` rows of `width` cells. */
export function preparingPane(
  view: RunView,
  ui: RunUi,
  width: number,
  height: number,
  theme: Theme,
): readonly Line[] {
  const rows: Line[] = [
    [styled(view.runbook.title, { bold: true })],
    ...wrap(view.runbook.summary, width).map(plain),
    blank,
    ...parameterRows(view, width),
    ...(view.question === undefined ? planRows(view, theme) : questionRows(view.question, ui, width, theme)),
  ]
  return Array.from({ length: height }, (_, row) => fitted(rows[row] ?? blank, width))
}

function parameterRows({ parameters }: RunView, width: number): Line[] {
  const longest = Math.max(0, ...parameters.map(({ name }) => name.length))
  return parameters.map(({ name, value, source }) => {
    const shown: Line = [
      styled(`${name.padEnd(longest)}  `, { dim: true }),
      styled(value, { color: ink.value }),
    ]
    const from: Line = [styled(`  ${shortSource(source)}`, { dim: true })]
    return lineWidth(shown) + lineWidth(from) > width ? shown : spread(shown, from, width)
  })
}

/** Where a value is from, in as few words as tell it; the record has it at length. */
function shortSource(source: string): string {
  if (source.startsWith('from the environment')) return 'from the environment'
  return source.startsWith('from ') ? 'found out' : source
}

function questionRows(
  question: NonNullable<RunView['question']>,
  { answer }: RunUi,
  width: number,
  theme: Theme,
): Line[] {
  const { example, oneOf, offered, refused, secret } = question
  const typed = secret ? '*'.repeat(answer.text.length) : answer.text
  const hints = [
    ...(oneOf === undefined ? [] : [`one of ${oneOf.join(', ')}`]),
    ...(example === undefined ? [] : [`e.g. ${example}`]),
    ...(offered === undefined ? [] : [`empty means ${offered}`]),
  ]
  return [
    blank,
    [styled(question.question, { bold: true }), styled(`  ${hints.join('; ')}`, { dim: true })],
    [
      styled(theme.ascii ? '> ' : '› ', { bold: true }),
      styled(typed.slice(0, answer.at)),
      styled(typed.slice(answer.at, answer.at + 1) || ' ', { inverse: true }),
      styled(typed.slice(answer.at + 1)),
    ],
    ...(refused === undefined
      ? []
      : wrap(refused, width).map((text): Line => [styled(text, { color: ink.bad })])),
  ]
}

function planRows(view: RunView, theme: Theme): Line[] {
  if (!view.state.choices.includes('begin')) return [blank, [styled('finding out…', { dim: true })]]
  return [
    blank,
    [
      styled('The plan', { bold: true }),
      styled('  Press Enter to begin. Nothing has been changed yet.', { dim: true }),
    ],
    ...allSteps(view).map((step, index): Line => {
      const mark = step.command === undefined ? undefined : effectMark(step.effect, theme)
      const number = String(index + 1).padStart(3)
      return [
        styled(`${number}  ${step.title}`),
        ...(mark === undefined || step.effect === 'read' ? [] : [styled(`  ${mark.text}`, mark.style)]),
      ]
    }),
  ]
}
