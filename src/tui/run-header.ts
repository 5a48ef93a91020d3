/** The first row of the run screen: which runbook, in which mode, on which cluster, since when. */
import type { RunView } from '../run/session.ts'
import { cells, endOf, type Line, lineWidth, spread, styled } from './line.ts'
import { modeMark, type Theme } from './theme.ts'

/** Exactly `columns` cells. The mode, the namespace and the end of a long context are always whole. */
export function runHeader(view: RunView, now: number, columns: number, theme: Theme): Line {
  const mark = modeMark(view.mode, theme)
  const ended = view.state.stage.stage === 'ended'
  const took = ended ? ' ' : `  ${elapsed(now - view.startedAt)} `
  const name = styled(' HANDRAIL ', { bold: true, inverse: true })
  const badge = styled(`  ${mark.badge}`, { ...mark.style, bold: true })
  const titled = lineWidth([name, badge]) + cells(view.runbook.title) + cells(took) + 4
  const most = Math.max(24, columns - titled)
  const where = whereWords(view, Math.min(most, columns - lineWidth([name, badge]) - cells(took) - 2))
  return spread(
    [name, styled(`  ${view.runbook.title}`, { bold: true })],
    [badge, styled(`  ${where}${took}`)],
    columns,
  )
}

/** Contexts of managed clusters are long, and what tells them apart is at their end. */
function whereWords({ context, namespace }: RunView, width: number): string {
  if (context === '') return 'no cluster'
  return `${endOf(context, Math.max(8, width - cells(namespace) - 3))} / ${namespace}`
}

/** Like a stop watch: 0:04, 12:30, 1:02:03. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value % 60).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds)}`
    : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}`
}
