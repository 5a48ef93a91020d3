/** The home screen as rows. */

import { fieldLine } from './field-line.ts'
import { footRows } from './foot-rows.ts'
import { filtered, type HomeItem, type HomeUi, homeHints } from './home-keys.ts'
import { asciiSigns, blank, cells, fitted, type Line, spread, styled, wrap } from './line.ts'
import { ink } from './palette.ts'
import type { Theme } from './theme.ts'

export interface HomeScreen {
  readonly items: readonly HomeItem[]
  readonly ui: HomeUi
  /** The cluster that a runbook would work on, in words. */
  readonly where: string
  readonly theme: Theme
}

/** Exactly `rows` lines of `columns` cells. */
export function homeFrame(
  { items, ui, where, theme }: HomeScreen,
  columns: number,
  rows: number,
): readonly Line[] {
  const rule: Line = [styled((theme.ascii ? '-' : '─').repeat(columns), { dim: true })]
  const foot = footRows(homeHints(items, ui), columns)
  const head: Line[] = [
    spread(
      [styled(' HANDRAIL ', { bold: true, inverse: true }), styled('  What has to be done?')],
      [styled(`${where} `, { dim: true })],
      columns,
    ),
    rule,
    ...(ui.filtering
      ? [[styled(' filter ', { dim: true }), ...fieldLine(ui.filter, columns - 8, theme)]]
      : []),
  ]
  const shown = filtered(items, ui.filter.text)
  const selected = Math.min(ui.selected, shown.length - 1)
  const longest = Math.min(34, Math.max(0, ...items.map(({ title }) => cells(title))))
  const detail = detailRows(items, shown[selected], longest, columns)
  const height = Math.max(1, rows - head.length - 1 - foot.length - detail.length)
  const list = itemRows(shown, selected, longest, theme)
  const at = list.findIndex(({ item }) => item === selected)
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), list.length - height))
  const body = Array.from({ length: height }, (_, row) => list[first + row]?.line ?? blank)
  return [...head, ...body, ...detail, rule, ...foot]
    .slice(0, rows)
    .map((line) => fitted(line, columns))
    .map((line) => (theme.ascii ? asciiSigns(line) : line))
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
): readonly { readonly line: Line; readonly item?: number }[] {
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
