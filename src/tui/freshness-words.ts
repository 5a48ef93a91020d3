/** How old what is shown of the cluster is, said loudly when it may be wrong. */
import type { Freshness } from '../cluster/status.ts'
import { type Line, styled, wrap } from './line.ts'
import { ink } from './palette.ts'

/** Silence after which what is shown may be wrong, in milliseconds. A healthy watch speaks every 5 seconds. */
const STALE_AFTER_MS = 15_000

/** The age in a word or two: "now", "8 s ago", " STALE 42 s ". */
export function ageMark(freshness: Freshness, now: number): Line {
  if (freshness.kind === 'connecting') return [styled('connecting…', { dim: true })]
  const age = now - freshness.at
  if (isStale(freshness, now)) {
    return [styled(` STALE ${seconds(age)} `, { color: ink.warn, inverse: true, bold: true })]
  }
  return [styled(age < 6000 ? 'now' : `${seconds(age)} ago`, { dim: true })]
}

/** Why it is stale, in as many rows as that takes; none while it is fresh. */
export function staleRows(freshness: Freshness, now: number, width: number): readonly Line[] {
  if (!isStale(freshness, now)) return []
  const why = freshness.kind === 'stale' ? freshness.why : 'nothing has been heard'
  return wrap(why, width).map((text): Line => [styled(text, { color: ink.warn })])
}

function isStale(freshness: Freshness, now: number): boolean {
  return freshness.kind === 'stale' || (freshness.kind === 'fresh' && now - freshness.at > STALE_AFTER_MS)
}

function seconds(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000))
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`
}
