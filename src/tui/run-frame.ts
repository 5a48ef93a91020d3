/** The whole run screen as rows: header, panes, foot; what lies over them; fitted to the terminal. */
import type { ClusterStatus } from '../cluster/status.ts'
import type { RunView } from '../run/session.ts'
import { shortDuration } from '../run/words.ts'
import { clusterPane, clusterStrip } from './cluster-pane.ts'
import { endedPane } from './ended-pane.ts'
import { blank, fitted, type Line, plain, spread, styled, wrap } from './line.ts'
import { preparingPane } from './preparing-pane.ts'
import { type KeyHint, keyHints, type Overlay, purposeQuestion, type RunUi } from './run-keys.ts'
import { allSteps } from './run-reading.ts'
import { type Fill, stepPane } from './step-pane.ts'
import { stepsPane } from './steps-pane.ts'
import { ink, modeMark, type Theme } from './theme.ts'

export interface RunScreen {
  readonly view: RunView
  readonly ui: RunUi
  readonly status: ClusterStatus | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  readonly record: string
  readonly fill: Fill
  readonly theme: Theme
}

/** Below this many columns blue and green have no pane of their own. */
export const WIDE_FROM = 110

/** Exactly `rows` lines of `columns` cells. */
export function runFrame(screen: RunScreen, columns: number, rows: number): readonly Line[] {
  const { view, theme } = screen
  const mark = modeMark(view.mode, theme)
  const rule: Line = [styled(mark.rule.repeat(columns), mark.style)]
  const narrow = columns < WIDE_FROM
  const foot = footRows(keyHints(view, screen.ui, narrow), columns)
  const strip =
    narrow && rows >= 20 ? clusterStrip(screen.status, screen.now, columns - 2, theme).map(inset) : []
  const head = [header(screen, columns), rule, ...strip, ...(strip.length > 0 ? [thin(columns, theme)] : [])]
  const height = Math.max(1, rows - head.length - 1 - foot.length)
  const body = narrow ? narrowBody(screen, columns, height) : wideBody(screen, columns, height)
  const covered =
    screen.ui.overlay === undefined
      ? body
      : cover(body, overlayRows(screen, screen.ui.overlay, columns), columns)
  return [...head, ...covered, rule, ...foot].slice(0, rows)
}

function inset(line: Line): Line {
  return [{ text: ' ' }, ...line, { text: ' ' }]
}

function thin(columns: number, { ascii }: Theme): Line {
  return [styled((ascii ? '-' : '─').repeat(columns), { dim: true })]
}

function header({ view, now, theme }: RunScreen, columns: number): Line {
  const mark = modeMark(view.mode, theme)
  const where = view.context === '' ? 'no cluster' : `${view.context} / ${view.namespace}`
  const took =
    view.state.stage.stage === 'ended' ? '' : `  ${shortDuration(Math.max(0, now - view.startedAt))}`
  const left: Line = [
    styled(' HANDRAIL ', { bold: true, inverse: true }),
    styled(`  ${view.runbook.title}`, { bold: true }),
  ]
  return spread(
    left,
    [styled(`  ${mark.badge}`, { ...mark.style, bold: true }), styled(`  ${where}${took} `)],
    columns,
  )
}

function wideBody(screen: RunScreen, columns: number, height: number): readonly Line[] {
  const preparing = screen.view.state.stage.stage === 'preparing'
  const left = preparing ? 0 : Math.min(40, Math.floor(columns * 0.3))
  const right = Math.min(44, Math.floor(columns * 0.27))
  const middle = columns - left - right - (preparing ? 4 : 6)
  const between: Line = [styled(screen.theme.ascii ? ' | ' : ' │ ', { dim: true })]
  const steps = preparing ? [] : stepsPane(screen.view, left - 1, height, screen.theme)
  const centre = centrePane(screen, middle, height)
  const cluster = clusterPane(screen.status, screen.now, right, height, screen.theme)
  return Array.from({ length: height }, (_, row) => [
    { text: ' ' },
    ...(preparing ? [] : [...(steps[row] ?? blank), ...between]),
    ...(centre[row] ?? blank),
    ...between,
    ...(cluster[row] ?? blank),
  ])
}

function narrowBody(screen: RunScreen, columns: number, height: number): readonly Line[] {
  const { view, ui, status, now, theme } = screen
  const { stage } = view.state
  if (ui.showsCluster && stage.stage !== 'ended')
    return clusterPane(status, now, columns - 2, height, theme).map(inset)
  const left = stage.stage === 'preparing' ? 0 : Math.min(28, Math.floor(columns * 0.33))
  if (left === 0) return centrePane(screen, columns - 2, height).map(inset)
  const between: Line = [styled(theme.ascii ? ' | ' : ' │ ', { dim: true })]
  const steps = stepsPane(view, left - 1, height, theme)
  const centre = centrePane(screen, columns - left - 4, height)
  return Array.from({ length: height }, (_, row) => [
    { text: ' ' },
    ...(steps[row] ?? blank),
    ...between,
    ...(centre[row] ?? blank),
    { text: ' ' },
  ])
}

