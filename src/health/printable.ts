/** Texts from a cluster or a server, made fit for one line of a terminal. */

/** Control, format (bidi) and line-separator characters, with which a text could rewrite the reader's terminal. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** On one line, without characters that steer a terminal, and no longer than `longest` characters. */
export function printable(text: string, longest = 200): string {
  const line = text.replace(unprintable, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}
