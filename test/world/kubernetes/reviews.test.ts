/** Reviews, tokens of service accounts, and what those may do who are no administrators. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, type PracticeApi, startPracticeApi } from './practice-api.ts'

let api: PracticeApi
beforeAll(async () => {
  api = await startPracticeApi()
  await api.call('POST', '/api/v1/namespaces/test/serviceaccounts', { metadata: { name: 'robot' } })
})
afterAll(async () => {
  await api.close()
  expect(api.errors).toEqual([])
})

const authorization = '/apis/authorization.k8s.io/v1'
const authentication = '/apis/authentication.k8s.io/v1'
const pods = { verb: 'list', resource: 'pods', namespace: 'test' }

async function tokenOf(name: string, spec: object = {}): Promise<string> {
  const made = await api.call('POST', `/api/v1/namespaces/test/serviceaccounts/${name}/token`, { spec })
  return String(at(made.json, 'status', 'token'))
}

const as = (token: string) => ({ authorization: `Bearer ${token}` })

test('the administrator may do everything, others may ask what they may', async () => {
  const ask = (user: string) =>
    api.call('POST', `${authorization}/subjectaccessreviews`, { spec: { user, resourceAttributes: pods } })
  expect((await ask('joe')).json).toMatchObject({ kind: 'SubjectAccessReview', status: { allowed: false } })
  const own = await api.call('POST', `${authorization}/selfsubjectaccessreviews`, {
    spec: { resourceAttributes: pods },
  })
  expect(own.json).toMatchObject({ spec: { resourceAttributes: pods }, status: { allowed: true } })
  const path = { nonResourceAttributes: { verb: 'get', path: '/version' } }
  const local = await api.call('POST', `${authorization}/namespaces/test/localsubjectaccessreviews`, {
    spec: { user: 'joe', ...path },
  })
  expect(local.json).toMatchObject({ status: { allowed: true } })
  expect(
    (await api.call('POST', `${authorization}/selfsubjectaccessreviews`, { spec: {} })).json,
  ).toMatchObject({
    code: 422,
    message: expect.stringContaining(
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ),
  })
})

test('a token of a service account says who it is, and lets it look at discovery alone', async () => {
  const token = await tokenOf('robot')
  expect(token.split('.')).toHaveLength(3)
  const who = await api.call('POST', `${authentication}/selfsubjectreviews`, {}, as(token))
  expect(who.json).toMatchObject({
    status: {
      userInfo: {
        username: 'system:serviceaccount:test:robot',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:test', 'system:authenticated'],
      },
    },
  })
  expect((await api.call('GET', '/apis', undefined, as(token))).code).toBe(200)
  expect((await api.call('GET', '/api/v1/namespaces/test/pods', undefined, as(token))).json).toMatchObject({
    code: 403,
    message:
      'pods is forbidden: User "system:serviceaccount:test:robot" cannot list resource "pods" in API group "" in the namespace "test"',
  })
  const review = await api.call('POST', `${authentication}/tokenreviews`, { spec: { token } })
  expect(review.json).toMatchObject({ status: { authenticated: true } })
  expect(
    (await api.call('POST', `${authentication}/tokenreviews`, { spec: { token: 'x' } })).json,
  ).toMatchObject({
    status: { user: {}, error: 'invalid bearer token' },
  })
  expect((await api.call('POST', `${authorization}/subjectaccessreviews`, {}, as(token))).code).toBe(403)
})

test('a token is for an account that is there, and for ten minutes at least', async () => {
  const account = '/api/v1/namespaces/test/serviceaccounts'
  expect((await api.call('POST', `${account}/nobody/token`, {})).code).toBe(404)
  const short = await api.call('POST', `${account}/robot/token`, { spec: { expirationSeconds: 60 } })
  expect(short.json).toMatchObject({
    code: 422,
    message: expect.stringContaining('may not specify a duration less than 10 minutes'),
  })
})

test('an administrator may speak for someone else, and nobody else may', async () => {
  const joe = { 'impersonate-user': 'joe' }
  expect((await api.call('DELETE', '/api/v1/nodes/x', undefined, joe)).json).toMatchObject({
    code: 403,
    message:
      'nodes "x" is forbidden: User "joe" cannot delete resource "nodes" in API group "" at the cluster scope',
  })
  const robot = as(await tokenOf('robot'))
  expect((await api.call('GET', '/api', undefined, { ...robot, ...joe })).json).toMatchObject({
    code: 403,
    message: expect.stringContaining('cannot impersonate resource "users"'),
  })
  const masters = { ...joe, 'impersonate-group': 'system:masters' }
  expect((await api.call('GET', '/api/v1/nodes', undefined, masters)).code).toBe(200)
})
