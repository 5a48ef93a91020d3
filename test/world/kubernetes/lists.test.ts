/** Lists through the API: pages of one state, older states, and parameters that don't go together. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isList, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { at, type PracticeApi, startPracticeApi } from './practice-api.ts'

let api: PracticeApi
beforeAll(async () => {
  api = await startPracticeApi()
})
afterAll(async () => {
  await api.close()
  expect(api.errors).toEqual([])
})

const maps = '/api/v1/namespaces/test/configmaps'
const configMap = (name: string, data: object = {}) => ({ metadata: { name }, data })

function names(list: JsonObject): readonly unknown[] {
  const { items } = list
  return isList(items) ? items.map((item) => at(item, 'metadata', 'name')) : []
}

const versionOf = (list: JsonObject) => String(at(list, 'metadata', 'resourceVersion'))
const tokenOf = (list: JsonObject) => encodeURIComponent(String(at(list, 'metadata', 'continue')))
const get = async (query: string) => (await api.call('GET', `${maps}?${query}`)).json

test('later pages show the state of the first, whatever has changed meanwhile', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await api.call('POST', maps, configMap(name, { v: '1' }))
  const first = await get('limit=2')
  expect(names(first)).toEqual(['a', 'b'])
  expect(at(first, 'metadata', 'remainingItemCount')).toBe(2)
  await api.call('DELETE', `${maps}/c`)
  await api.call('POST', maps, configMap('bb'))
  await api.call('PUT', `${maps}/d`, configMap('d', { v: '2' }))
  const second = await get(`limit=2&continue=${tokenOf(first)}`)
  expect(names(second)).toEqual(['c', 'd'])
  expect(at(second, 'items', 1, 'data')).toEqual({ v: '1' })
  expect(at(second, 'metadata')).toEqual({ resourceVersion: versionOf(first) })
  expect(names(await get(''))).toEqual(['a', 'b', 'bb', 'd'])
})

test('a list of an exact version shows that state, also of the selected alone', async () => {
  const then = versionOf(await get(''))
  await api.call('PATCH', `${maps}/a`, { metadata: { labels: { new: 'yes' } } }, merge)
  await api.call('DELETE', `${maps}/b`)
  const past = await get(`resourceVersion=${then}&resourceVersionMatch=Exact`)
  expect(names(past)).toContain('b')
  expect(versionOf(past)).toBe(then)
  expect(names(await get(`resourceVersion=${then}&resourceVersionMatch=Exact&labelSelector=new`))).toEqual([])
  expect(
    names(await get(`resourceVersion=${then}&resourceVersionMatch=NotOlderThan&labelSelector=new`)),
  ).toEqual(['a'])
  expect(names(await get('resourceVersion=0'))).not.toContain('b')
})

const merge = { 'content-type': 'application/merge-patch+json' }

test('pages over all namespaces come in the order of their names, none left out and none twice', async () => {
  for (const name of ['n', 'n-1', 'n1']) await api.call('POST', '/api/v1/namespaces', { metadata: { name } })
  for (const name of ['n', 'n-1', 'n1'])
    await api.call('POST', `/api/v1/namespaces/${name}/secrets`, { metadata: { name: 'x' } })
  const seen: unknown[] = []
  let token = ''
  do {
    const { json } = await api.call('GET', `/api/v1/secrets?limit=1${token}`)
    seen.push(at(json, 'items', 0, 'metadata', 'namespace'))
    token = at(json, 'metadata', 'continue') === undefined ? '' : `&continue=${tokenOf(json)}`
  } while (token !== '')
  expect(seen).toEqual(['n', 'n-1', 'n1'])
})

test('a page that is too old says so, and its new token leads on through the present', async () => {
  const first = await get('limit=1')
  for (let count = 0; count < 8100; count++) {
    const present = api.cluster.configMaps.get('test', 'a')
    if (present !== undefined) api.cluster.configMaps.update({ ...present, data: { count: String(count) } })
  }
  await api.call('POST', maps, configMap('zz'))
  const expired = await get(`limit=10&continue=${tokenOf(first)}`)
  expect(expired).toMatchObject({ code: 410, reason: 'Expired' })
  expect(String(expired.message)).toMatch(
    /^The provided continue parameter is too old to display a consistent list/,
  )
  expect(names(await get(`continue=${tokenOf(expired)}`))).toContain('zz')
  expect(await get('resourceVersion=1&resourceVersionMatch=Exact')).toMatchObject({
    code: 410,
    message: 'The resourceVersion for the provided list is too old.',
  })
})

test('a version that is still to come is too large, for lists and for single objects', async () => {
  const tooLarge = {
    code: 504,
    reason: 'Timeout',
    message: expect.stringMatching(/^Timeout: Too large resource version: 99999999, current: \d+$/),
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
  }
  expect(await get('resourceVersion=99999999')).toMatchObject(tooLarge)
  expect((await api.call('GET', `${maps}/a?resourceVersion=99999999`)).json).toMatchObject(tooLarge)
})

test.each([
  ['resourceVersionMatch=Exact', 'resourceVersionMatch is forbidden unless resourceVersion is provided'],
  ['resourceVersion=0&resourceVersionMatch=Exact', 'is forbidden for resourceVersion "0"'],
  ['resourceVersion=1&resourceVersionMatch=Newest', 'Unsupported value: "Newest"'],
  ['sendInitialEvents=true', 'sendInitialEvents is forbidden for list'],
  ['resourceVersion=x', 'strconv.ParseUint: parsing "x": invalid syntax'],
  ['continue=x', 'invalid continue token: continue key is not valid'],
  ['labelSelector=a%20b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
])('a list with %s is refused', async (query, words) => {
  expect(String((await get(query)).message)).toContain(words)
})
