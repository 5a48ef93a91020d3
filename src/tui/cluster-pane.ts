/** Blue and green, now: which is live, what runs there, how many are ready, and how old that knowledge is. */
import type { ClusterStatus, ColorStatus, PodStatus } from '../cluster/status.ts'
import type { Vitals } from '../vitals/vitals.ts'
import { ageMark, staleRows } from './freshness-words.ts'
import {
  blank,
  cells,
  endOf,
  fitted,
  type Line,
  lineWidth,
  type Segment,
  spread,
  styled,
  wrapHanging,
} from './line.ts'
import { ink } from './palette.ts'
import { type Pane, windowedLazily } from './scroll.ts'
import { bar, colorMark, type Theme } from './theme.ts'
import { vitalsRows, warningRows } from './vitals-rows.ts'

/** What is known beside blue and green. */
export interface Beside {
  readonly vitals: Vitals | undefined
  /** Masks secrets in the cluster's own words; done for what is seen, since there may be ten thousand pods. */
  readonly mask: (text: string) => string
}

interface Hints {
  /** The newest warning about each object. */
  readonly warned: ReadonlyMap<string, string>
  readonly mask: Beside['mask']
}

const noCluster: Line = [styled('no cluster is watched', { dim: true })]

/** Exactly `height` rows; what doesn't fit is left out from the pods that are well. `now` in milliseconds since 1970. */
export function clusterPane(
  status: ClusterStatus | undefined,
  beside: Beside,
  now: number,
  width: number,
  whole: number,
  theme: Theme,
): readonly Line[] {
  const below = vitalsRows(beside.vitals, now, width, theme)
  // Pods come before warnings: what is wrong with a pod stands beside it.
  const height = Math.max(whole - below.length, Math.min(whole, 14))
  const rows = colorsPane(status, beside, now, width, height, theme)
  const rest = whole - rows.length - below.length
  const warnings = warningRows(beside.vitals, now, width, theme).slice(0, Math.max(0, rest))
  return [...rows, ...below, ...(warnings.length < 3 ? [] : warnings), ...Array<Line>(whole).fill(blank)]
    .slice(0, whole)
    .map((row) => fitted(row, width))
}

/** At most `height` rows. */
function colorsPane(
  status: ClusterStatus | undefined,
  beside: Beside,
  now: number,
  width: number,
  height: number,
  theme: Theme,
): readonly Line[] {
  const all = statusRows(status, beside, now, width, theme, height)
  const count = status?.colors.length ?? 0
  const pods = status?.colors.reduce((sum, color) => sum + Math.min(color.pods.length, height), 0) ?? 0
  const each = count === 0 ? 0 : Math.max(1, Math.floor((height - (all.length - pods)) / count))
  const rows = all.length <= height ? all : statusRows(status, beside, now, width, theme, each)
  return rows.slice(0, height).map((row) => row())
}

/** The same with every pod, to be scrolled where it is longer than the screen. */
export function clusterScreen(
  status: ClusterStatus | undefined,
  beside: Beside,
  now: number,
  width: number,
  height: number,
  held: number | undefined,
  theme: Theme,
): Pane {
  const rows = [
    ...statusRows(status, beside, now, width, theme, Number.POSITIVE_INFINITY),
    ...vitalsRows(beside.vitals, now, width, theme).map(made),
    ...warningRows(beside.vitals, now, width, theme).map(made),
  ]
  const pane = windowedLazily(rows, height, held)
  return { ...pane, rows: pane.rows.map((row) => fitted(row, width)) }
}

/** The same in a row for each color, for where there is no room for a pane. */
export function clusterStrip(
  status: ClusterStatus | undefined,
  now: number,
  width: number,
  theme: Theme,
): readonly Line[] {
  if (status === undefined) return [fitted(noCluster, width)]
  const { colors, freshness } = status
  const age = ageMark(freshness, now)
  const why = staleRows(freshness, now, width).slice(0, 1)
  if (colors.length === 0) {
    return [spread([styled('blue and green: not known yet', { dim: true })], age, width), ...why]
  }
  const heads = colors.map((color) => colorHead(color, theme))
  const wide = Math.max(...heads.map(lineWidth))
  const rows = colors.map((color, index) => {
    const head = fitted(heads[index] ?? blank, wide)
    const silent = color.live && color.endpoints === 0 && freshness.kind !== 'connecting'
    const left: Line = [
      ...head,
      styled('  '),
      ...readiness(color),
      styled('  '),
      ...(silent ? [traffic(color), styled(' ')] : []),
    ]
    const right: Line = index === 0 ? [styled('  '), ...age] : []
    const image = endOf(color.image, Math.max(8, width - lineWidth(left) - lineWidth(right)))
    return spread([...left, styled(image, { dim: true })], right, width)
  })
  return [...rows, ...why.map((row) => fitted(row, width))]
}

