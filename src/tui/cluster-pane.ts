/** Blue and green, now: which is live, what runs there, how many are ready, and how old that knowledge is. */
import type { ClusterStatus, ColorStatus, Freshness, PodStatus } from '../cluster/status.ts'
import { blank, fitted, type Line, spread, styled } from './line.ts'
import { bar, colorMark, ink, type Theme } from './theme.ts'

/** Silence after which what is shown may be wrong, in milliseconds. */
const STALE_AFTER_MS = 15_000

/** Exactly `height` rows; `now` in milliseconds since 1970. */
export function clusterPane(
  status: ClusterStatus | undefined,
  now: number,
  width: number,
  height: number,
  theme: Theme,
): readonly Line[] {
  const rows =
    status === undefined
      ? [[styled('no cluster is watched', { dim: true })]]
      : statusRows(status, now, width, theme)
  return Array.from({ length: height }, (_, row) => fitted(rows[row] ?? blank, width))
}

/** The same in a row for each color, for where there is no room for a pane. */
export function clusterStrip(
  status: ClusterStatus | undefined,
  now: number,
  width: number,
  theme: Theme,
): readonly Line[] {
  if (status === undefined || status.colors.length === 0) {
    const why = status === undefined ? 'no cluster is watched' : freshnessWords(status.freshness, now)
    return [fitted([styled(why, { dim: true })], width)]
  }
  return status.colors.map((color, index) => {
    const age = index === 0 ? freshness(status.freshness, now) : []
    return spread(
      [
        ...colorHead(color, theme),
        styled('  '),
        ...readiness(color),
        styled(`  ${color.image}`, { dim: true }),
      ],
      age,
      width,
    )
  })
}

function statusRows(status: ClusterStatus, now: number, width: number, theme: Theme): Line[] {
  const rows: Line[] = [
    spread(
      [styled(`Service ${status.service}`, { bold: true, color: ink.quiet })],
      freshness(status.freshness, now),
      width,
    ),
  ]
  if (status.live === undefined && status.freshness.kind !== 'connecting') {
    rows.push([styled('its selector names no color', { color: ink.warn })])
  }
  for (const color of status.colors) {
    rows.push(blank, colorHead(color, theme))
    rows.push([styled(color.image, { dim: true })])
    rows.push([
      styled(`${bar(color.ready, color.wanted, Math.min(12, width - 14), theme)} `),
      ...readiness(color),
    ])
    rows.push([
      styled(
        color.endpoints === 0
          ? 'no endpoint gets traffic'
          : `${color.endpoints} ${color.endpoints === 1 ? 'endpoint gets' : 'endpoints get'} traffic`,
        { dim: color.endpoints === 0 },
      ),
    ])
    for (const pod of color.pods) rows.push(podRow(pod, width))
  }
  return rows
}

function colorHead(color: ColorStatus, theme: Theme): Line {
  const { text, style } = colorMark(color.color, theme)
  const word = color.live ? styled(' live', { bold: true }) : styled(' idle', { dim: true })
  return [styled(text, style), word]
}

function readiness({ ready, wanted, updated }: ColorStatus): Line {
  const style = ready === wanted ? {} : { color: ink.warn }
  const rolling = updated < wanted ? [styled(`, ${updated} updated`, { color: ink.warn })] : []
  return [styled(`${ready}/${wanted} ready`, style), ...rolling]
}

function podRow(pod: PodStatus, width: number): Line {
  const unique = pod.name.split('-').slice(-2).join('-')
  const bad = /BackOff|Err|Error|Invalid|Crash/.test(pod.status)
  const style = pod.ready ? { dim: true } : { color: bad ? ink.bad : ink.warn }
  const restarts = pod.restarts === 0 ? '' : ` ${pod.restarts}×`
  return spread([styled(` ${unique}`, { dim: true })], [styled(` ${pod.status}${restarts}`, style)], width)
}

function freshness(fresh: Freshness, now: number): Line {
  const words = freshnessWords(fresh, now)
  const loud = fresh.kind === 'stale' || (fresh.kind === 'fresh' && now - fresh.at > STALE_AFTER_MS)
  return [
    styled(
      loud ? ` ${words} ` : words,
      loud ? { color: ink.warn, inverse: true, bold: true } : { dim: true },
    ),
  ]
}

function freshnessWords(fresh: Freshness, now: number): string {
  switch (fresh.kind) {
    case 'connecting':
      return 'connecting…'
    case 'fresh':
      return now - fresh.at > STALE_AFTER_MS ? `STALE ${seconds(now - fresh.at)}` : 'now'
    case 'stale':
      return `STALE ${seconds(now - fresh.at)}: ${fresh.why}`
  }
}

function seconds(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000))
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`
}
