/** What a gate's sample has printed, in a line: what a person would look at first. */
import type { OutputLine } from './session.ts'

const LONGEST = 160

/** Words that a check which failed says so with. */
const complains = /^✗|\b(?:bad|error|errors|failed|fails|failure|refused|timed out|timeout|unknown)\b/i

/**
 * Of a good sample its first line; of a bad one the line that complains, or else the last of its errors, or else its
 * last line. Undefined where it printed nothing.
 */
export function sampleWords(lines: readonly OutputLine[], good: boolean): string | undefined {
  const said = lines.filter(({ text }) => text.trim() !== '')
  const line = good
    ? said[0]
    : (said.find(({ text }) => complains.test(text.trim())) ??
      said.findLast(({ stream }) => stream === 'stderr') ??
      said.at(-1))
  const words = line?.text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^[✓✗?] /, '')
  return words !== undefined && words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words
}
