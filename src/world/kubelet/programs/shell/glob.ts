/** Patterns of the shell: `*`, `?` and `[…]`. */
import { type Files, resolvePath } from '../program.ts'

/** A pattern as a regular expression, for the whole of a text or for any part of it. */
export function patternRegExp(pattern: string, whole: boolean, flags = ''): RegExp {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] ?? ''
    const end = letter === '[' ? pattern.indexOf(']', at + 2) : -1
    if (letter === '\\') source += escaped(pattern[++at] ?? '\\')
    else if (letter === '*') source += '[^]*'
    else if (letter === '?') source += '[^]'
    else if (end > 0) {
      source += `[${pattern
        .slice(at + 1, end)
        .replace(/^!/, '^')
        .replace(/[\\[\]]/g, '\\$&')}]`
      at = end
    } else source += escaped(letter)
  }
  return new RegExp(whole ? `^${source}$` : source, flags)
}

function escaped(letter: string): string {
  return letter.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** The paths that a pattern names, sorted; hidden ones only where the pattern's own part begins with a dot. */
export function globMatches(files: Files, cwd: string, pattern: string): readonly string[] {
  const parts = pattern.split('/')
  let found = [pattern.startsWith('/') ? '/' : '']
  for (const part of parts.filter((each) => each !== '')) {
    const plain = part.replace(/\\(.)/g, '$1')
    found = found.flatMap((base) => {
      const names = files.list(resolvePath(cwd, base === '' ? '.' : base)) ?? []
      if (!/(^|[^\\])[*?[]/.test(part)) return names.includes(plain) ? [base + plain] : []
      const matches = patternRegExp(part, true)
      return names
        .filter((name) => matches.test(name) && (part.startsWith('.') || !name.startsWith('.')))
        .map((name) => base + name)
    })
    if (part !== parts.at(-1)) found = found.map((path) => `${path}/`)
  }
  return found
}
