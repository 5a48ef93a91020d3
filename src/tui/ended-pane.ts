/** The end of a run: how it ended, what was done, where the record lies. */
import type { RunView } from '../run/session.ts'
import { endingWords } from '../run/words.ts'
import { blank, fitted, type Line, plain, styled, wrap } from './line.ts'
import { allSteps } from './run-reading.ts'
import { ink, stepMark, type Theme } from './theme.ts'

/** Exactly `height` rows of `width` cells. `record` is the folder that the journal lies in. */
export function endedPane(
  view: RunView,
  record: string,
  width: number,
  height: number,
  theme: Theme,
): readonly Line[] {
  const { stage } = view.state
  if (stage.stage !== 'ended') return []
  const style =
    stage.ending === 'done' || stage.ending === 'rolled-back' ? { color: ink.good } : { color: ink.bad }
  const rows: Line[] = [
    ...wrap(endingWords[stage.ending], width).map((text): Line => [styled(text, { ...style, bold: true })]),
    blank,
    ...tally(view, theme),
    blank,
    ...wrap(`The record: ${record}`, width).map(plain),
    plain(`Check it: handrail audit verify ${view.run}`),
  ]
  return Array.from({ length: height }, (_, row) => fitted(rows[row] ?? blank, width))
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
] as const

function tally(view: RunView, theme: Theme): Line[] {
  const states = allSteps(view).map((step) => view.state.steps[step.id]?.status ?? 'waiting')
  return tallied.flatMap((status) => {
    const count = states.filter((other) => other === status).length
    if (count === 0) return []
    const word = status === 'waiting' ? 'not reached' : status
    return [
      [
        styled(`${stepMark(status, theme).text} `),
        styled(`${count} ${count === 1 ? 'step' : 'steps'} ${word}`),
      ],
    ]
  })
}

/** What stays in the scrollback when the screen is gone. */
export function farewell(view: RunView, record: string): string {
  const { stage } = view.state
  const how =
    stage.stage === 'ended'
      ? endingWords[stage.ending]
      : `left as it stands; go on with: handrail resume ${view.run}`
  return `${view.runbook.title}: ${how}\nrun ${view.run}, record ${record}\n`
}
