/** A command's words as one line that a shell would read back as the same words. */

/** Quotes for POSIX shells; for reading and pasting by people, never for running. */
export function shellWords(words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
