/** Words of shell text as the fields they come to: variables, substitutions, arithmetic, quotes, globs. */
import type { DoubleQuotedChild, HereDoc, ParameterExpansionPart, ParsedScript, Word, WordPart } from 'unbash'
import type { Step } from '../step.ts'
import { arithmetic } from './arithmetic.ts'
import { globMatches, patternRegExp } from './glob.ts'
import { ShellError, type ShellState } from './state.ts'

/** Runs a script and gives what it prints. */
export type Substitute = (script: ParsedScript | undefined) => Step<string>

interface Piece {
  readonly text: string
  /** Quoted text is neither split nor taken for a glob. */
  readonly quoted: boolean
  /** The text came from an expansion: blanks in it part fields when it isn't quoted. */
  readonly splits?: true
  /** A field ends here, as between the words of "$@". */
  readonly ends?: true
}

/** The fields that words come to, in order: none, one or several for each. */
export function* expandWords(
  state: ShellState,
  words: readonly Word[],
  substitute: Substitute,
): Step<readonly string[]> {
  const fields: string[] = []
  for (const word of words) fields.push(...(yield* expandWord(state, word, substitute)))
  return fields
}

function* expandWord(state: ShellState, word: Word, substitute: Substitute): Step<readonly string[]> {
  if (word.parts === undefined) return [tilde(state, word)]
  const pieces = yield* piecesOf(state, word.parts, false, substitute)
  const alternatives = word.parts.some(({ type }) => type === 'BraceExpansion') ? bracesOf(pieces) : [pieces]
  return alternatives.flatMap((each) => fieldsOf(state, each))
}

/** The one text that a word comes to where it isn't split: in assignments, redirections, patterns. */
export function* expandText(state: ShellState, word: Word, substitute: Substitute): Step<string> {
  if (word.parts === undefined) return tilde(state, word)
  const pieces = yield* piecesOf(state, word.parts, false, substitute)
  return pieces.map(({ text, ends }) => (ends ? ' ' : text)).join('')
}

/** A here-document's text. */
export function* expandHereDoc(state: ShellState, { body }: HereDoc, substitute: Substitute): Step<string> {
  if (body.parts === undefined) return body.text
  const pieces = yield* piecesOf(state, body.parts, true, substitute)
  return pieces.map(({ text }) => text).join('')
}

function tilde(state: ShellState, { text, value }: Word): string {
  if (text !== '~' && !text.startsWith('~/')) return value
  return (state.variables.get('HOME') ?? '/root') + value.slice(1)
}

function* piecesOf(
  state: ShellState,
  parts: readonly (WordPart | DoubleQuotedChild)[],
  quoted: boolean,
  substitute: Substitute,
): Step<readonly Piece[]> {
  const pieces: Piece[] = []
  const expanded = (text: string): Piece => (quoted ? { text, quoted } : { text, quoted, splits: true })
  for (const part of parts) {
    switch (part.type) {
      case 'Literal':
      case 'Glob':
        pieces.push({ text: part.value, quoted: quoted || part.type === 'Literal' })
        break
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        pieces.push({ text: part.value, quoted: true })
        break
      case 'DoubleQuoted':
      case 'LocaleString':
        pieces.push({ text: '', quoted: true }, ...(yield* piecesOf(state, part.parts, true, substitute)))
        break
      case 'SimpleExpansion': {
        const name = part.text.slice(1)
        if (name === '@' && quoted) pieces.push(...everyParameter(state))
        else pieces.push(expanded(variableValue(state, name) ?? unset(state, name)))
        break
      }
      case 'ParameterExpansion':
        if (part.parameter === '@' && quoted && part.operation === undefined)
          pieces.push(...everyParameter(state))
        else pieces.push(expanded(yield* parameter(state, part, substitute)))
        break
      case 'CommandExpansion':
        pieces.push(expanded((yield* substitute(part.script)).replace(/\n+$/, '')))
        break
      case 'ArithmeticExpansion':
        pieces.push(expanded(String(arithmetic(part.expression, (name) => variableValue(state, name)))))
        break
      default:
        // Brace expansions are taken apart by whoever asked for fields; the rest stands for itself.
        pieces.push({ text: part.text, quoted: false })
    }
  }
  return pieces
}

function everyParameter(state: ShellState): readonly Piece[] {
  return state.parameters.flatMap((text, at): Piece[] => [
    ...(at === 0 ? [] : [{ text: '', quoted: true, ends: true } as const]),
    { text, quoted: true },
  ])
}

function bracesOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const at = pieces.findIndex(({ text, quoted }) => !quoted && /^\{.*\}$/.test(text))
  const brace = pieces[at]
  if (brace === undefined) return [pieces]
  return choices(brace.text.slice(1, -1)).flatMap((text) =>
    bracesOf([...pieces.slice(0, at), { text, quoted: true }, ...pieces.slice(at + 1)]),
  )
}

function choices(inner: string): readonly string[] {
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner)
  if (range === null) return inner.split(',')
  const from = Number(range[1])
  const to = Number(range[2])
  const length = Math.min(10_000, Math.abs(to - from) + 1)
  return Array.from({ length }, (_, at) => String(from <= to ? from + at : from - at))
}

function fieldsOf(state: ShellState, pieces: readonly Piece[]): readonly string[] {
  const fields: { text: string; pattern: string; isGlob: boolean }[] = []
  let open: { text: string; pattern: string; isGlob: boolean } | undefined
  const add = (text: string, isGlob: boolean) => {
    open ??= { text: '', pattern: '', isGlob: false }
    open.text += text
    open.pattern += isGlob ? text : text.replace(/[*?[\]\\]/g, '\\$&')
    open.isGlob ||= isGlob
  }
  const end = () => {
    if (open !== undefined) fields.push(open)
    open = undefined
  }
  for (const { text, quoted, splits, ends } of pieces) {
    if (ends) end()
    else if (!splits) add(text, !quoted)
    else
      for (const [at, part] of text.split(/[ \t\n]+/).entries()) {
        if (at > 0) end()
        if (part !== '') add(part, false)
      }
  }
  end()
  return fields.flatMap(({ text, pattern, isGlob }) => {
    const found = isGlob ? globMatches(state.room.files, state.cwd, pattern) : []
    return found.length > 0 ? found : [text]
  })
}

/** A variable's value, or undefined while it is unset. */
export function variableValue(state: ShellState, name: string): string | undefined {
  if (name === '?') return String(state.lastCode)
  if (name === '#') return String(state.parameters.length)
  if (name === '$') return '1'
  if (name === '!') return ''
  if (name === '-') return state.tty ? 'i' : ''
  if (name === '0') return state.name
  if (name === '@' || name === '*') return state.parameters.join(' ')
  if (/^\d+$/.test(name)) return state.parameters[Number(name) - 1]
  if (name === 'PWD') return state.cwd
  return state.variables.get(name)
}

function unset(state: ShellState, name: string): string {
  if (state.refusesUnset) throw new ShellError(`${name}: parameter not set`, 2)
  return ''
}

function* parameter(state: ShellState, part: ParameterExpansionPart, substitute: Substitute): Step<string> {
  const { parameter: name, prefix, operation } = part
  const value = variableValue(state, name)
  if (prefix === '#') return String((value ?? '').length)
  if (operation === undefined) return value ?? unset(state, name)
  switch (operation.type) {
    case 'Default': {
      const has = value !== undefined && (!operation.operator.startsWith(':') || value !== '')
      const operand = () => expandText(state, operation.operand, substitute)
      const kind = operation.operator.replace(':', '')
      if (kind === '+') return has ? yield* operand() : ''
      if (has) return value
      const other = yield* operand()
      if (kind === '?') throw new ShellError(`${name}: ${other || 'parameter not set'}`, 2)
      if (kind === '=') state.variables.set(name, other)
      return other
    }
    case 'Remove': {
      const pattern = yield* expandText(state, operation.operand, substitute)
      return removed(value ?? '', operation.operator, pattern)
    }
    case 'Replace': {
      const pattern = yield* expandText(state, operation.pattern, substitute)
      const replacement = yield* expandText(state, operation.replacement, substitute)
      const flags = operation.operator === '//' ? 'g' : ''
      return (value ?? '').replace(patternRegExp(pattern, false, flags), () => replacement)
    }
    case 'Slice': {
      const from = Number(yield* expandText(state, operation.offset, substitute))
      const length =
        operation.length === undefined
          ? undefined
          : Number(yield* expandText(state, operation.length, substitute))
      return (value ?? '').slice(from, length === undefined ? undefined : from + length)
    }
    default:
      throw new ShellError(`${part.text}: bad substitution`, 2)
  }
}

function removed(value: string, operator: string, pattern: string): string {
  const matches = (text: string) => patternRegExp(pattern, true).test(text)
  const cuts = Array.from({ length: value.length + 1 }, (_, at) => at)
  const fromStart = operator.startsWith('#')
  const longest = operator.length === 2
  const order = fromStart === longest ? cuts.toReversed() : cuts
  const cut = order.find((at) => matches(fromStart ? value.slice(0, at) : value.slice(at)))
  if (cut === undefined) return value
  return fromStart ? value.slice(cut) : value.slice(0, cut)
}
