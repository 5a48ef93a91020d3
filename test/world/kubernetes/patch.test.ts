import { expect, test } from 'vitest'
import { applyPatch, readPatch } from '../../../src/world/kubernetes/patch/patch.ts'
import type { JsonObject } from '../../../src/world/kubernetes/record.ts'
import { at } from './practice-api.ts'

const strategic = (object: JsonObject, body: unknown, model = 'V1Deployment') =>
  applyPatch(model, object, { kind: 'strategic', body })
const merge = (object: JsonObject, body: unknown) => applyPatch('V1Service', object, { kind: 'merge', body })
const json = (object: JsonObject, body: unknown) => applyPatch('V1ConfigMap', object, { kind: 'json', body })

function deployment(...containers: readonly JsonObject[]): JsonObject {
  return { metadata: { name: 'api' }, spec: { template: { spec: { containers } } } }
}
const patchContainers = (...containers: readonly JsonObject[]) => ({
  spec: { template: { spec: { containers } } },
})
const containersOf = (object: JsonObject) => at(object, 'spec', 'template', 'spec', 'containers')

test('a strategic merge finds containers by name, and their variables by name', () => {
  const before = deployment(
    {
      name: 'api',
      image: 'a:1',
      env: [
        { name: 'FLAGS', value: '{}' },
        { name: 'LEVEL', value: 'info' },
      ],
    },
    { name: 'proxy', image: 'p:1' },
  )
  const after = strategic(
    before,
    patchContainers({ name: 'api', env: [{ name: 'FLAGS', value: '{"x":true}' }] }),
  )
  expect(containersOf(after)).toEqual([
    {
      name: 'api',
      image: 'a:1',
      env: [
        { name: 'FLAGS', value: '{"x":true}' },
        { name: 'LEVEL', value: 'info' },
      ],
    },
    { name: 'proxy', image: 'p:1' },
  ])
  expect(at(containersOf(before), 0, 'env', 0, 'value')).toBe('{}')
})

test('a strategic merge puts an item that is new before those of the server', () => {
  const after = strategic(deployment({ name: 'api' }), patchContainers({ name: 'sidecar' }))
  expect(containersOf(after)).toEqual([{ name: 'sidecar' }, { name: 'api' }])
})

test('a merge patch replaces the whole list that a strategic one merges', () => {
  const before = { spec: { ports: [{ port: 80, name: 'http' }, { port: 443 }] } }
  const body = { spec: { ports: [{ port: 80, name: 'web' }] } }
  expect(merge(before, body)).toEqual(body)
  expect(strategic(before, body, 'V1Service')).toEqual({
    spec: { ports: [{ port: 80, name: 'web' }, { port: 443 }] },
  })
})

test('a merge keeps the keys of a selector that it does not name', () => {
  const before = { spec: { selector: { app: 'api', color: 'blue', release: 'old' } } }
  const body = { spec: { selector: { color: 'green' } } }
  const kept = { spec: { selector: { app: 'api', color: 'green', release: 'old' } } }
  expect(merge(before, body)).toEqual(kept)
  expect(strategic(before, body, 'V1Service')).toEqual(kept)
})

test('null removes a field in both merges', () => {
  const before = { spec: { selector: { app: 'api', release: 'old' } } }
  const body = { spec: { selector: { release: null } } }
  expect(merge(before, body)).toEqual({ spec: { selector: { app: 'api' } } })
  expect(strategic(before, body, 'V1Service')).toEqual({ spec: { selector: { app: 'api' } } })
})

test('$patch: delete removes the item with that key', () => {
  const after = strategic(
    deployment({ name: 'api' }, { name: 'proxy' }),
    patchContainers({ name: 'proxy', $patch: 'delete' }),
  )
  expect(containersOf(after)).toEqual([{ name: 'api' }])
})

test('$patch: replace in a list puts the other items in place of all that were there', () => {
  const after = strategic(
    deployment({ name: 'api', image: 'a' }, { name: 'proxy' }),
    patchContainers({ $patch: 'replace' }, { name: 'api' }),
  )
  expect(containersOf(after)).toEqual([{ name: 'api' }])
})

