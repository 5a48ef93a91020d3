import { expect, test } from 'vitest'
import { answer } from '../../../src/world/app/answers.ts'
import { behaviorOf, tagOf } from '../../../src/world/app/behavior.ts'
import { createLoans } from '../../../src/world/app/loans.ts'
import { createRandom } from '../../../src/world/random.ts'

const backing = {
  loans: createLoans(5, createRandom(3), Date.UTC(2026, 10, 23)),
  latencies: { database: 0.2, creditBureau: 30, payments: 20 },
}
const get = (url: string, image = 'loanserve/api:v1.2.3', env: Record<string, string> = {}) =>
  answer({ method: 'GET', url }, { color: 'green', behavior: behaviorOf(image, env) }, backing)

test('a healthy version passes its health check and says who answered', () => {
  expect(get('/healthz')).toMatchObject({
    status: 200,
    headers: { 'x-version': 'v1.2.3', 'x-color': 'green' },
    body: { status: 'ok', checks: [{ name: 'database' }, { name: 'credit-bureau' }, { name: 'payments' }] },
  })
})

test('an unhealthy version fails its health check and the pages behind it', () => {
  expect(get('/healthz', 'loanserve/api:v2-unhealthy')).toMatchObject({
    status: 500,
    body: { status: 'failing', checks: [{ name: 'database', status: 'failing' }, {}, {}] },
  })
  expect(get('/api/loans/metrics', 'loanserve/api:v2-unhealthy').status).toBe(500)
})

test('metrics count the loans, and a loan is found by its id', () => {
  expect(get('/api/loans/metrics')).toMatchObject({ status: 200, body: { loans: { total: 5 } } })
  expect(get('/api/loans/LN-10002')).toMatchObject({ status: 200, body: { id: 'LN-10002' } })
  expect(get('/api/loans/LN-1').status).toBe(404)
  expect(get('/nowhere').status).toBe(404)
  expect(get('//').status).toBe(404)
})

test('the flag new_feature shows when the next payment is due', () => {
  const on = { FEATURE_FLAGS_JSON: '{"new_feature":true}' }
  expect(get('/api/loans/LN-10001', undefined, on).body).toHaveProperty('next_payment_on')
  expect(get('/api/loans/LN-10001').body).not.toHaveProperty('next_payment_on')
})

test('nothing can be changed through the front door', () => {
  const behavior = behaviorOf('loanserve/api:v1', {})
  expect(answer({ method: 'POST', url: '/api/loans' }, { color: 'blue', behavior }, backing)).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
  })
})

test.each([
  ['loanserve/api:v1.2.3', 'v1.2.3'],
  ['registry:5000/loanserve/api', 'latest'],
  ['registry:5000/loanserve/api:v1@sha256:abc', 'v1'],
])('the tag of %s is %s', (image, tag) => {
  expect(tagOf(image)).toBe(tag)
})
