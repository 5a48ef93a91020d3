/** Base64 as Go's standard decoder takes it: line breaks are skipped, padding is required. */

const digit = /[A-Za-z0-9+/]/

/**
 * The offset of the first byte that breaks the text, or undefined for valid base64. Offsets are those of Go's
 * `base64.CorruptInputError`, which the API server prints.
 */
export function base64Fault(text: string): number | undefined {
  let inGroup = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (letter === '\n' || letter === '\r') continue
    if (letter === '=') return paddingFault(text, at, inGroup)
    if (!digit.test(letter)) return at
    inGroup = (inGroup + 1) % 4
  }
  return inGroup === 0 ? undefined : text.length - inGroup
}

function paddingFault(text: string, at: number, inGroup: number): number | undefined {
  if (inGroup < 2) return at
  let end = at + 1
  if (inGroup === 2) {
    while (text[end] === '\n' || text[end] === '\r') end++
    if (end === text.length) return end
    if (text[end] !== '=') return end - 1
    end++
  }
  while (text[end] === '\n' || text[end] === '\r') end++
  return end < text.length ? end : undefined
}
