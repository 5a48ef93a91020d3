/** The rules of a gate: a window over samples that holds or trips. Times are milliseconds since 1970. */
import type { GateRule } from '../src/runbook/runbook.ts'

export interface Sample {
  /** When it ended. */
  readonly at: number
  readonly good: boolean
  /** What its block printed, in a line; absent where it printed nothing. */
  readonly says?: string
}

/** `holds`: the window is over and was good enough; `trips`: more samples were bad than it allows. */
export type Verdict = 'holds' | 'trips' | 'goes on'

/** What a gate says of the samples since it opened; a bad sample too many trips it at once, even the very last. */
export function gateVerdict(rule: GateRule, since: number, samples: readonly Sample[]): Verdict {
  const bad = samples.filter((sample) => !sample.good).length
  if (bad > rule.allow) return 'trips'
  const last = samples.at(-1)
  return last !== undefined && last.at - since >= rule.windowMs ? 'holds' : 'goes on'
}

/**
 * The pause before the next sample, in milliseconds: samples start `everyMs` apart, however long each takes, and the
 * last one starts when the window ends. Never negative, and never above `everyMs` even if the clock was set back.
 */
export function sampleDelayMs(rule: GateRule, since: number, lastStartedAt: number, at: number): number {
  const due = Math.min(lastStartedAt + rule.everyMs, since + rule.windowMs)
  return Math.max(0, Math.min(due - at, rule.everyMs))
}
