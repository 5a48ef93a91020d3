import { expect, test } from 'vitest'
import { checkFields } from '../../../src/world/kubernetes/field-labels.ts'
import { parseLabelSelector } from '../../../src/world/kubernetes/label-selector.ts'
import {
  matchesFields,
  matchesLabels,
  parseFieldSelector,
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

test.each([
  ['a=b=c', "found '=', expected: ',' or 'end of string'"],
  ['in (a)', "unable to parse requirement: found '(', expected: in, notin, =, ==, !=, gt, lt"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  [',', "found ',', expected: !, identifier, or 'end of string'"],
  ['a,', "found '', expected: identifier after ','"],
  ['=b', "found '=', expected: !, identifier, or 'end of string'"],
  [
    'size>big',
    "unable to parse requirement: values[0][size]: Invalid value: \"big\": for 'Gt', 'Lt' operators",
  ],
  ['a=b/c', 'unable to parse requirement: values[0][a]: Invalid value: "b/c": a valid label must be'],
  ['-a', 'unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of'],
])('the label selector %j is refused in the words of the real parser', (text, words) => {
  expect(() => parseLabelSelector(text)).toThrow(words)
})

test('labels that hold numbers are compared by them', () => {
  const size = { size: '10' }
  expect(matchesLabels(parseLabelSelector('size>9'), size)).toBe(true)
  expect(matchesLabels(parseLabelSelector('size<9'), size)).toBe(false)
  expect(matchesLabels(parseLabelSelector('size>1'), { size: 'big' })).toBe(false)
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

test.each([
  [{ group: '', kind: 'Pod' }, 'field label not supported: spec.foo'],
  [{ group: 'batch', kind: 'Job' }, 'field label "spec.foo" not supported for Job'],
  [
    { group: 'apps', kind: 'Deployment' },
    '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
])('a field that %o is not selected by is named in the words of its group', (of, words) => {
  const check = (text: string) =>
    checkFields({ ...of, namespaced: true, custom: undefined }, parseFieldSelector(text))
  expect(() => check('spec.foo=1')).toThrow(words)
  expect(() => check('metadata.name=a,metadata.namespace!=b')).not.toThrow()
})

test('a field selector that has no operator is refused', () => {
  expect(() => parseFieldSelector('status.phase')).toThrow(
    "invalid selector: 'status.phase'; can't understand 'status.phase'",
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
