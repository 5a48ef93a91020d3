/**
 * Reads label selectors, `app=api,color in (blue, green),!canary,size>3`, with the complaints of the real parser
 * (k8s.io/apimachinery, pkg/labels).
 */
import type { Requirement } from './selectors.ts'
import { badRequest } from './status.ts'
import { labelKeyFault, labelValueFault } from './validation.ts'

interface Token {
  readonly kind: 'word' | 'symbol' | 'end'
  readonly text: string
}

const symbols = ['==', '!=', '=', '!', '<', '>', '(', ')', ',']
const comparisons: Readonly<Record<string, Requirement['operator']>> = {
  in: 'in',
  notin: 'notin',
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'gt',
  '<': 'lt',
}

/** What is wrong with a selector, in the parser's words. */
class SelectorError extends Error {}

/** The requirements, which all have to hold; an empty text has none. Throws StatusError (400). */
export function parseLabelSelector(text: string): readonly Requirement[] {
  try {
    return createParser(tokens(text)).requirements()
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message)
    throw error
  }
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const symbol = symbols.find((each) => rest.startsWith(each))
    const word = symbol ?? /^[^\s=!<>(),]+/.exec(rest)?.[0] ?? rest
    found.push({ kind: symbol === undefined ? 'word' : 'symbol', text: word })
    rest = rest.slice(word.length).trimStart()
  }
  return [...found, { kind: 'end', text: '' }]
}

function createParser(list: readonly Token[]) {
  let at = 0
  const end: Token = { kind: 'end', text: '' }
  const look = (ahead = 0) => list[at + ahead] ?? end
  const take = () => list[at++] ?? end
  const is = (token: Token, symbol: string) => token.kind === 'symbol' && token.text === symbol
  const isWord = (token: Token) => token.kind === 'word'

  function fail(found: Token, expected: string): never {
    throw new SelectorError(`found '${found.text}', expected: ${expected}`)
  }

  function requirements(): readonly Requirement[] {
    const all: Requirement[] = []
    for (;;) {
      const next = look()
      if (next.kind === 'end') return all
      if (!isWord(next) && !is(next, '!')) fail(next, "!, identifier, or 'end of string'")
      all.push(oneRequirement())
      const after = take()
      if (after.kind === 'end') return all
      if (!is(after, ',')) fail(after, "',' or 'end of string'")
      if (!isWord(look()) && !is(look(), '!')) fail(look(), "identifier after ','")
    }
  }

  function oneRequirement(): Requirement {
    try {
      return requirement()
    } catch (error) {
      if (error instanceof SelectorError)
        throw new SelectorError(`unable to parse requirement: ${error.message}`)
      throw error
    }
  }

  function requirement(): Requirement {
    const not = is(look(), '!')
    if (not) take()
    const word = take()
    if (!isWord(word)) fail(word, 'identifier')
    const key = word.text
    const fault = labelKeyFault(key)
    if (fault !== undefined) throw new SelectorError(`<nil>: Invalid value: ${JSON.stringify(key)}: ${fault}`)
    if (not) return { key, operator: 'notexists', values: [] }
    if (look().kind === 'end' || is(look(), ',')) return { key, operator: 'exists', values: [] }
    const sign = take()
    const operator = comparisons[sign.text]
    if (operator === undefined) return fail(sign, 'in, notin, =, ==, !=, gt, lt')
    const values = sign.text === 'in' || sign.text === 'notin' ? valueList() : [oneValue()]
    return checked({ key, operator, values })
  }

  function oneValue(): string {
    const next = look()
    if (next.kind === 'end' || is(next, ',')) return ''
    if (isWord(next)) return take().text
    return fail(next, 'identifier')
  }

  function valueList(): readonly string[] {
    const open = take()
    if (!is(open, '(')) throw new SelectorError(`found '${open.text}' expected: '('`)
    const values: string[] = []
    for (;;) {
      const next = take()
      if (isWord(next)) {
        values.push(next.text)
        const after = take()
        if (is(after, ')')) return values
        if (!is(after, ',')) fail(after, "',' or ')'")
      } else if (is(next, ',') || is(next, ')')) {
        values.push('')
        if (is(next, ')')) return values
      } else fail(next, "',', ')' or identifier")
    }
  }

  return { requirements }
}

function checked(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement
  values.forEach((value, index) => {
    const place = `values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}`
    const fault = labelValueFault(value)
    if (fault !== undefined) throw new SelectorError(`${place}: ${fault}`)
    if ((operator === 'gt' || operator === 'lt') && !/^[-+]?\d+$/.test(value))
      throw new SelectorError(`${place}: for 'Gt', 'Lt' operators, the value must be an integer`)
  })
  return requirement
}
