/** The way back from here, in words: what a rollback takes back, what it leaves, and past which step it can't go. */
import type { RunView } from '../run/session.ts'
import type { Step } from '../runbook/runbook.ts'
import { type Line, plain, styled, wrapHanging } from './line.ts'
import { ink } from './palette.ts'
import { allSteps } from './run-reading.ts'
import { moreRow } from './scroll.ts'
import { stepMark, type Theme } from './theme.ts'

/** The way back beside the current step, in a row or two; always whole. */
export function wayBackSummary(view: RunView, step: Step, width: number, theme: Theme): readonly Line[] {
  const { wayBack, stage } = view.state
  const arrow = theme.ascii ? '<-' : '↶'
  if (stage.stage === 'rolling-back')
    return wrapHanging([styled(`${arrow} still to take back: ${wayBack.length}`, { dim: true })], width, 2)
  const { end, leaves } = beyond(view)
  const own = step.undo !== undefined || step.effect === 'read' ? '' : '; this step has no undo'
  const far = wayBack.length === 0 ? 'nothing to take back yet' : `way back: ${wayBack.join(', ')}`
  const others = leaves.filter(({ id }) => id !== step.id).map(({ id }) => id)
  const left = others.length === 0 ? '' : `; ${others.join(', ')} would stay`
  const row: Line = [
    styled(`${arrow} ${end === undefined || wayBack.length > 0 ? far : 'no way back'}${left}${own}`, {
      dim: true,
    }),
    ...(end === undefined ? [] : [styled(`; not past ${end.id}`, { color: ink.warn })]),
  ]
  return wrapHanging(row, width, 2)
}

/** What a rollback would undo, newest first, and what of it can't be undone; at most `height` rows. */
export function wayBackRows(view: RunView, width: number, height: number, theme: Theme): readonly Line[] {
  const titles = new Map(allSteps(view).map((step) => [step.id, step.title]))
  const { text, shape: _, ascii: __, ...mark } = stepMark('undone', theme)
  const rows = view.state.wayBack.flatMap((id) =>
    wrapHanging([styled(`  ${text} `, mark), styled(titles.get(id) ?? id)], width, 4),
  )
  const { end, leaves } = beyond(view)
  const after = [
    ...(leaves.length === 0
      ? []
      : wrapHanging(
          [styled(`These have no undo and stay: ${leaves.map(({ title }) => title).join('; ')}.`)],
          width,
          2,
        )),
    ...(end === undefined
      ? []
      : wrapHanging(
          [styled(`It ends before "${end.title}", which can't be taken back.`, { color: ink.warn })],
          width,
          2,
        )),
  ].slice(0, Math.max(0, height - 3))
  const room = Math.max(1, height - 1 - after.length)
  const shown = rows.length <= room ? rows : rows.slice(0, room - 1)
  const hidden = rows.length - shown.length
  return [
    plain('These are taken back, in this order:'),
    ...shown,
    ...(hidden === 0 ? [] : [[styled('  '), ...moreRow(hidden, 'below')]]),
    ...after,
  ]
}

/** The step that ends the way back, and those with an effect that it would leave: reads leave nothing behind. */
function beyond(view: RunView): { readonly end: Step | undefined; readonly leaves: readonly Step[] } {
  const { wayBackEnd, wayBackLeaves } = view.state
  const steps = allSteps(view)
  return {
    end: steps.find(({ id }) => id === wayBackEnd),
    leaves: steps.filter(({ id, effect }) => effect !== 'read' && wayBackLeaves.includes(id)).toReversed(),
  }
}
