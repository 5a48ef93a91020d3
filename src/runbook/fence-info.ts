/** What stands behind a fence's language: a role, and attributes in braces, each word with its column. */
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'

export interface Written {
  readonly text: string
  /** Counts from 1 in the file's line. */
  readonly column: number
}

export interface WrittenAttribute {
  readonly key: Written
  readonly value: Written
}

export interface FenceInfo {
  /** Bare words before the braces; the first is the role. */
  readonly words: readonly Written[]
  readonly attributes: readonly WrittenAttribute[]
  /** What can't be read at all. */
  readonly faults: readonly (Written & { readonly message: string; readonly mend: string })[]
}

/** Reads `verify {timeout=300s name="x"}`, or the same attributes as JSON. Never throws. */
export function readFenceInfo(text: string, column: number): FenceInfo {
  const brace = text.indexOf('{')
  const words = wordsOf(brace < 0 ? text : text.slice(0, brace), column)
  if (brace < 0) return { words: words.bare, attributes: words.attributes, faults: words.faults }
  const inside = text.slice(brace + 1)
  const json = /^\s*("|\}\s*$)/.test(inside) ? readJson(text.slice(brace), column + brace) : undefined
  const read = json ?? readPairs(inside, column + brace + 1)
  return {
    words: words.bare,
    attributes: [...words.attributes, ...read.attributes],
    faults: [...words.faults, ...read.faults],
  }
}

type Read = Pick<FenceInfo, 'attributes' | 'faults'>

/** Bare words; `key=value` outside braces is understood, and said to be misplaced. */
function wordsOf(text: string, column: number): Read & { readonly bare: readonly Written[] } {
  const found = [...text.matchAll(/[^\s=]+=("[^"]*"|'[^']*'|\S*)|\S+/g)].map((match) => ({
    text: match[0],
    column: column + match.index,
  }))
  const pairs = found.filter((word) => word.text.includes('='))
  return {
    bare: found.filter((word) => !word.text.includes('=')),
    attributes: pairs.flatMap((pair) => readPairs(`${pair.text}}`, pair.column).attributes),
    faults: pairs.map((pair) => ({
      ...pair,
      message: `${pair.text} stands outside braces`,
      mend: `Write {${pair.text}}.`,
    })),
  }
}

/** One after the other: a gap, the closing brace, or `key=value` with the value quoted or bare, or a key alone. */
const token = /(\s+)|(\})|([^\s=}"']+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s}"']*))(?=[\s}]|$)|([^\s}]+)/y

function readPairs(text: string, column: number): Read {
  const attributes: WrittenAttribute[] = []
  const faults: FenceInfo['faults'][number][] = []
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [whole, gap, closing, key, double, single, bare, stray] = match
    const at = column + match.index
    if (closing !== undefined) {
      const rest = text.slice(match.index + 1)
      const blank = rest.length - rest.trimStart().length
      if (rest.trim() !== '') {
        const message = `${rest.trim()} stands behind the closing brace`
        faults.push({
          text: rest.trim(),
          column: at + 1 + blank,
          message,
          mend: 'Put it inside the braces, or take it out.',
        })
      }
      return { attributes, faults }
    }
    if (stray !== undefined) {
      const mend = 'Attributes are written key=value, a value with blanks in quotes.'
      faults.push({ text: stray, column: at, message: `${stray} is not an attribute`, mend })
    } else if (gap === undefined && key !== undefined) {
      const quoted = double !== undefined || single !== undefined
      const value = double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? ''
      const offset = key.length + 1 + (quoted ? 1 : 0)
      attributes.push({ key: { text: key, column: at }, value: { text: value, column: at + offset } })
    }
    if (whole === '') break
  }
  const end = { text: '', column: column + text.length }
  faults.push({
    ...end,
    message: 'the attributes have no closing brace',
    mend: 'Put a } at the end of the line.',
  })
  return { attributes, faults }
}

/** JSON is YAML, and the YAML parser knows the place of each key. A list of words becomes `a,b`. */
function readJson(text: string, column: number): Read | undefined {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'silent' })
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined
  const attributes: WrittenAttribute[] = []
  const faults: FenceInfo['faults'][number][] = []
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : ''
    const at = isScalar(key) ? (key.range?.[0] ?? 0) : 0
    const written = isSeq(value) ? listOf(value.items) : isScalar(value) ? String(value.value) : undefined
    if (written === undefined) {
      const message = `${name} is neither a word nor a list of words`
      faults.push({
        text: name,
        column: column + at,
        message,
        mend: 'Give it a string, a number, true or false.',
      })
      continue
    }
    const quoted = isScalar(value) && value.type !== 'PLAIN' ? 1 : 0
    const valueAt = isScalar(value) || isSeq(value) ? (value.range?.[0] ?? at) + quoted : at
    attributes.push({
      key: { text: name, column: column + at },
      value: { text: written, column: column + valueAt },
    })
  }
  return { attributes, faults }
}

function listOf(items: readonly unknown[]): string | undefined {
  const words = items.map((item) => (isScalar(item) ? String(item.value) : undefined))
  return words.every((word) => word !== undefined) ? words.join(',') : undefined
}
