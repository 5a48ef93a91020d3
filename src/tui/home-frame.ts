/** The home screen as rows. */
import type { ClusterStatus } from '../cluster/status.ts'
import type { Vitals } from '../vitals/vitals.ts'
import { boxOver, helpTable } from './box.ts'
import { clusterPane, clusterStrip } from './cluster-pane.ts'
import { fieldLine } from './field-line.ts'
import { footRows } from './foot-rows.ts'
import { filtered, type HomeItem, type HomeUi, homeHelp, homeHints } from './home-keys.ts'
import { between, clusterWidth, inset, STRIP_FROM, thinRule, WIDE_FROM } from './layout.ts'
import { asciiSigns, blank, cells, endOf, fitted, type Line, spread, styled, wrap } from './line.ts'
import { ink } from './palette.ts'
import { moreRow } from './scroll.ts'
import { modeMark, type Theme } from './theme.ts'
import { vitalsStrip } from './vitals-rows.ts'

/** The cluster that a runbook would work on. */
export type HomeWhere =
  | { readonly kind: 'looking' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'found'
      readonly mode: 'live' | 'practice'
      readonly context: string
      readonly namespace: string
    }

export interface HomeScreen {
  readonly items: readonly HomeItem[]
  readonly ui: HomeUi
  readonly where: HomeWhere
  readonly status: ClusterStatus | undefined
  readonly vitals: Vitals | undefined
  /** Masks secrets in the cluster's own words. */
  readonly mask: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly theme: Theme
}

/** Exactly `rows` lines of `columns` cells. */
export function homeFrame(screen: HomeScreen, columns: number, rows: number): readonly Line[] {
  const { items, ui, where, theme } = screen
  const rule = ruleOf(where, columns, theme)
  const foot = footRows(homeHints(items, ui), columns)
  const wide = columns >= WIDE_FROM
  const head: readonly Line[] = [
    headerOf(where, columns, theme),
    rule,
    ...(wide || rows < STRIP_FROM ? [] : stripOf(screen, columns)),
  ]
  const height = Math.max(1, rows - head.length - 1 - foot.length)
  const body = wide ? wideBody(screen, columns, height) : listPane(screen, columns, height)
  const shown = ui.helping
    ? boxOver(body, (width, most) => helpTable(homeHelp(items), [], width, most), columns, theme)
    : body
  return [...head, ...shown, rule, ...foot]
    .slice(0, rows)
    .map((line) => fitted(line, columns))
    .map((line) => (theme.ascii ? asciiSigns(line) : line))
}

function headerOf(where: HomeWhere, columns: number, theme: Theme): Line {
  const left: Line = [styled(' HANDRAIL ', { bold: true, inverse: true }), styled('  What has to be done?')]
  switch (where.kind) {
    case 'looking':
      return left
    case 'none':
      return spread(left, [styled('no cluster configured ', { dim: true })], columns)
    case 'found': {
      const { badge, style } = modeMark(where.mode, theme)
      const room = columns - cells(badge) - cells(where.namespace) - 40
      const words = `  ${endOf(where.context, Math.max(8, room))} / ${where.namespace} `
      return spread(left, [styled(`  ${badge}`, { ...style, bold: true }), styled(words)], columns)
    }
  }
}

/** The frame of a screen differs by mode; where none is known yet it is the quiet one. */
function ruleOf(where: HomeWhere, columns: number, theme: Theme): Line {
  if (where.kind !== 'found') return thinRule(columns, theme)
  const { rule, style } = modeMark(where.mode, theme)
  return [styled(rule.repeat(columns), style)]
}

/** Blue and green in a row each and how the application fares, where there is no room for a pane. */
function stripOf({ status, vitals, now, theme }: HomeScreen, columns: number): readonly Line[] {
  if (status === undefined) return []
  const rows = [
    ...clusterStrip(status, now, columns - 2, theme),
    ...vitalsStrip(vitals, now, columns - 2, theme),
  ]
  return [...rows.map(inset), thinRule(columns, theme)]
}

