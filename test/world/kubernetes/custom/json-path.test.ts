import { expect, test } from 'vitest'
import { findAll, parseJsonPath } from '../../../../src/world/kubernetes/custom/json-path.ts'

const object = {
  metadata: { labels: { 'app.io/name': 'api' } },
  spec: {
    size: 3,
    items: [
      { name: 'a', n: 1 },
      { name: 'b', n: 2 },
      { name: 'c', n: 3 },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Failed', status: 'False' },
    ],
  },
}

test.each([
  ['.spec.size', [3]],
  ['{.spec.size}', [3]],
  ['$.spec.size', [3]],
  ['.spec.items[0].name', ['a']],
  ['.spec.items[-1].name', ['c']],
  ['.spec.items[*].name', ['a', 'b', 'c']],
  ['.spec.items[1:].name', ['b', 'c']],
  ['.spec.items[0:2].name', ['a', 'b']],
  [".metadata.labels['app.io/name']", ['api']],
  [String.raw`.metadata.labels.app\.io/name`, ['api']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type!='Ready')].status", ['False']],
  ['.spec.items[?(@.n>1)].name', ['b', 'c']],
  ['..n', [1, 2, 3]],
  ['.spec.nothing.here', []],
])('%s leads to %j', (path, expected) => {
  expect(findAll(parseJsonPath(path) ?? [], object)).toEqual(expected)
})

test.each(['spec.size', '.spec[', '.spec.items[?(@.n ~ 1)]'])('%s is no path', (path) => {
  expect(parseJsonPath(path)).toBeUndefined()
})
