import { expect, test } from 'vitest'
import { evaluate } from '../../../../src/world/aws/cloudwatch/expression.ts'

const names = {
  periods: [0, 60, 120],
  operandOf(id: string) {
    if (id === 'a')
      return new Map([
        [0, 10],
        [60, 20],
        [120, 30],
      ])
    if (id === 'b')
      return new Map([
        [0, 5],
        [60, 0],
      ])
    throw new Error(`no ${id}`)
  },
}
const value = (expression: string) => {
  const found = evaluate(expression, names)
  return typeof found === 'number' ? found : Object.fromEntries(found)
}

test('arithmetic of two metrics has a point where both have one', () => {
  expect(value('a - b')).toEqual({ 0: 5, 60: 20 })
  expect(value('100 * b / a')).toEqual({ 0: 50, 60: 0 })
  expect(value('-(a + 1) * 2')).toEqual({ 0: -22, 60: -42, 120: -62 })
})

test('a division by zero has no point', () => {
  expect(value('a / b')).toEqual({ 0: 2 })
})

test('functions of one metric', () => {
  expect(value('MAX(a) - MIN(b)')).toBe(30)
  expect(value('avg(a)')).toBe(20)
  expect(value('FILL(b, 7)')).toEqual({ 0: 5, 60: 0, 120: 7 })
})

test.each(['a +', '(a', 'a b', 'SEARCH(a)', 'a $ b', 'FILL(a)', 'AVG()', ''])(
  '%j is refused',
  (expression) => {
    expect(() => evaluate(expression, names)).toThrow(/^Error in expression/)
  },
)
