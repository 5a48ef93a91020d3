/** Places in a text. */

/** From `start` up to but not including `end`, in UTF-16 code units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The same places in order, those that overlap or touch made one; empty ones left out. */
export function union(spans: readonly Span[]): readonly Span[] {
  const result: { start: number; end: number }[] = []
  for (const { start, end } of spans
    .filter((span) => span.end > span.start)
    .sort((one, other) => one.start - other.start)) {
    const last = result.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else result.push({ start, end })
  }
  return result
}

/**
 * Where the string ends whose opening quote, with `escapes` backslashes before it, ends at `from`: the place of its
 * closing quote, backslashes excluded, or undefined when it has none in sight.
 *
 * JSON inside a JSON string has its quotes escaped once more at each level: 0, 1, 3, 7 backslashes. At a level with b of
 * them, a string's own backslash takes 2(b+1), so a quote closes it when it has b, give or take whole multiples of that.
 */
export function closingQuote(text: string, from: number, escapes: number, quote: string): number | undefined {
  const period = 2 * (escapes + 1)
  const limit = from + LONGEST_STRING
  for (let at = text.indexOf(quote, from); at !== -1 && at < limit; at = text.indexOf(quote, at + 1)) {
    let run = 0
    while (at - run - 1 >= from && text[at - run - 1] === '\\') run += 1
    if (run % period === escapes) return at - escapes
  }
  return undefined
}

const LONGEST_STRING = 1 << 20
