/** Figures as ratios of two things measured in turn, in one run: they hold when the machine's speed drifts. */

export interface Figure {
  readonly what: string
  readonly against: string
  /** Medians, in milliseconds. */
  readonly ours: number
  readonly theirs: number
  /** The median of the ratios pair by pair. */
  readonly ratio: number
  /** What the ratio should stay under, where someone has set it. */
  readonly aim?: number
  /** Where the rest goes, or what else was measured. */
  readonly note?: string
}

/** Measures two things in turn, after one round that isn't counted. Both give milliseconds. */
export async function inTurn(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<{ readonly ours: number; readonly theirs: number; readonly ratio: number }> {
  await ours()
  await theirs()
  const pairs: { ours: number; theirs: number }[] = []
  for (let round = 0; round < rounds; round++) pairs.push({ ours: await ours(), theirs: await theirs() })
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** A figure as lines for people. */
export function figureLines(figure: Figure): string {
  const { what, against, ours, theirs, ratio, aim, note } = figure
  const verdict = aim === undefined ? '' : `aim: under ${aim}, ${ratio < aim ? 'met' : 'MISSED'}; `
  const line = `${what}: ${ratio.toFixed(2)} × ${against} (${verdict}${ours.toFixed(1)} ms against ${theirs.toFixed(1)} ms)`
  return note === undefined ? line : `${line}\n    ${note}`
}