function centrePane(screen: RunScreen, width: number, height: number): readonly Line[] {
  const { view, ui, record, theme } = screen
  switch (view.state.stage.stage) {
    case 'preparing':
      return preparingPane(view, ui, width, height, theme)
    case 'ended':
      return endedPane(view, record, width, height, theme)
    default:
      return withNotices(view, stepPane(screen, width, height), width)
  }
}

/** The newest notice stands above everything that it may be about. */
function withNotices(view: RunView, pane: readonly Line[], width: number): readonly Line[] {
  const notice = view.notices.at(-1)
  if (notice === undefined) return pane
  const rows = wrap(notice, width).map((text): Line => fitted([styled(text, { color: ink.warn })], width))
  return [...rows.slice(0, 2), ...pane].slice(0, pane.length)
}

/** The keys that work now, over as many rows as they need. */
export function footRows(hints: readonly KeyHint[], columns: number): readonly Line[] {
  const rows: Line[] = [[]]
  let left = columns - 1
  for (const { key, does } of hints) {
    const wide = key.length + does.length + 4
    if (wide > left && left < columns - 1) {
      rows.push([])
      left = columns - 1
    }
    rows.push([
      ...(rows.pop() ?? []),
      styled(` ${key} `, { bold: true, inverse: true }),
      styled(` ${does}  `),
    ])
    left -= wide + 1
  }
  return rows.map((row) => fitted(row, columns))
}

/** Lays a box over the middle of the body. */
function cover(body: readonly Line[], box: readonly Line[], columns: number): readonly Line[] {
  const top = Math.max(0, Math.floor((body.length - box.length) / 2))
  return body.map((line, row) => {
    const over = box[row - top]
    return over === undefined ? line.map((segment) => ({ ...segment, dim: true })) : fitted(over, columns)
  })
}

function overlayRows(screen: RunScreen, overlay: Overlay, columns: number): readonly Line[] {
  const width = Math.min(76, columns - 8)
  const left = ' '.repeat(Math.floor((columns - width - 4) / 2))
  const edge = screen.theme.ascii
    ? { h: '-', v: '|', a: '+', b: '+', c: '+', d: '+' }
    : { h: '─', v: '│', a: '╭', b: '╮', c: '╰', d: '╯' }
  const rows = overlayText(screen, overlay, width)
  return [
    plain(`${left}${edge.a}${edge.h.repeat(width + 2)}${edge.b}`),
    ...rows.map((row): Line => [styled(`${left}${edge.v} `), ...fitted(row, width), styled(` ${edge.v}`)]),
    plain(`${left}${edge.c}${edge.h.repeat(width + 2)}${edge.d}`),
  ]
}

function overlayText(screen: RunScreen, overlay: Overlay, width: number): readonly Line[] {
  switch (overlay.kind) {
    case 'help':
      return helpRows(screen)
    case 'leave':
      return [
        [styled('Leave this run?', { bold: true })],
        ...wrap(
          `It stays as it stands, and a block that runs now is cancelled. Go on later with: handrail resume ${screen.view.run}`,
          width,
        ).map(plain),
        [styled('y', { bold: true }), styled(' leave   '), styled('esc', { bold: true }), styled(' stay')],
      ]
    case 'typed':
      return [
        [styled("This can't be taken back.", { color: ink.bad, bold: true })],
        [styled('Type '), styled(overlay.step, { bold: true }), styled(' to run it:')],
        typedRow(overlay.field),
      ]
    case 'reason':
      return [
        [styled(purposeQuestion(overlay.purpose), { bold: true })],
        ...(overlay.purpose === 'rollback' ? rollbackRows(screen.view) : []),
        typedRow(overlay.field),
      ]
  }
}

function rollbackRows(view: RunView): readonly Line[] {
  const titles = new Map(allSteps(view).map((step) => [step.id, step.title]))
  return [
    plain('These are taken back, in this order:'),
    ...view.state.wayBack.map((id): Line => [styled(`  ${titles.get(id) ?? id}`, { color: ink.value })]),
  ]
}

function typedRow({ text, at }: { readonly text: string; readonly at: number }): Line {
  return [
    styled('› '),
    styled(text.slice(0, at)),
    styled(text.slice(at, at + 1) || ' ', { inverse: true }),
    styled(text.slice(at + 1)),
  ]
}

function helpRows({ view, ui, theme }: RunScreen): readonly Line[] {
  const { overlay: _, ...under } = ui
  const hints = keyHints(view, under, true)
  const more: readonly KeyHint[] = [
    { key: 'PgUp PgDn', does: 'scroll the output; f follows it again' },
    { key: 'esc', does: 'back, always' },
  ]
  const mark = modeMark(view.mode, theme)
  return [
    [styled('The keys that work now', { bold: true })],
    ...[...hints, ...more].map(
      ({ key, does }): Line => [styled(key.padEnd(12), { bold: true }), styled(does)],
    ),
    blank,
    [styled(mark.badge, mark.style), styled(`  ${modeHelp[view.mode]}`)],
  ]
}

const modeHelp = {
  live: 'every command is real, on the cluster named above',
  practice: 'every command is real, on a practice cluster: nothing can break',
  'dry-run': 'nothing is changed: changes are asked of the server as dry runs, or shown',
} as const
