/** The home screen as rows. */
import { filtered, type HomeItem, type HomeUi, homeHints } from './home-keys.ts'
import { blank, fitted, type Line, spread, styled } from './line.ts'
import { footRows } from './run-frame.ts'
import { ink, type Theme } from './theme.ts'

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
  const foot = footRows(homeHints(ui), columns)
  const head: Line[] = [
    spread(
      [styled(' HANDRAIL ', { bold: true, inverse: true }), styled('  What has to be done?')],
      [styled(`${where} `, { dim: true })],
      columns,
    ),
    rule,
    ...(ui.filtering ? [filterRow(ui, theme)] : []),
  ]
  const height = Math.max(1, rows - head.length - 1 - foot.length)
  const shown = filtered(items, ui.filter.text)
  const selected = Math.min(ui.selected, shown.length - 1)
  const list = itemRows(shown, selected, theme)
  const at = list.findIndex(({ item }) => item === selected)
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), list.length - height))
  const body = Array.from({ length: height }, (_, row) => list[first + row]?.line ?? blank)
  return [...head, ...body, rule, ...foot].slice(0, rows).map((line) => fitted(line, columns))
}

function filterRow({ filter }: HomeUi, theme: Theme): Line {
  return [
    styled(theme.ascii ? ' / ' : ' / ', { bold: true }),
    styled(filter.text.slice(0, filter.at)),
    styled(filter.text.slice(filter.at, filter.at + 1) || ' ', { inverse: true }),
    styled(filter.text.slice(filter.at + 1)),
  ]
}

function itemRows(
  items: readonly HomeItem[],
  selected: number,
  theme: Theme,
): readonly { line: Line; item?: number }[] {
  if (items.length === 0)
    return [{ line: blank }, { line: [styled('  nothing fits the filter; esc clears it', { dim: true })] }]
  const longest = Math.min(34, Math.max(...items.map(({ title }) => title.length)))
  return items.flatMap((item, index) => {
    const here = index === selected
    const heading =
      items[index - 1]?.group === item.group
        ? []
        : [{ line: blank }, { line: [styled(` ${item.group}`, { bold: true, color: ink.quiet })] }]
    const line: Line = [
      styled(here ? (theme.ascii ? ' > ' : ' › ') : '   ', { bold: true }),
      styled(item.title.padEnd(longest), here ? { bold: true, inverse: true } : { bold: true }),
      styled(`  ${item.summary}`, here ? {} : { dim: true }),
    ]
    return [...heading, { line, item: index }]
  })
}
