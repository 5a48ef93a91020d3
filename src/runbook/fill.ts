/** A block as a screen shows it: with the values in their places, marked. Never for running. */
import type { AsWritten } from './runbook.ts'
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
 * A block that was `written` otherwise is shown so, with the values where its open places are.
 */
export function fillBlock(
  source: string,
  values: Readonly<Record<string, string>>,
  written?: AsWritten,
): readonly Segment[] {
  if (written !== undefined) {
    const open = written.places.filter(({ parameter }) => (values[parameter] ?? '') !== '')
    return segmentsOf(written.text.trimEnd(), open, values)
  }
  const { faults, expansions, assigned } = readShell(source)
  if (faults.length > 0) return source === '' ? [] : [{ text: source }]
  const places = expansions
    .filter(({ name, plain }) => plain && !assigned.has(name) && Object.hasOwn(values, name))
    .map(({ name, start, end }) => ({ start, end, parameter: name }))
    .sort((a, b) => a.start - b.start)
  return segmentsOf(source, places, values)
}

function segmentsOf(
  source: string,
  places: AsWritten['places'],
  values: Readonly<Record<string, string>>,
): readonly Segment[] {
  const segments: Segment[] = []
  let done = 0
  for (const { parameter, start, end } of places) {
    if (start < done) continue
    if (start > done) segments.push({ text: source.slice(done, start) })
    segments.push({ text: values[parameter] ?? '', parameter })
    done = end
  }
  if (done < source.length) segments.push({ text: source.slice(done) })
  return segments
}
