/** What a probe says: good, bad or unknown, and by which figures. */

/** Those that are asked when nobody names any. */
export const standardProbes = [
  'health',
  'database',
  'external',
  'response-time',
  'errors',
  'cpu',
  'memory',
  'endpoints',
] as const

/** Those that answer a question of somebody who looks for a cause. */
const searchingProbes = ['pods', 'selector', 'pool'] as const

export const probeNames = [...standardProbes, ...searchingProbes] as const

export type ProbeName = (typeof probeNames)[number]

/** What was measured: a number and what it counts. */
export interface Figure {
  readonly value: number
  readonly unit: 'ms' | 'percent' | 'endpoints' | 'pods' | 'connections'
}

interface Measured {
  readonly figure?: Figure
}

/**
 * A verdict with its reason in a line. `cause` is one word by which kinds of trouble are told apart, such as
 * `CrashLoopBackOff` or `stale-key`. Unknown is what could not be measured: it is neither good nor zero.
 */
export type Judgment =
  | (Measured & { readonly kind: 'good'; readonly says: string })
  | (Measured & { readonly kind: 'bad'; readonly why: string; readonly cause?: string })
  | { readonly kind: 'unknown'; readonly why: string }

/** The sentence of a judgment. */
export function wordsOf(judgment: Judgment): string {
  return judgment.kind === 'good' ? judgment.says : judgment.why
}

/** One outcome for several: bad if one is bad, else unknown if one is unknown, else good. */
export function worstOf(judgments: readonly Judgment[]): Judgment['kind'] {
  if (judgments.some(({ kind }) => kind === 'bad')) return 'bad'
  return judgments.some(({ kind }) => kind === 'unknown') ? 'unknown' : 'good'
}
