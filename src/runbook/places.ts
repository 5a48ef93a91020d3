/**
 * What other people's shell text leaves open: `<rollback-cluster-url>`, example values such as `v1.2.3`, and variables
 * that it sets nowhere. Found in the words that the shell makes of the text; what stands in comments is left alone.
 */
import type { SyntaxNode, Word } from 'unbash'
import { readShell, visit } from './shell-text.ts'
import { isSpecial, isWellKnown } from './variables.ts'

/** How the text around a place is quoted, which decides how a value can be put there. */
type Quoting = 'none' | 'double' | 'single' | 'ansi' | 'here'

/** What a value at the place becomes a part of, which decides what it may hold. */
export type Within = 'word' | 'json-text' | 'json-value' | 'base64' | 'inner'

export interface Place {
  /** Offsets into the source. */
  readonly start: number
  readonly end: number
  /** As it is written: `<pod>`, `v1.2.3`, `$DB_HOST`. */
  readonly text: string
  readonly kind: 'blank' | 'example' | 'variable'
  /** The name that the parameter should bear. */
  readonly wish: string
  readonly quoting: Quoting
  readonly within: Within
  readonly secret: boolean
}

/** `<name>` of letters, digits and single joints; not `<<EOF>`, `(?<group>`, `\<word\>`, nor the `</tag>` of a pair. */
const blank = /(?<![<\\?&\d])<([A-Za-z](?:[A-Za-z0-9]|[-_. ](?=[A-Za-z0-9]))+)>/g

/** Elements that stand alone in HTML, so that no closing tag tells them from a blank. */
const elements: ReadonlySet<string> = new Set(
  'br hr img input li link meta td th tr title body html'.split(' '),
)

/** The shell text with every blank replaced by a word of the same length: `<name>` is two redirections to the shell. */
export function withoutBlanks(source: string): string {
  return source.replace(blank, (text, name: string) =>
    isMarkup(name, source) ? text : 'x'.repeat(text.length),
  )
}

function isMarkup(name: string, source: string): boolean {
  return elements.has(name.toLowerCase()) || source.includes(`</${name}>`)
}

/** All places in the order of the text; none where it is no valid shell even with its blanks filled. */
export function findPlaces(source: string): readonly Place[] {
  const masked = withoutBlanks(source)
  const { script, faults, expansions, assigned } = readShell(masked)
  if (faults.length > 0) return []
  const surroundings = surroundingsOf(script, masked)
  const places: Place[] = []
  for (const match of source.matchAll(blank)) {
    const [text, name = ''] = match
    const around = surroundings(match.index)
    if (around === undefined || isMarkup(name, source)) continue
    const wish = name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()
    const secret = around.secret || isSecretName(name)
    places.push({ ...bounds(match.index, text), kind: 'blank', wish, ...around, secret })
  }
  for (const { start, text, wish } of examplesIn(script, masked)) {
    const around = surroundings(start)
    if (around !== undefined) places.push({ ...bounds(start, text), kind: 'example', wish, ...around })
  }
  for (const { name, start, end, plain, guarded } of expansions) {
    if (!plain || guarded || assigned.has(name) || isSpecial(name) || isWellKnown(name)) continue
    const text = source.slice(start, end)
    const around = { quoting: 'none', within: 'word', secret: isSecretName(name) } as const
    places.push({ start, end, text, kind: 'variable', wish: name, ...around })
  }
  return places.sort((a, b) => a.start - b.start)
}

function bounds(start: number, text: string) {
  return { start, end: start + text.length, text }
}

type Surroundings = Pick<Place, 'quoting' | 'within' | 'secret'>

/** Tells what a place stands in; undefined for comments, and for text into which nothing can be put. */
function surroundingsOf(script: SyntaxNode, source: string): (offset: number) => Surroundings | undefined {
  const nodes: SyntaxNode[] = []
  const apart: { readonly start: number; readonly end: number }[] = []
  const fixed = new Set<SyntaxNode>()
  visit(script, (node, within) => {
    if (within !== undefined) return
    nodes.push(node)
    // The text of a backtick substitution with escapes in it counts in offsets of its own.
    if (node.type === 'CommandExpansion' && node.script?.source !== undefined)
      apart.push({ start: node.pos, end: node.end })
    if (node.type === 'HereDoc' && node.delimiter?.quoted === true) fixed.add(node.body)
  })
  return (offset) => {
    if (apart.some(({ start, end }) => start <= offset && offset < end)) return undefined
    const around = nodes.filter(({ pos, end }) => pos <= offset && offset < end)
    const text = around.findLast(({ type }) => type === 'Word' || type === 'HereDocBody')
    const command = around.findLast((node) => node.type === 'Command')
    const quoting = quotingOf(around, fixed)
    if (text === undefined || quoting === undefined) return undefined
    if (text.type !== 'Word') return { quoting, within: 'inner', secret: false }
    const words = command === undefined ? [] : wordsOf(command)
    const within = withinOf(text, offset, source, words)
    return { quoting, within, secret: within === 'base64' || isSecretPlace(text, offset, source, words) }
  }
}

