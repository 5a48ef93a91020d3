/** The record of who owns which fields, as it goes through writes of clients and of the world itself. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isList, type JsonObject } from '../../../../src/world/kubernetes/record.ts'
import { practiceCluster } from '../../practice.ts'
import { at, type PracticeApi, startPracticeApi } from '../practice-api.ts'

let api: PracticeApi
beforeAll(async () => {
  api = await startPracticeApi()
})
afterAll(async () => {
  await api.close()
  expect(api.errors).toEqual([])
})

const maps = '/api/v1/namespaces/test/configmaps'
const merge = { 'content-type': 'application/merge-patch+json' }
const apply = { 'content-type': 'application/apply-patch+yaml' }
const json = { 'content-type': 'application/json-patch+json' }

const create = (name: string, data: unknown = { a: '1' }, headers = {}) =>
  api.call('POST', `${maps}?fieldManager=maker`, { metadata: { name }, data }, headers)

/** The managers of an object. */
function managers(object: JsonObject): readonly unknown[] {
  const entries = at(object, 'metadata', 'managedFields')
  return (isList(entries) ? entries : []).map((entry) => at(entry, 'manager'))
}

const fieldsOf = (object: JsonObject, manager: string) => {
  const entries = at(object, 'metadata', 'managedFields')
  return at(
    (isList(entries) ? entries : []).find((entry) => at(entry, 'manager') === manager),
    'fieldsV1',
  )
}

test('a manager is known by its name, else by the first part of its user agent', async () => {
  const made = async (name: string, query: string, agent: string) =>
    managers(
      (
        await api.call(
          'POST',
          `${maps}${query}`,
          { metadata: { name }, data: { a: '1' } },
          { 'user-agent': agent },
        )
      ).json,
    )
  expect(await made('named', '?fieldManager=me', 'curl/8.0')).toEqual(['me'])
  expect(await made('agent', '', 'curl/8.0 (linux)')).toEqual(['curl'])
  expect(await made('nobody', '', '')).toEqual(['unknown'])
})

test('who changes a field owns it, who removes one owns nothing, and what did not change is nobody’s news', async () => {
  await create('passing', { a: '1', b: '1' })
  const patch = async (manager: string, data: unknown) =>
    (await api.call('PATCH', `${maps}/passing?fieldManager=${manager}`, { data }, merge)).json
  expect(fieldsOf(await patch('second', { a: '2' }), 'second')).toEqual({ 'f:data': { 'f:a': {} } })
  const third = await patch('third', { b: null })
  expect(managers(third)).toEqual(expect.arrayContaining(['maker', 'second']))
  expect(fieldsOf(third, 'maker')).toEqual({ 'f:data': {} })
  expect(managers(third)).not.toContain('third')
  const same = await patch('fourth', { a: '2' })
  expect(at(same, 'metadata', 'resourceVersion')).toBe(at(third, 'metadata', 'resourceVersion'))
})

test('beyond ten managers of updates the oldest become one', async () => {
  await create('crowded')
  for (let turn = 1; turn <= 14; turn++)
    await api.call('PATCH', `${maps}/crowded?fieldManager=m${turn}`, { data: { [`k${turn}`]: '1' } }, merge)
  const { json: object } = await api.call('GET', `${maps}/crowded`)
  expect(managers(object)).toHaveLength(10)
  expect(managers(object)).toContain('ancient-changes')
  expect(managers(object)).toContain('m14')
})

test('who empties the record ends it; the first applier finds a manager for what was there', async () => {
  await create('forgotten')
  const reset = await api.call('PATCH', `${maps}/forgotten`, { metadata: { managedFields: [{}] } }, merge)
  expect(managers(reset.json)).toEqual([])
  const changed = await api.call('PATCH', `${maps}/forgotten`, { data: { b: '1' } }, merge)
  expect(managers(changed.json)).toEqual([])
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'forgotten' }, data: { c: '1' } }
  const applied = await api.call('PATCH', `${maps}/forgotten?fieldManager=me`, manifest, apply)
  expect(managers(applied.json)).toEqual(['me', 'before-first-apply'])
})

test('a record that a client sends along takes the place of the old one; one that says nothing does not', async () => {
  const { json: made } = await create('written')
  const entry = {
    manager: 'other',
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { 'f:a': {} } },
  }
  const replace = (value: unknown) => [{ op: 'replace', path: '/metadata/managedFields', value }]
  const given = await api.call('PATCH', `${maps}/written`, replace([entry]), json)
  expect(managers(given.json)).toEqual(['other'])
  expect(at(given.json, 'metadata', 'resourceVersion')).not.toBe(at(made, 'metadata', 'resourceVersion'))
  const broken = await api.call('PATCH', `${maps}/written`, replace([{ ...entry, operation: 'Guess' }]), json)
  expect(managers(broken.json)).toEqual(['other'])
  const without = await api.call('PUT', `${maps}/written?fieldManager=putter`, {
    metadata: { name: 'written' },
    data: { a: '1' },
  })
  expect(managers(without.json)).toEqual(['other'])
})

test('finalizers are owned one by one, owners and selectors as a whole', async () => {
  const finalizers = ['example.com/a', 'example.com/b']
  await create('fine')
  const { json: object } = await api.call(
    'PATCH',
    `${maps}/fine?fieldManager=keeper`,
    { metadata: { finalizers } },
    merge,
  )
  expect(fieldsOf(object, 'keeper')).toEqual({
    'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/a"': {}, 'v:"example.com/b"': {} } },
  })
  const { json: gone } = await api.call('DELETE', `${maps}/fine`)
  expect(managers(gone)).toEqual(managers(object))
})

test('the world’s own parts write under the names that they have in a real cluster', () => {
  const { cluster, pods, deployment, pass, setImage } = practiceCluster()
  const owners = (object: {
    readonly metadata: {
      readonly managedFields?: readonly { readonly manager: string; readonly subresource?: string }[]
    }
  }) =>
    (object.metadata.managedFields ?? [])
      .map(({ manager, subresource }) => [manager, subresource].join(' ').trim())
      .sort()
  setImage('blue', 'loanserve/api:v1.3.0')
  pass(60_000)
  expect(owners(deployment('blue'))).toEqual([
    'kube-controller-manager status',
    'kubectl-client-side-apply',
    'kubectl-edit',
  ])
  for (const pod of pods('blue')) expect(owners(pod)).toEqual(['kube-controller-manager', 'kubelet status'])
  const [set] = cluster.replicaSets.list('loanserve')
  expect(set === undefined ? [] : owners(set)).toEqual([
    'kube-controller-manager',
    'kube-controller-manager status',
  ])
  const reporters = new Set(cluster.events.list().flatMap(owners))
  expect([...reporters].sort()).toEqual(['kube-controller-manager', 'kube-scheduler', 'kubelet'])
})
