/** CloudWatch's metric math, as far as arithmetic and the aggregating functions go. */
import { AwsFault } from '../fault.ts'
import type { Series } from './metrics.ts'

/** A number, or one number for each period. */
export type Operand = number | Series

export interface Names {
  /** Throws for an id that no query has. */
  readonly operandOf: (id: string) => Operand
  /** The starts of all periods, for FILL. */
  readonly periods: readonly number[]
}

type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string }

function refuse(expression: string, what: string): AwsFault {
  return new AwsFault('ValidationError', `Error in expression '${expression}': ${what}`)
}

function tokens(expression: string): readonly Token[] {
  const found: Token[] = []
  const pattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|([-+*/(),]))/y
  let at = 0
  while (expression.slice(at).trim() !== '') {
    pattern.lastIndex = at
    const [, digits, name, sign] = pattern.exec(expression) ?? []
    if (digits !== undefined) found.push({ kind: 'number', value: Number(digits) })
    else if (name !== undefined) found.push({ kind: 'name', text: name })
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign })
    else throw refuse(expression, 'Unexpected character')
    at = pattern.lastIndex
  }
  return found
}

function combine(a: Operand, b: Operand, apply: (x: number, y: number) => number): Operand {
  if (typeof a === 'number' && typeof b === 'number') return apply(a, b)
  const times = [...(typeof a === 'number' ? (typeof b === 'number' ? [] : b.keys()) : a.keys())]
  const pairs = times.flatMap((time) => {
    const x = typeof a === 'number' ? a : a.get(time)
    const y = typeof b === 'number' ? b : b.get(time)
    if (x === undefined || y === undefined) return []
    const value = apply(x, y)
    // A division by zero has no data point.
    return Number.isFinite(value) ? [[time, value] as const] : []
  })
  return new Map(pairs)
}

function each(operand: Operand, apply: (value: number) => number): Operand {
  return typeof operand === 'number'
    ? apply(operand)
    : new Map([...operand].map(([time, value]) => [time, apply(value)]))
}

/** One number of a whole series: what AVG, MAX, MIN and SUM of a single metric give. */
function aggregate(operand: Operand, of: (values: readonly number[]) => number): Operand {
  if (typeof operand === 'number') return operand
  return operand.size === 0 ? new Map() : of([...operand.values()])
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

function callFunction(
  expression: string,
  name: string,
  operands: readonly Operand[],
  periods: readonly number[],
): Operand {
  const [first, second] = operands
  if (first === undefined) throw refuse(expression, `The function ${name} needs an argument`)
  switch (name.toUpperCase()) {
    case 'AVG':
      return aggregate(first, (values) => total(values) / values.length)
    case 'SUM':
      return aggregate(first, total)
    case 'MAX':
      return aggregate(first, (values) => Math.max(...values))
    case 'MIN':
      return aggregate(first, (values) => Math.min(...values))
    case 'ABS':
      return each(first, Math.abs)
    case 'CEIL':
      return each(first, Math.ceil)
    case 'FLOOR':
      return each(first, Math.floor)
    case 'FILL':
      if (typeof first === 'number' || typeof second !== 'number')
        throw refuse(expression, 'FILL takes a metric and a number')
      return new Map(periods.map((time) => [time, first.get(time) ?? second]))
    default:
      throw refuse(expression, `The function ${name} is not supported`)
  }
}

/** The value of an expression. Throws ValidationError for what it can't read. */
export function evaluate(expression: string, names: Names): Operand {
  const all = tokens(expression)
  let next = 0
  const isSign = (text: string) => {
    const token = all[next]
    return token?.kind === 'sign' && token.text === text
  }
  const take = (text: string) => {
    if (!isSign(text)) return false
    next++
    return true
  }
  const expect = (text: string) => {
    if (!take(text)) throw refuse(expression, `'${text}' is missing`)
  }

  function sum(): Operand {
    let value = product()
    for (;;) {
      if (take('+')) value = combine(value, product(), (x, y) => x + y)
      else if (take('-')) value = combine(value, product(), (x, y) => x - y)
      else return value
    }
  }
  function product(): Operand {
    let value = factor()
    for (;;) {
      if (take('*')) value = combine(value, factor(), (x, y) => x * y)
      else if (take('/')) value = combine(value, factor(), (x, y) => x / y)
      else return value
    }
  }
  function factor(): Operand {
    if (take('-')) return each(factor(), (value) => -value)
    if (take('(')) {
      const value = sum()
      expect(')')
      return value
    }
    const token = all[next++]
    if (token?.kind === 'number') return token.value
    if (token?.kind !== 'name') throw refuse(expression, 'Unexpected end or sign')
    if (!take('(')) return names.operandOf(token.text)
    const operands = isSign(')') ? [] : [sum()]
    while (take(',')) operands.push(sum())
    expect(')')
    return callFunction(expression, token.text, operands, names.periods)
  }

  const value = sum()
  if (next < all.length) throw refuse(expression, 'Unexpected text at its end')
  return value
}