function quotingOf(around: readonly SyntaxNode[], fixed: ReadonlySet<SyntaxNode>): Quoting | undefined {
  let quoting: Quoting | undefined = 'none'
  for (const node of around) {
    switch (node.type) {
      case 'CommandExpansion':
      case 'ProcessSubstitution':
        quoting = 'none'
        break
      case 'DoubleQuoted':
        quoting = 'double'
        break
      case 'SingleQuoted':
        quoting = 'single'
        break
      case 'AnsiCQuoted':
        quoting = 'ansi'
        break
      case 'HereDocBody':
        quoting = fixed.has(node) ? undefined : 'here'
        break
      case 'ParameterExpansion':
      case 'ArithmeticExpansion':
      case 'ArithmeticCommand':
      case 'LocaleString':
        return undefined
    }
  }
  return quoting
}

function wordsOf(command: Extract<SyntaxNode, { type: 'Command' }>): readonly Word[] {
  const { name, args } = command
  return [...(name === undefined ? [] : [name]), ...args.flatMap((arg) => (arg.type === 'Word' ? [arg] : []))]
}

function withinOf(word: Word, offset: number, source: string, words: readonly Word[]): Within {
  const { value } = word
  if (/^\s*[{[]/.test(value)) {
    const before = source.slice(word.pos, offset).replace(/\\./g, '').replace(/^["']/, '')
    if ((before.match(/"/g)?.length ?? 0) % 2 === 0) return 'json-value'
    return isSecretCommand(words) && entersData(value) ? 'base64' : 'json-text'
  }
  return /[\s;|&(){}<>$`"'\\*]/.test(value) ? 'inner' : 'word'
}

/** Whether JSON for a Secret has its blanks in `data`, which wants base64, rather than in `stringData`. */
function entersData(json: string): boolean {
  return /"data"\s*:/.test(json) && !/"stringData"\s*:/.test(json)
}

const secretName = /passw(or)?d|secret|token|credential|api[-_ ]?key|private[-_ ]?key|connection[-_ ]?string/i

function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** Whether kubectl is told to change a Secret. */
export function isSecretCommand(words: readonly Pick<Word, 'value'>[]): boolean {
  const [program, ...args] = words.map(({ value }) => value)
  return (
    program === 'kubectl' &&
    args.some((arg) => /^secrets?(\/|$)/.test(arg)) &&
    args.some((arg) => ['patch', 'create', 'apply', 'replace'].includes(arg))
  )
}

/** Whether what is called by a secret's name gets its value here: `--password <x>`, `TOKEN=<x>`. */
function isSecretPlace(word: Word, offset: number, source: string, words: readonly Word[]): boolean {
  const within = source.slice(word.pos, offset)
  if (isSecretCommand(words) && /[{=]/.test(within)) return true
  const line = source.slice(source.lastIndexOf('\n', offset) + 1, offset)
  const label = /([\w-]+)["']?\s*[:=]\s*["']?$/.exec(line)?.[1] ?? flagBefore(word, words)
  return isSecretName(label)
}

function flagBefore(word: Word, words: readonly Word[]): string {
  const previous = words[words.indexOf(word) - 1]?.value ?? ''
  return previous.startsWith('-') ? previous : ''
}

/** Behind an image's name, as a whole word or the value of a flag, or as a piece of an address. */
const version = /(?<=[\w-](:)|[=/'"]|^)v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]*[0-9A-Za-z])?(?![\w.])/g
const time = /(?<![\w.-])\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])/g

interface Example {
  readonly start: number
  readonly text: string
  readonly wish: string
}

/** Values that a person would change each time. A version of an interface (`Version=2012-10-17`) is none. */
function examplesIn(script: SyntaxNode, source: string): readonly Example[] {
  const found = new Map<number, Example>()
  const look = (word: Word, flag: string) => {
    const text = source.slice(word.pos, word.end)
    for (const match of text.matchAll(version)) {
      const wish = match[1] === ':' ? 'IMAGE_TAG' : 'VERSION'
      found.set(word.pos + match.index, { start: word.pos + match.index, text: match[0], wish })
    }
    for (const match of text.matchAll(time)) {
      const before = text.slice(0, match.index)
      if (/version["']?\s*[:=]\s*["']?$/i.test(before) || /version$/i.test(flag)) continue
      const named = /--([a-z][a-z-]*)=["']?$/.exec(before)?.[1] ?? /^--([a-z][a-z-]*)$/.exec(flag)?.[1]
      const wish = named?.replaceAll('-', '_').toUpperCase() ?? (match[0].length > 10 ? 'TIME' : 'DATE')
      found.set(word.pos + match.index, { start: word.pos + match.index, text: match[0], wish })
    }
  }
  visit(script, (node, within) => {
    if (within !== undefined) return
    if (node.type === 'Assignment' && node.value.type === 'Word') look(node.value, '')
    if (node.type !== 'Command') return
    const words = wordsOf(node)
    for (const word of words.slice(1)) look(word, flagBefore(word, words))
  })
  return [...found.values()]
}
