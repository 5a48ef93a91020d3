/** All steps as a table over the whole body: what each does, how it went, how long it took, who led it, the way back. */
import type { RunView } from '../run/session.ts'
import { shortDuration } from '../run/words.ts'
import type { Step } from '../runbook/runbook.ts'
import { cells, fitted, type Line, type Segment, styled } from './line.ts'
import { ink } from './palette.ts'
import { allSteps, currentStep } from './run-reading.ts'
import { type Pane, windowed } from './scroll.ts'
import { effectMark, stepMark, type Theme } from './theme.ts'

/** Cells of each column, its gap among them; the title takes what is left. */
const NUMBER = 6
const EFFECT = 12
const TOOK = 7
const BACK = 14
const PROVIDES = 26
/** Below this width the facts have no column, and names little room. */
const PROVIDES_FROM = 104

/** Exactly `height` rows of `width` cells, the current step among them while nobody scrolls. */
export function stepsScreen(
  view: RunView,
  held: number | undefined,
  width: number,
  height: number,
  theme: Theme,
): Pane {
  const { rows, current } = tableRows(view, width, theme)
  const room = Math.max(1, height - 1)
  const rest = Math.min(Math.max(current + Math.floor(room / 2), room - 1), rows.length - 1)
  const { rows: shown, scroll } = windowed(rows, room, held ?? rest)
  const all = [headRow(view, width), ...shown].map((row) => fitted(row, width))
  return scroll === undefined ? { rows: all } : { rows: all, scroll: { ...scroll, rest } }
}

function headRow(view: RunView, width: number): Line {
  const words = ['    step', 'effect', 'took', 'who', 'way back', ...(hasProvides(width) ? ['provides'] : [])]
  return columns(
    words.map((word) => [styled(word, { dim: true })]),
    view,
    width,
  )
}

function tableRows(
  view: RunView,
  width: number,
  theme: Theme,
): { readonly rows: readonly Line[]; readonly current: number } {
  const here = currentStep(view)
  const steps = allSteps(view)
  const rows: Line[] = []
  let current = 0
  for (const phase of view.runbook.phases) {
    rows.push([styled(phase.title, { bold: true, color: ink.quiet })])
    for (const step of phase.steps) {
      if (step === here) current = rows.length
      rows.push(stepRow(view, step, steps.indexOf(step) + 1, step === here, width, theme))
      if (step.id === view.state.wayBackEnd) rows.push(endRow(width, theme))
    }
  }
  return { rows, current }
}

function stepRow(
  view: RunView,
  step: Step,
  number: number,
  here: boolean,
  width: number,
  theme: Theme,
): Line {
  const status = view.state.steps[step.id]?.status ?? 'waiting'
  const { text, shape: _, ascii: __, ...mark } = stepMark(status, theme)
  const quiet = status === 'waiting' || status === 'skipped'
  const title = styled(step.title, here ? { bold: true, inverse: true } : quiet ? { dim: true } : {})
  const took = view.durations[step.id]
  const provides = styled(step.provides.join(', '), { dim: true })
  return columns(
    [
      [styled(`${text} `, mark), styled(`${String(number).padStart(2)} `, { dim: true }), title],
      [effectOf(step, theme)],
      [styled(took === undefined ? '' : shortDuration(took))],
      [whoOf(view, step)],
      [backOf(view, step)],
      ...(hasProvides(width) ? [[provides]] : []),
    ],
    view,
    width,
  )
}

function effectOf(step: Step, theme: Theme): Segment {
  if (step.command === undefined)
    return styled(step.gate === undefined ? 'by hand' : 'watches', { dim: true })
  const { text, style } = effectMark(step.effect, theme)
  return styled(text, style)
}

/** Whoever decided last, with a mark where a flag did it for them; a read that nobody was asked about runs by itself. */
function whoOf(view: RunView, step: Step): Segment {
  const decision = view.who[step.id]
  if (decision !== undefined) return styled(decision.how === 'key' ? decision.by : `${decision.by} (flag)`)
  return styled(view.state.steps[step.id]?.status === 'passed' ? 'by itself' : '', { dim: true })
}

function backOf({ state }: RunView, step: Step): Segment {
  const status = state.steps[step.id]?.status
  if (status === 'undone') return styled('taken back', { color: ink.good })
  if (status === 'left' && step.effect !== 'read') return styled('left as it is', { color: ink.warn })
  if (step.undo !== undefined) {
    return state.wayBack.includes(step.id)
      ? styled('to take back', { color: ink.value })
      : styled('has an undo')
  }
  if (step.effect === 'destroy') return styled('for good', { color: ink.bad, bold: true })
  return step.effect === 'change' ? styled('has no undo', { color: ink.warn }) : styled('')
}

/** Where the way back ends, below the step that can't be taken back. */
function endRow(width: number, theme: Theme): Line {
  const rule = theme.ascii ? '-' : '─'
  const words = `${rule}${rule} the way back ends here `
  return [styled(`${words}${rule.repeat(Math.max(0, width - cells(words)))}`, { color: ink.bad })]
}

function hasProvides(width: number): boolean {
  return width >= PROVIDES_FROM
}

/** The title takes what is left, and no more than the longest needs: a row is read across. */
function columns(parts: readonly Line[], view: RunView, width: number): Line {
  const others = [EFFECT, TOOK, hasProvides(width) ? 20 : 12, BACK, ...(hasProvides(width) ? [PROVIDES] : [])]
  const longest = Math.max(...allSteps(view).map(({ title }) => cells(title)))
  const left = width - others.reduce((sum, one) => sum + one, 0)
  const title = Math.max(NUMBER + 8, Math.min(left, longest + NUMBER + 2))
  return parts.flatMap((part, index) => [
    ...fitted(part, (index === 0 ? title : (others[index - 1] ?? 0)) - 2),
    styled('  '),
  ])
}
