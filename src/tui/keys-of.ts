/** The keys that came in one read from the terminal. */
import { graphemesOf } from './graphemes.ts'
import type { Key } from './run-ui.ts'

/**
 * Each character is a key of its own. A line end is Enter only as the last of them: in the middle it is text that was
 * pasted into a terminal without bracketed paste, and must confirm nothing.
 */
export function keysOf(input: string): readonly Key[] {
  return graphemesOf(input).map(({ segment, index }) => {
    const isLineEnd = segment === '\r' || segment === '\n' || segment === '\r\n'
    if (!isLineEnd) return { input: segment }
    return index + segment.length === input.length ? { input: '', name: 'enter' } : { input: ' ' }
  })
}
