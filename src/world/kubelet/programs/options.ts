/** Options of programs as getopt reads them: `-sS`, `-m 5`, `-m5`, `--max-time 5`, `--max-time=5`, `--`. */

export type Options =
  | {
      readonly values: ReadonlyMap<string, readonly string[]>
      readonly rest: readonly string[]
    }
  | { readonly wrong: string; readonly why: 'unknown' | 'needs-value' }

/**
 * Reads a program's words. `known` names each option as it is to be found in `values` by every spelling without
 * dashes, and whether it takes a value.
 */
export function readOptions(
  words: readonly string[],
  known: Readonly<Record<string, { readonly name: string; readonly takesValue?: true }>>,
): Options {
  const values = new Map<string, readonly string[]>()
  const rest: string[] = []
  const add = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value])
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '--') {
      rest.push(...words.slice(at + 1))
      break
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const spelled = equals < 0 ? word.slice(2) : word.slice(2, equals)
      const option = known[spelled]
      if (option === undefined) return { wrong: word, why: 'unknown' }
      if (!option.takesValue) add(option.name, '')
      else if (equals >= 0) add(option.name, word.slice(equals + 1))
      else if (at + 1 < words.length) add(option.name, words[++at] ?? '')
      else return { wrong: word, why: 'needs-value' }
    } else if (word.startsWith('-') && word !== '-') {
      for (let letter = 1; letter < word.length; letter++) {
        const option = known[word[letter] ?? '']
        if (option === undefined) return { wrong: `-${word[letter]}`, why: 'unknown' }
        if (!option.takesValue) {
          add(option.name, '')
          continue
        }
        const attached = word.slice(letter + 1)
        if (attached !== '') add(option.name, attached)
        else if (at + 1 < words.length) add(option.name, words[++at] ?? '')
        else return { wrong: `-${word[letter]}`, why: 'needs-value' }
        break
      }
    } else rest.push(word)
  }
  return { values, rest }
}
