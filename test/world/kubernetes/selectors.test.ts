import { expect, test } from 'vitest'
import {
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  selectorText,
  selects,
} from '../../../src/world/kubernetes/selectors.ts'

const labels = { app: 'api', color: 'blue', 'example.com/tier': 'front' }

test.each([
  ['', true],
  ['app=api', true],
  ['app==api,color=blue', true],
  ['app=api,color=green', false],
  ['color!=green', true],
  ['color!=blue', false],
  ['release!=1', true],
  ['color in (blue, green)', true],
  ['color in (green),app=api', false],
  ['color notin (green)', true],
  ['release notin (1)', true],
  ['app', true],
  ['release', false],
  ['!release', true],
  ['!app', false],
  ['example.com/tier=front,app in (api,web)', true],
  ['app=', false],
])('the label selector %j gives %j', (text, expected) => {
  expect(matchesLabels(parseLabelSelector(text), labels)).toBe(expected)
})

test.each(['a=b=c', 'in (a)', 'a in b', ',', '=b'])('the label selector %j is refused', (text) => {
  expect(() => parseLabelSelector(text)).toThrow(/unable to parse requirement/)
})

test.each([
  ['metadata.name=a', true],
  ['metadata.name!=a', false],
  ['metadata.name=a,status.phase!=Failed', true],
  ['metadata.name==a', true],
  ['status.phase=Pending', false],
])('the field selector %j gives %j', (text, expected) => {
  const fields = { 'metadata.name': 'a', 'status.phase': 'Running' }
  expect(matchesFields(parseFieldSelector(text), fields)).toBe(expected)
})

test('a field that nothing is selected by is named in the error', () => {
  expect(() => matchesFields(parseFieldSelector('spec.foo=1'), { 'metadata.name': 'a' })).toThrow(
    'field label not supported: spec.foo',
  )
})

test('selector objects select by labels and by expressions', () => {
  const selector = {
    matchLabels: { app: 'api' },
    matchExpressions: [
      { key: 'color', operator: 'In', values: ['green', 'blue'] },
      { key: 'gone', operator: 'DoesNotExist' },
    ],
  }
  expect(selects(selector, labels)).toBe(true)
  expect(selects(selector, { app: 'api', color: 'red' })).toBe(false)
  expect(selectorText(selector)).toBe('app=api,color in (blue,green),!gone')
})