function wideBody(screen: HomeScreen, columns: number, height: number): readonly Line[] {
  const { status, where, now, theme } = screen
  const right = clusterWidth(columns)
  const gap = between(theme)
  const list = listPane(screen, columns - right - 4, height)
  const pane =
    status === undefined
      ? [
          [
            styled(where.kind === 'none' ? 'no cluster is watched' : 'looking for the cluster…', {
              dim: true,
            }),
          ],
        ]
      : clusterPane(status, screen, now, right, height, theme)
  return list.map((line, row): Line => [...line, ...gap, ...fitted(pane[row] ?? blank, right + 1)])
}

/** Exactly `height` rows of `width` cells: the filter, the items around the selected one, the selected one's words. */
function listPane({ items, ui, theme }: HomeScreen, width: number, height: number): readonly Line[] {
  const filter: readonly Line[] = ui.filtering
    ? [[styled(' filter ', { dim: true }), ...fieldLine(ui.filter, width - 8, theme)]]
    : []
  const shown = filtered(items, ui.filter.text)
  const selected = Math.min(ui.selected, shown.length - 1)
  const longest = Math.min(34, Math.max(0, ...items.map(({ title }) => cells(title))))
  const detail = detailRows(items, shown[selected], longest, width)
  const room = Math.max(1, height - filter.length - detail.length)
  const list = itemRows(shown, selected, longest, theme)
  const at = list.findIndex(({ item }) => item === selected)
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), list.length - room))
  const body = Array.from({ length: room }, (_, row) => list[first + row]?.line ?? blank)
  const marked = [
    ...moreItems(list.slice(0, first + 1), 'above', first > 0, body.slice(0, 1)),
    ...body.slice(1, -1),
    ...moreItems(list.slice(first + room - 1), 'below', first + room < list.length, body.slice(-1)),
  ]
  return [...filter, ...marked, ...detail].slice(0, height).map((line) => fitted(line, width))
}

/** How many items are out of sight on that side, in place of the row at the edge. */
function moreItems(
  hidden: readonly ListRow[],
  where: 'above' | 'below',
  isCut: boolean,
  edge: readonly Line[],
): readonly Line[] {
  const count = hidden.filter(({ item }) => item !== undefined).length
  return isCut && count > 0 ? [[styled('   '), ...moreRow(count, where)]] : edge
}

/** A row of the list: a heading, or the item at that place. */
interface ListRow {
  readonly line: Line
  readonly item?: number
}

/** The whole of a summary that its row has no room for; room is kept for it as soon as one item needs it. */
function detailRows(
  items: readonly HomeItem[],
  here: HomeItem | undefined,
  longest: number,
  columns: number,
): readonly Line[] {
  const room = columns - longest - 5
  if (items.every(({ summary }) => cells(summary) <= room)) return []
  const words = here === undefined || cells(here.summary) <= room ? '' : here.summary
  const rows = wrap(words, columns - 4).map((text): Line => [styled(`   ${text}`)])
  return [blank, rows[0] ?? blank, rows[1] ?? blank]
}

function itemRows(
  items: readonly HomeItem[],
  selected: number,
  longest: number,
  theme: Theme,
): readonly ListRow[] {
  if (items.length === 0)
    return [{ line: blank }, { line: [styled('  nothing fits the filter; esc clears it', { dim: true })] }]
  return items.flatMap((item, index) => {
    const here = index === selected
    const heading =
      items[index - 1]?.group === item.group
        ? []
        : [{ line: blank }, { line: [styled(` ${item.group}`, { bold: true, color: ink.quiet })] }]
    const line: Line = [
      styled(here ? (theme.ascii ? ' > ' : ' › ') : '   ', { bold: true }),
      ...fitted([styled(item.title, here ? { bold: true, inverse: true } : { bold: true })], longest),
      styled(`  ${item.summary}`, here ? {} : { dim: true }),
    ]
    return [...heading, { line, item: index }]
  })
}
