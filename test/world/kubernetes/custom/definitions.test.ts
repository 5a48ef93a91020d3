/** Definitions and their objects through the API. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, type PracticeApi, startPracticeApi } from '../practice-api.ts'
import { crontab, definition, v1 } from './crontabs.ts'

let api: PracticeApi
beforeAll(async () => {
  api = await startPracticeApi()
})
afterAll(async () => {
  await api.close()
  expect(api.errors).toEqual([])
})

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const group = '/apis/stable.example.com'
const path = (plural: string, version = 'v1') => `${group}/${version}/namespaces/test/${plural}`

async function define(plural: string, spec: Readonly<Record<string, unknown>> = {}, kind = 'CronTab') {
  const made = await api.call('POST', crds, definition(plural, spec, kind))
  expect(made.code).toBe(201)
  return path(plural)
}

const drop = (plural: string) => api.call('DELETE', `${crds}/${plural}.stable.example.com`)
const merge = { 'content-type': 'application/merge-patch+json' }

test('a definition is established, served and discovered, and goes with its objects', async () => {
  const objects = await define('crontabs')
  const stored = (await api.call('GET', `${crds}/crontabs.stable.example.com`)).json
  expect(stored).toMatchObject({
    spec: { names: { singular: 'crontab', listKind: 'CronTabList' }, conversion: { strategy: 'None' } },
    status: {
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
        { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
      ],
      acceptedNames: { plural: 'crontabs', kind: 'CronTab' },
      storedVersions: ['v1'],
    },
  })
  expect((await api.call('GET', `${group}/v1`)).json).toMatchObject({
    resources: [
      {
        name: 'crontabs',
        singularName: 'crontab',
        kind: 'CronTab',
        shortNames: ['cron'],
        categories: ['all'],
      },
      { name: 'crontabs/scale', kind: 'Scale', group: 'autoscaling' },
      { name: 'crontabs/status', kind: 'CronTab' },
    ],
  })
  const made = await api.call('POST', objects, crontab('a'))
  expect(made.json).toMatchObject({
    kind: 'CronTab',
    metadata: { name: 'a', namespace: 'test', generation: 1 },
    spec: { cronSpec: '5 0 * * *', replicas: 1, image: 'job:1' },
  })
  expect((await drop('crontabs')).code).toBe(200)
  expect((await api.call('GET', `${objects}/a`)).code).toBe(404)
  expect((await api.call('GET', `${crds}/crontabs.stable.example.com`)).code).toBe(404)
  expect((await api.call('GET', `${group}/v1`)).code).toBe(404)
})

test('writes to an object leave its status alone, and writes to its status leave the rest', async () => {
  const objects = await define('parts')
  await api.call('POST', objects, { ...crontab('a'), status: { phase: 'Made up' } })
  expect(at((await api.call('GET', `${objects}/a`)).json, 'status')).toBeUndefined()
  const status = { spec: { image: 'other' }, status: { phase: 'Running', replicas: 1 } }
  const told = (await api.call('PATCH', `${objects}/a/status`, status, merge)).json
  expect(told).toMatchObject({
    metadata: { generation: 1 },
    spec: { image: 'job:1' },
    status: { phase: 'Running' },
  })
  const changed = await api.call('PATCH', `${objects}/a`, { spec: { image: 'job:2' }, status: null }, merge)
  expect(changed.json).toMatchObject({
    metadata: { generation: 2 },
    spec: { image: 'job:2' },
    status: { phase: 'Running' },
  })
  expect((await api.call('GET', `${objects}/a/scale`)).json).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 1 },
    status: { replicas: 1 },
  })
  await api.call('PATCH', `${objects}/a/scale`, { spec: { replicas: 4 } }, merge)
  expect((await api.call('GET', `${objects}/a`)).json).toMatchObject({ spec: { replicas: 4 } })
  await drop('parts')
})

test('an object that breaks its schema is refused with each rule it breaks', async () => {
  const objects = await define('rules')
  const refused = await api.call('POST', objects, crontab('a', { cronSpec: 'never', replicas: 11 }))
  expect(refused.json).toMatchObject({
    code: 422,
    reason: 'Invalid',
    details: { name: 'a', group: 'stable.example.com', kind: 'CronTab' },
  })
  expect(String(refused.json.message)).toContain('spec.image: Required value')
  expect(String(refused.json.message)).toContain("spec.cronSpec in body should match '^")
  expect(String(refused.json.message)).toContain('spec.replicas in body should be less than or equal to 10')
  const strict = await api.call(
    'POST',
    `${objects}?fieldValidation=Strict`,
    crontab('a', { image: 'i', imag: 'j' }),
  )
  expect(strict.json).toMatchObject({
    code: 400,
    message:
      'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.imag"',
  })
  const warned = await api.call('POST', objects, crontab('a', { image: 'i', imag: 'j' }))
  expect(warned.warnings).toContain('unknown field \\"spec.imag\\"')
  expect(warned.json.spec).toEqual({ image: 'i', cronSpec: '5 0 * * *', replicas: 1 })
  await drop('rules')
})

test('a strategic merge patch is not taken, JSON and merge patches are', async () => {
  const objects = await define('patches')
  await api.call('POST', objects, crontab('a'))
  const body = { spec: { replicas: 2 } }
  const strategic = { 'content-type': 'application/strategic-merge-patch+json' }
  expect((await api.call('PATCH', `${objects}/a`, body, strategic)).json).toMatchObject({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: expect.stringContaining('application/merge-patch+json'),
  })
  expect((await api.call('PATCH', `${objects}/a`, body, merge)).json).toMatchObject(body)
  const operations = [
    { op: 'test', path: '/spec/replicas', value: 2 },
    { op: 'replace', path: '/spec/replicas', value: 3 },
  ]
  const json = { 'content-type': 'application/json-patch+json' }
  expect((await api.call('PATCH', `${objects}/a`, operations, json)).json).toMatchObject({
    spec: { replicas: 3 },
  })
  expect((await api.call('PATCH', `${objects}/a`, operations, json)).code).toBe(422)
  await drop('patches')
})

test('each served version shows the same objects, and a version that is not served is not there', async () => {
  const v2 = { ...v1, name: 'v2', storage: false, additionalPrinterColumns: [] }
  const objects = await define('versions', { versions: [v1, v2, { ...v2, name: 'v3', served: false }] })
  await api.call('POST', objects, crontab('a'))
  const seen = (await api.call('GET', `${path('versions', 'v2')}/a`)).json
  expect(seen).toMatchObject({ apiVersion: 'stable.example.com/v2', metadata: { name: 'a' } })
  await api.call('PUT', `${path('versions', 'v2')}/a`, { ...seen, spec: { image: 'job:2' } })
  expect((await api.call('GET', `${objects}/a`)).json).toMatchObject({
    apiVersion: 'stable.example.com/v1',
    spec: { image: 'job:2' },
  })
  expect((await api.call('GET', path('versions', 'v3'))).code).toBe(404)
  const groups = (await api.call('GET', group)).json
  expect(groups).toMatchObject({ preferredVersion: { version: 'v2' } })
  await drop('versions')
})

test('a schema that changes shows its new defaults and columns, and keeps what is stored', async () => {
  const objects = await define('changes')
  const before = (await api.call('POST', objects, crontab('a'))).json
  const tier = { type: 'string', default: 'front' }
  const { spec } = v1.schema.openAPIV3Schema.properties
  const schema = {
    openAPIV3Schema: {
      ...v1.schema.openAPIV3Schema,
      properties: { spec: { ...spec, properties: { ...spec.properties, tier } } },
    },
  }
  const columns = [{ name: 'Tier', type: 'string', jsonPath: '.spec.tier' }]
  const versions = [{ ...v1, schema, additionalPrinterColumns: columns }]
  const crd = `${crds}/changes.stable.example.com`
  expect((await api.call('PATCH', crd, { spec: { versions } }, merge)).json).toMatchObject({
    metadata: { generation: 2 },
  })
  const after = (await api.call('GET', `${objects}/a`)).json
  expect(after).toMatchObject({ spec: { tier: 'front' } })
  expect(at(after, 'metadata', 'resourceVersion')).toBe(at(before, 'metadata', 'resourceVersion'))
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
  const table = (await api.call('GET', objects, undefined, { accept })).json
  expect(at(table, 'columnDefinitions', 1, 'name')).toBe('Tier')
  expect(at(table, 'rows', 0, 'cells')).toEqual(['a', 'front'])
  await drop('changes')
})

test('a watch tells the changes of custom objects, and ends when their definition goes', async () => {
  const objects = await define('watched')
  const seen = api.watch(`${objects}?watch=true`, () => false, {
    onOpen: () => {
      void (async () => {
        await api.call('POST', objects, crontab('a'))
        await api.call('PATCH', `${objects}/a`, { spec: { replicas: 2 } }, merge)
        await drop('watched')
      })()
    },
  })
  expect((await seen).map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
})

test('names that another definition of the group has are not accepted until it goes', async () => {
  await define('firsts')
  await define('seconds')
  const second = `${crds}/seconds.stable.example.com`
  expect((await api.call('GET', second)).json).toMatchObject({
    status: {
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'False',
          reason: 'ListKindConflict',
          message: '"CronTabList" is already in use',
        },
        { type: 'Established', status: 'False', reason: 'NotAccepted' },
      ],
    },
  })
  expect((await api.call('GET', path('seconds'))).code).toBe(404)
  await drop('firsts')
  expect((await api.call('GET', path('seconds'))).code).toBe(200)
  await drop('seconds')
})

test('a definition waits for objects with finalizers, and takes nothing new meanwhile', async () => {
  const objects = await define('slows')
  await api.call('POST', objects, crontab('a', undefined, { finalizers: ['example.com/wait'] }))
  const dropped = (await drop('slows')).json
  expect(dropped).toMatchObject({
    metadata: {
      finalizers: ['customresourcecleanup.apiextensions.k8s.io'],
      deletionTimestamp: expect.any(String),
    },
  })
  expect((await api.call('GET', `${objects}/a`)).json).toMatchObject({
    metadata: { deletionTimestamp: expect.any(String) },
  })
  expect((await api.call('POST', objects, crontab('b'))).json).toMatchObject({
    code: 405,
    message: 'create not allowed while custom resource definition is terminating',
  })
  await api.call('PATCH', `${objects}/a`, { metadata: { finalizers: null } }, merge)
  expect((await api.call('GET', `${crds}/slows.stable.example.com`)).code).toBe(404)
})

test('custom objects go with their owner, and with their namespace', async () => {
  const objects = await define('owned')
  await api.call('POST', '/api/v1/namespaces', { metadata: { name: 'gone' } })
  const owner = (
    await api.call('POST', '/api/v1/namespaces/test/configmaps', { metadata: { name: 'owner' } })
  ).json
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: at(owner, 'metadata', 'uid') }
  await api.call('POST', objects, crontab('a', undefined, { ownerReferences: [reference] }))
  await api.call('POST', objects.replace('/test/', '/gone/'), crontab('b'))
  await api.call('DELETE', '/api/v1/namespaces/test/configmaps/owner')
  await api.call('DELETE', '/api/v1/namespaces/gone')
  expect((await api.call('GET', `${objects}/a`)).code).toBe(404)
  expect(at((await api.call('GET', `${group}/v1/owned`)).json, 'items')).toEqual([])
  await drop('owned')
})

test('objects outside of namespaces, and fields to select by', async () => {
  await define('globals', { scope: 'Cluster' })
  const objects = `${group}/v1/globals`
  await api.call('POST', objects, crontab('a', { image: 'one' }))
  await api.call('POST', objects, crontab('b', { image: 'two' }))
  const two = (await api.call('GET', `${objects}?fieldSelector=spec.image%3Dtwo`)).json
  expect(two).toMatchObject({ kind: 'CronTabList', items: [{ metadata: { name: 'b' } }] })
  expect((await api.call('GET', `${objects}?fieldSelector=spec.replicas%3D1`)).json).toMatchObject({
    code: 400,
    message: 'field label not supported: spec.replicas',
  })
  await drop('globals')
})
