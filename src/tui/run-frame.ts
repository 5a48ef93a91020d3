/** The whole run screen as rows: header, panes, foot; what lies over them; fitted to the terminal. */
import type { ClusterStatus } from '../cluster/status.ts'
import type { RunView } from '../run/session.ts'
import type { Vitals } from '../vitals/vitals.ts'
import type { Fill } from './block-rows.ts'
import { clusterPane, clusterScreen, clusterStrip } from './cluster-pane.ts'
import { endedPane } from './ended-pane.ts'
import { footRows } from './foot-rows.ts'
import { keyHints } from './key-hints.ts'
import { between, clusterWidth, inset, STRIP_FROM, thinRule, WIDE_FROM } from './layout.ts'
import { asciiSigns, blank, fitted, type Line, styled, wrap } from './line.ts'
import { outputScreen } from './output-screen.ts'
import { covered } from './overlay-box.ts'
import { ink } from './palette.ts'
import { preparingPane } from './preparing-pane.ts'
import { runHeader } from './run-header.ts'
import type { Check, RunUi, Tab } from './run-ui.ts'
import type { Pane, Scroll } from './scroll.ts'
import { stepPane } from './step-pane.ts'
import { stepsPane } from './steps-pane.ts'
import { stepsScreen } from './steps-screen.ts'
import { modeMark, type Theme } from './theme.ts'
import { vitalsStrip } from './vitals-rows.ts'

export interface RunScreen {
  readonly view: RunView
  readonly ui: RunUi
  readonly status: ClusterStatus | undefined
  readonly vitals: Vitals | undefined
  /** Masks secrets in the cluster's own words. */
  readonly mask: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly record: string
  readonly fill: Fill
  readonly check: Check
  readonly theme: Theme
}

export interface RunFrame {
  /** Exactly as many as the terminal has rows, each of exactly its columns. */
  readonly lines: readonly Line[]
  /** How far what is shown can be scrolled, if it can. */
  readonly scroll: Scroll | undefined
}

const NOTICE_ROWS = 2

/** The run screen for a terminal of that size. */
export function runFrame(screen: RunScreen, columns: number, rows: number): RunFrame {
  const { view, ui, status, vitals, now, theme } = screen
  const narrow = columns < WIDE_FROM
  const mark = modeMark(view.mode, theme)
  const rule: Line = [styled(mark.rule.repeat(columns), mark.style)]
  const strip =
    narrow && rows >= STRIP_FROM && tabOf(screen) !== 'pods'
      ? [
          ...clusterStrip(status, now, columns - 2, theme).map(inset),
          ...vitalsStrip(vitals, now, columns - 2, theme).map(inset),
          thinRule(columns, theme),
        ]
      : []
  const head = [runHeader(view, now, columns, theme), rule, ...strip]
  const footFor = (scroll: Scroll | undefined) => footRows(keyHints(view, ui, { scroll }), columns)
  const bodyOver = (foot: readonly Line[]) => {
    const height = Math.max(1, rows - head.length - 1 - foot.length)
    return narrow ? narrowBody(screen, columns, height) : wideBody(screen, columns, height)
  }

  // Whether something can be scrolled is known once it is laid out, and the foot then has one key more.
  const first = footFor(undefined)
  const laidOut = bodyOver(first)
  const foot = laidOut.scroll === undefined ? first : footFor(laidOut.scroll)
  const body = foot.length === first.length ? laidOut : bodyOver(foot)
  const parts = { view, ui, theme, screen: { scroll: body.scroll } }
  const boxed = ui.overlay === undefined || ui.overlay.kind === 'output' ? undefined : ui.overlay
  const shown = boxed === undefined ? body.rows : covered(parts, boxed, body.rows, columns)
  const lines = [...head, ...shown, rule, ...foot].slice(0, rows).map((line) => fitted(line, columns))
  return { lines: theme.ascii ? lines.map(asciiSigns) : lines, scroll: body.scroll }
}

/** The end of a run, a question and the output are shown whatever was on the screen before them. */
function tabOf({ view, ui }: RunScreen): Tab {
  const isCovered = view.question !== undefined || ui.editing !== undefined || ui.overlay?.kind === 'output'
  return isCovered || view.state.stage.stage === 'ended' ? 'step' : ui.tab
}

function wideBody(screen: RunScreen, columns: number, height: number): Pane {
  const { view, ui, status, now, theme } = screen
  const tab = tabOf(screen)
  if (tab === 'pods') return insetAll(clusterScreen(status, screen, now, columns - 2, height, ui.held, theme))
  const stepless = view.state.stage.stage === 'preparing' || ui.overlay?.kind === 'output' || tab === 'steps'
  const left = stepless ? 0 : stepsWidth(columns)
  const right = clusterWidth(columns)
  const gap = between(theme)
  const steps = left === 0 ? [] : stepsPane(view, left, height, theme)
  const centre = centrePane(screen, columns - left - right - (left === 0 ? 5 : 8), height)
  const cluster = clusterPane(status, screen, now, right, height, theme)
  const rows = Array.from(
    { length: height },
    (_, row): Line => [
      { text: ' ' },
      ...(left === 0 ? [] : [...(steps[row] ?? blank), ...gap]),
      ...(centre.rows[row] ?? blank),
      ...gap,
      ...(cluster[row] ?? blank),
    ],
  )
  return { ...centre, rows }
}

function narrowBody(screen: RunScreen, columns: number, height: number): Pane {
  const { view, ui, status, now, theme } = screen
  const tab = tabOf(screen)
  if (tab === 'pods') return insetAll(clusterScreen(status, screen, now, columns - 2, height, ui.held, theme))
  if (view.state.stage.stage === 'preparing' || ui.overlay?.kind === 'output' || tab === 'steps')
    return insetAll(centrePane(screen, columns - 2, height))
  const left = Math.min(28, Math.floor(columns * 0.33))
  const gap = between(theme)
  const steps = stepsPane(view, left, height, theme)
  const centre = centrePane(screen, columns - left - 5, height)
  const rows = Array.from(
    { length: height },
    (_, row): Line => [
      { text: ' ' },
      ...(steps[row] ?? blank),
      ...gap,
      ...(centre.rows[row] ?? blank),
      { text: ' ' },
    ],
  )
  return { ...centre, rows }
}

/** Where there is room for who led a step, its pane is wider. */
function stepsWidth(columns: number): number {
  return columns >= 160 ? Math.min(64, Math.floor(columns * 0.28)) : Math.min(40, Math.floor(columns * 0.29))
}

function insetAll(pane: Pane): Pane {
  return { ...pane, rows: pane.rows.map(inset) }
}

function centrePane(screen: RunScreen, width: number, height: number): Pane {
  const { view, ui, record, theme } = screen
  if (tabOf(screen) === 'steps') return stepsScreen(view, ui.held, width, height, theme)
  if (ui.overlay?.kind === 'output') return outputScreen(screen, ui.overlay.reading, ui.held, width, height)
  switch (view.state.stage.stage) {
    case 'preparing':
      return preparingPane(screen, width, height)
    case 'ended':
      return endedPane(view, record, ui.held, width, height, theme)
    default: {
      const notice = noticeRows(view, width)
      const pane = stepPane(screen, width, height - notice.length)
      return { ...pane, rows: [...notice, ...pane.rows] }
    }
  }
}

/** The newest notice stands above everything that it may be about. */
function noticeRows({ notices }: RunView, width: number): readonly Line[] {
  return wrap(notices.at(-1) ?? '', width)
    .filter((text) => text !== '')
    .slice(0, NOTICE_ROWS)
    .map((text) => fitted([styled(text, { color: ink.warn })], width))
}
