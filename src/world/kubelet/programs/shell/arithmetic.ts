/** Arithmetic of the shell, over whole numbers. */
import type { ArithmeticExpression } from 'unbash'
import { ShellError } from './state.ts'

const binary: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => Math.trunc(left / right),
  '%': (left, right) => left % right,
  '**': (left, right) => left ** right,
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
}

/** What an expression comes to; `variableValue` gives variables. Throws ShellError for what isn't whole-number arithmetic. */
export function arithmetic(
  expression: ArithmeticExpression | undefined,
  variableValue: (name: string) => string | undefined,
): number {
  if (expression === undefined) return 0
  switch (expression.type) {
    case 'ArithmeticGroup':
      return arithmetic(expression.expression, variableValue)
    case 'ArithmeticTernary': {
      const { test, consequent, alternate } = expression
      return arithmetic(arithmetic(test, variableValue) === 0 ? alternate : consequent, variableValue)
    }
    case 'ArithmeticUnary': {
      const value = arithmetic(expression.operand, variableValue)
      if (expression.operator === '-') return -value
      if (expression.operator === '+') return value
      if (expression.operator === '!') return Number(value === 0)
      throw new ShellError(`arithmetic: ${expression.operator} is not known here`, 2)
    }
    case 'ArithmeticBinary': {
      const { operator } = expression
      const compute = binary[operator]
      if (compute === undefined) throw new ShellError(`arithmetic: ${operator} is not known here`, 2)
      const right = arithmetic(expression.right, variableValue)
      if (right === 0 && (operator === '/' || operator === '%')) throw new ShellError('divide by zero', 2)
      return compute(arithmetic(expression.left, variableValue), right)
    }
    case 'ArithmeticWord':
      return numberOf(expression.value, variableValue)
    case 'ArithmeticCommandExpansion':
      throw new ShellError('arithmetic: substitutions are not known here', 2)
  }
}

function numberOf(text: string, variableValue: (name: string) => string | undefined): number {
  const name = /^\$?\{?([A-Za-z_]\w*|[?#\d])\}?$/.exec(text)?.[1]
  const isName = name !== undefined && (text.startsWith('$') || /^[A-Za-z_]/.test(name))
  const value = isName ? (variableValue(name) ?? '0') : text
  const number = Number(value === '' ? '0' : value)
  if (!Number.isInteger(number)) throw new ShellError(`arithmetic: bad number '${value}'`, 2)
  return number
}
