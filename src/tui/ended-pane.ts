/** The end of a run: how it ended, what was done, what still is as the run left it, where the record lies. */
import type { StepState } from '../../machines/state.ts'
import type { RunView } from '../run/session.ts'
import { endingWords } from '../run/words.ts'
import type { Step } from '../runbook/runbook.ts'
import { blank, fitted, type Line, styled, wrap, wrapHanging, wrapLine } from './line.ts'
import { ink } from './palette.ts'
import { allSteps } from './run-reading.ts'
import { type Pane, windowed } from './scroll.ts'
import { stepMark, type Theme } from './theme.ts'

/** Exactly `height` rows of `width` cells. `record` is the folder that the journal lies in. */
export function endedPane(
  view: RunView,
  record: string,
  held: number | undefined,
  width: number,
  height: number,
  theme: Theme,
): Pane {
  const { stage } = view.state
  if (stage.stage !== 'ended') return { rows: [] }
  const { ending } = stage
  const style = ending === 'done' || ending === 'rolled-back' ? { color: ink.good } : { color: ink.bad }
  const rows: Line[] = [
    ...wrap(endingWords[ending], width).map((text): Line => [styled(text, { ...style, bold: true })]),
    blank,
    ...tally(view, theme),
    ...remainingRows(view, width, theme),
    ...findingRows(view, width),
    blank,
    [styled('The record', { bold: true })],
    ...wrapLine([styled(record)], width),
    ...wrapHanging([styled(`handrail audit verify ${view.run}`)], width, 2),
  ]
  const pane = windowed(rows, height, held)
  return { ...pane, rows: pane.rows.map((row) => fitted(row, width)) }
}

const tallied = [
  'passed',
  'skipped',
  'undone',
  'left',
  'failed',
  'unknown',
  'undo-failed',
  'undo-unknown',
  'waiting',
] as const satisfies readonly StepState['status'][]

const tallyWords: Partial<Record<StepState['status'], string>> = {
  waiting: 'not reached',
  undone: 'taken back',
  left: 'left as is',
  'undo-failed': 'could not be taken back',
  'undo-unknown': 'taken back or not: unknown',
}

function tally(view: RunView, theme: Theme): readonly Line[] {
  const states = allSteps(view).map((step) => view.state.steps[step.id]?.status ?? 'waiting')
  return tallied.flatMap((status) => {
    const count = states.filter((other) => other === status).length
    if (count === 0) return []
    const { text, shape: _, ascii: __, ...mark } = stepMark(status, theme)
    const words = `${count} ${count === 1 ? 'step' : 'steps'} ${tallyWords[status] ?? status}`
    return [[styled(`${text} `, mark), styled(words)]]
  })
}

/** After any end but `done`: the changes that the run made, or may have made, and did not take back. */
function remaining(view: RunView): readonly Step[] {
  const { stage, steps } = view.state
  if (stage.stage === 'ended' && stage.ending === 'done') return []
  const lasting = new Set<StepState['status']>([
    'passed',
    'failed',
    'unknown',
    'left',
    'undo-failed',
    'undo-unknown',
  ])
  return allSteps(view).filter(
    ({ id, effect }) => effect !== 'read' && lasting.has(steps[id]?.status ?? 'waiting'),
  )
}

function remainingRows(view: RunView, width: number, theme: Theme): readonly Line[] {
  const steps = remaining(view)
  if (steps.length === 0) return []
  return [
    blank,
    ...wrap('What these changed, or may have changed, is still there:', width).map(
      (text): Line => [styled(text, { bold: true, color: ink.warn })],
    ),
    ...steps.flatMap(({ id, title }) => {
      const {
        text,
        shape: _,
        ascii: __,
        ...mark
      } = stepMark(view.state.steps[id]?.status ?? 'waiting', theme)
      return wrapHanging([styled(`${text} `, mark), styled(title)], width, 2)
    }),
  ]
}

/** What the steps have found, and where it leads. */
function findingRows(view: RunView, width: number): readonly Line[] {
  const found = allSteps(view).flatMap(({ id }) => view.state.findings[id] ?? [])
  if (found.length === 0) return []
  return [
    blank,
    [styled('What was found', { bold: true })],
    ...found.flatMap(({ text, leadsTo }) => {
      const lead = leadsTo === undefined ? '' : `  (handrail run ${leadsTo})`
      return wrapHanging([styled(`- ${text.replaceAll('\n', ' ')}${lead}`)], width, 2)
    }),
  ]
}

/** What stays in the scrollback when the screen is gone. */
export function farewell(view: RunView, record: string): string {
  const { stage } = view.state
  const how =
    stage.stage === 'ended'
      ? endingWords[stage.ending]
      : view.endsWithWorld
        ? 'left; a run in practice is not taken up again'
        : `left as it stands; go on with: handrail resume ${view.run}`
  const left = stage.stage === 'ended' ? remaining(view).map(({ title }) => title) : []
  const still = left.length === 0 ? '' : `not taken back: ${left.join('; ')}\n`
  const where = view.context === '' ? '' : `${view.mode} on ${view.context} / ${view.namespace}\n`
  return `${view.runbook.title}: ${how}\n${still}${where}run ${view.run}, record ${record}\n`
}