test('$patch: replace in an object leaves nothing of what was there', () => {
  const after = strategic(
    { spec: { selector: { a: '1', b: '2' } } },
    { spec: { selector: { $patch: 'replace', a: '3' } } },
    'V1Service',
  )
  expect(after).toEqual({ spec: { selector: { a: '3' } } })
})

test('$retainKeys keeps the named keys only, as a change of strategy needs', () => {
  const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
  const after = strategic(before, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })
  expect(after).toEqual({ spec: { strategy: { type: 'Recreate' } } })
})

test('$setElementOrder puts a merged list in order, with the items of the server alone where they stood', () => {
  const before = deployment({ name: 'a' }, { name: 'server' }, { name: 'b' })
  const after = strategic(before, {
    spec: {
      template: {
        spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }], containers: [{ name: 'c' }] },
      },
    },
  })
  expect(containersOf(after)).toEqual([{ name: 'a' }, { name: 'server' }, { name: 'b' }, { name: 'c' }])
})

test('$setElementOrder that leaves out an item of the patch is refused', () => {
  expect(() =>
    strategic(deployment({ name: 'a' }), {
      spec: {
        template: { spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] } },
      },
    }),
  ).toThrow(/doesn't match \$setElementOrder list/)
})

test('lists of plain values that merge take additions, and lose what $deleteFromPrimitiveList names', () => {
  const before = { metadata: { finalizers: ['a', 'b'] } }
  expect(strategic(before, { metadata: { finalizers: ['c'] } })).toEqual({
    metadata: { finalizers: ['c', 'a', 'b'] },
  })
  expect(strategic(before, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } })).toEqual({
    metadata: { finalizers: ['b'] },
  })
})

test('conditions of a status are merged by their type', () => {
  const before = {
    status: {
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'Initialized', status: 'True' },
      ],
    },
  }
  const after = strategic(before, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'V1Pod')
  expect(at(after, 'status', 'conditions')).toEqual([
    { type: 'Ready', status: 'True' },
    { type: 'Initialized', status: 'True' },
  ])
})

test('an item without its merge key is refused', () => {
  expect(() => strategic(deployment({ name: 'api' }), patchContainers({ image: 'x' }))).toThrow(
    'does not contain declared merge key: name',
  )
})

test('a JSON patch carries its operations out in order, or none of them', () => {
  const before = { data: { a: '1', b: '2' } }
  const after = json(before, [
    { op: 'test', path: '/data/a', value: '1' },
    { op: 'replace', path: '/data/a', value: '9' },
    { op: 'add', path: '/data/c', value: '3' },
    { op: 'remove', path: '/data/b' },
    { op: 'copy', from: '/data/c', path: '/data/d' },
    { op: 'move', from: '/data/d', path: '/data/e' },
  ])
  expect(after).toEqual({ data: { a: '9', c: '3', e: '3' } })
  expect(before).toEqual({ data: { a: '1', b: '2' } })
})

test.each([
  [[{ op: 'test', path: '/data/a', value: '2' }], 'the server rejected our request', 422],
  [[{ op: 'replace', path: '/data/z', value: '2' }], 'the server rejected our request', 422],
  [[{ op: 'remove', path: '/data/z' }], 'the server rejected our request', 422],
  [[{ op: 'add', path: '/none/z', value: 1 }], 'the server rejected our request', 422],
  [{ op: 'add' }, 'json: cannot unmarshal object into Go value of type jsonpatch.Patch', 400],
])('a JSON patch that cannot be carried out is refused as it is: %j', (body, message, code) => {
  expect(() => json({ data: { a: '1' } }, body)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), code }),
  )
})

test('other kinds of patch are refused with the kinds that there are', () => {
  expect(() => readPatch('application/apply-patch+yaml', {})).toThrow(expect.objectContaining({ code: 415 }))
})
