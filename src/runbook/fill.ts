/** A block as a screen shows it: with the values in their places, marked. Never for running. */
import { readShell } from './shell-text.ts'

export interface Segment {
  readonly text: string
  /** The parameter whose value this is; absent for the block's own text. */
  readonly parameter?: string
}

/**
 * The block's text with `$NAME` and `${NAME}` replaced by the values, wherever the shell would put them in: text in
 * single quotes and escaped dollars stay as they are. A name that the block gives another value stays too, and so does
 * all of a block that is no valid shell. A value with blanks is shown bare; the shell sees it as the quotes around say.
 */
export function fillBlock(source: string, values: Readonly<Record<string, string>>): readonly Segment[] {
  const { faults, expansions, assigned } = readShell(source)
  if (faults.length > 0) return source === '' ? [] : [{ text: source }]
  const segments: Segment[] = []
  let done = 0
  for (const { name, start, end } of expansions
    .filter(({ name, plain }) => plain && !assigned.has(name) && Object.hasOwn(values, name))
    .sort((a, b) => a.start - b.start)) {
    if (start < done) continue
    if (start > done) segments.push({ text: source.slice(done, start) })
    segments.push({ text: values[name] ?? '', parameter: name })
    done = end
  }
  if (done < source.length) segments.push({ text: source.slice(done) })
  return segments
}
