/** The keys that came in one read from the terminal. */
import { graphemesOf } from './graphemes.ts'
import type { Key } from './run-ui.ts'

/**
 * Each character is a key of its own, and each control character the key that sends it. A line end is Enter only as the
 * last of them: in the middle it is text that was pasted into a terminal without bracketed paste, and must confirm
 * nothing.
 */
export function keysOf(input: string): readonly Key[] {
  return graphemesOf(input).map(({ segment, index }) => {
    const isLineEnd = segment === '\r' || segment === '\n' || segment === '\r\n'
    if (!isLineEnd) return control(segment) ?? { input: segment }
    return index + segment.length === input.length ? { input: '', name: 'enter' } : { input: ' ' }
  })
}

/** ctrl with a letter is sent as its place in the alphabet (ECMA-48, C0); tab and backspace are such as well. */
function control(character: string): Key | undefined {
  const code = character.codePointAt(0) ?? 0
  if (character === '\t') return { input: '', name: 'tab' }
  if (character === '\b' || character === '\u007f') return { input: '', backspace: true }
  return code >= 1 && code <= 26 ? { input: String.fromCharCode(code + 0x60), ctrl: true } : undefined
}
