/** Blue and green, now, as lines for a terminal of 80 columns. */

import type { ClusterStatus, ColorStatus, Freshness, PodStatus } from '../cluster/status.ts'
import { printable } from '../health/printable.ts'

/** So many pods that aren't well are named, of each color. */
const podsNamed = 5

/** The lines; `now` in milliseconds since 1970. What is not known for sure is said to be so. */
export function statusLines(status: ClusterStatus, now: number): readonly string[] {
  const { namespace, service, context, colors, live, freshness } = status
  const head = `${printable(namespace)}  Service ${printable(service)}  context ${printable(context)}`
  const missing =
    live === undefined && freshness.kind === 'fresh'
      ? ['? The Service is not there, or selects no color.']
      : []
  const rows = colors.map((color) => rowOf(color, now))
  const wide = Math.max(5, ...colors.map(({ image }) => image.length))
  const table = [['COLOR', 'IMAGE', 'READY', 'TRAFFIC', 'AGE'], ...rows].map((cells) => columns(cells, wide))
  return [
    head,
    ...trouble(freshness, now),
    ...missing,
    ...(colors.length === 0 ? ['No deployment has a color.'] : table),
    ...colors.flatMap(unwell),
  ]
}

function rowOf(color: ColorStatus, now: number): readonly string[] {
  const { ready, wanted, updated, endpoints, live, image, pods } = color
  const rolling = updated < wanted ? ` (${updated} new)` : ''
  const traffic =
    endpoints > 0 ? `${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'}` : live ? 'NONE' : '-'
  const newest = Math.max(...pods.map(({ createdAt }) => createdAt))
  const age = pods.length === 0 ? '-' : ageText(now - newest)
  return [
    `${live ? '■' : '□'} ${color.color}${live ? ' live' : ''}`,
    image,
    `${ready}/${wanted}${rolling}`,
    traffic,
    age,
  ]
}

function columns(
  [color = '', image = '', ready = '', traffic = '', age = '']: readonly string[],
  wide: number,
): string {
  const cells = [
    color.padEnd(14),
    image.padEnd(Math.min(wide, 40)),
    ready.padEnd(13),
    traffic.padEnd(12),
    age,
  ]
  return cells.join(' ').trimEnd()
}

function unwell({ color, pods }: ColorStatus): readonly string[] {
  const troubled = pods.filter(({ ready }) => !ready)
  const more = troubled.length - podsNamed
  return [
    ...troubled.slice(0, podsNamed).map(podLine),
    ...(more > 0 ? [`  … and ${more} more ${color} pods that are not ready`] : []),
  ]
}

function podLine({ name, status, restarts }: PodStatus): string {
  return `  ✗ ${name}  ${status}${restarts === 0 ? '' : `, restarted ${restarts}×`}`
}

function trouble(freshness: Freshness, now: number): readonly string[] {
  switch (freshness.kind) {
    case 'connecting':
      return ['? not connected yet']
    case 'stale':
      return [
        `? what is shown may be wrong, it is ${ageText(now - freshness.at)} old: ${printable(freshness.why)}`,
      ]
    case 'fresh':
      return []
  }
}

/** As kubectl has it, in two units at the most: 45s, 12m, 5h20m, 2d20h. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (days > 0) return `${days}d${hours % 24}h`
  if (hours > 0) return `${hours}h${minutes % 60}m`
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`
}