/** Rows that are made only if they are seen: there may be ten thousand pods. */
function statusRows(
  status: ClusterStatus | undefined,
  beside: Beside,
  now: number,
  width: number,
  theme: Theme,
  podsOfEach: number,
): readonly (() => Line)[] {
  if (status === undefined) return [() => noCluster]
  const { service, freshness, live, colors } = status
  const hints = { warned: warningsByObject(beside.vitals), mask: beside.mask }
  const head: readonly Line[] = [
    spread(
      [styled(`Service ${service}`, { bold: true, color: ink.quiet })],
      [styled(' '), ...ageMark(freshness, now)],
      width,
    ),
    ...staleRows(freshness, now, width),
    ...(live === undefined && freshness.kind === 'fresh'
      ? [[styled('its selector names no color', { color: ink.warn })]]
      : []),
  ]
  return [...head.map(made), ...colors.flatMap((color) => colorRows(color, hints, width, theme, podsOfEach))]
}

function made(line: Line): () => Line {
  return () => line
}

function colorRows(
  color: ColorStatus,
  hints: Hints,
  width: number,
  theme: Theme,
  most: number,
): readonly (() => Line)[] {
  const { pods } = color
  const shown = pods.length <= most ? pods : unwellFirst(pods, most - 1)
  const left = pods.length - shown.length
  const barred = styled(`${bar(color.ready, color.wanted, 10, theme)} `)
  const head: readonly Line[] = [
    blank,
    colorHead(color, theme),
    [styled(endOf(color.image, width), { dim: true })],
    ...wrapHanging([barred, ...readiness(color)], width, 11),
    ...rolloutRows(color, width, theme),
    [traffic(color)],
  ]
  return [
    ...head.map(made),
    ...shown.flatMap((pod, at) => [
      () => podRow(pod, width),
      ...(left === 0 || at === 0 ? whyRows(pod, hints, width) : []),
    ]),
    ...(left === 0 ? [] : [made([styled(` … and ${left} more`, { dim: true })])]),
  ]
}

/** How far the newest version has come, while it is on its way. */
function rolloutRows({ updated, wanted }: ColorStatus, width: number, theme: Theme): readonly Line[] {
  if (updated >= wanted) return []
  const words = `${bar(updated, wanted, 10, theme)} ${updated}/${wanted} updated`
  return wrapHanging([styled(words, { color: ink.warn })], width, 11)
}

/** A live color without endpoints is an outage, and is said so. */
function traffic({ endpoints, live }: ColorStatus): Segment {
  if (endpoints > 0) {
    return styled(`${endpoints} ${endpoints === 1 ? 'endpoint gets' : 'endpoints get'} traffic`)
  }
  if (!live) return styled('no endpoint gets traffic', { dim: true })
  return styled(' NO ENDPOINT gets traffic ', { color: ink.bad, bold: true, inverse: true })
}

/** So many pods; what is wrong is seen first, however many are well. */
function unwellFirst(pods: readonly PodStatus[], most: number): readonly PodStatus[] {
  const well: PodStatus[] = []
  const unwell: PodStatus[] = []
  for (const pod of pods) {
    if (!pod.ready) unwell.push(pod)
    else if (well.length < most) well.push(pod)
    if (unwell.length >= most) break
  }
  return [...unwell, ...well].slice(0, Math.max(0, most))
}

function colorHead(color: ColorStatus, theme: Theme): Line {
  const { text, style } = colorMark(color.color, theme)
  const word = color.live ? styled(' live', { bold: true }) : styled(' idle', { dim: true })
  return [styled(text, style), word]
}

function readiness({ ready, wanted }: ColorStatus): Line {
  const style = ready === wanted ? {} : { color: ink.warn }
  return [styled(`${ready}/${wanted} ready`, style)]
}

/** Why a pod isn't ready, in two rows at the most: what its container waits for, or the newest warning about it. */
function whyRows(
  { name, ready, why }: PodStatus,
  { warned, mask }: Hints,
  width: number,
): readonly (() => Line)[] {
  const words = ready ? undefined : (why ?? warned.get(`pod/${name}`))
  if (words === undefined) return []
  const rows = () => {
    const [first = blank, second = blank, ...rest] = wrapHanging(
      [styled(`   ${mask(words)}`, { color: ink.warn })],
      width,
      3,
    )
    return [first, rest.length === 0 ? second : fitted([...second, styled(' …', { dim: true })], width)]
  }
  const count = words.length + 3 > width ? 2 : 1
  return Array.from({ length: count }, (_, at) => () => rows()[at] ?? blank)
}

/** The newest warning about each object. */
function warningsByObject(vitals: Vitals | undefined): ReadonlyMap<string, string> {
  return new Map((vitals?.warnings ?? []).toReversed().map(({ object, message }) => [object, message]))
}

/** The end of a pod's name tells it from the others; its hash is shown where there is room. */
function podRow(pod: PodStatus, width: number): Line {
  const bad = /BackOff|Err|Invalid|Crash|OOM|Evicted/.test(pod.status)
  const style = pod.ready ? { dim: true } : { color: bad ? ink.bad : ink.warn }
  const restarts = pod.restarts === 0 ? '' : ` ${pod.restarts}×`
  const words = pod.name.split('-')
  const hashed = words.slice(-2).join('-')
  const name = cells(`  ${hashed} ${pod.status}${restarts}`) <= width ? hashed : (words.at(-1) ?? pod.name)
  return spread([styled(` ${name}`, { dim: true })], [styled(` ${pod.status}${restarts}`, style)], width)
}
