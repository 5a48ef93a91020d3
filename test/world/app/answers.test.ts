import { expect, test } from 'vitest'
import { type Asked, type Prepared, respond } from '../../../src/world/app/answers.ts'
import { behaviorOf, tagOf } from '../../../src/world/app/behavior.ts'
import { bookLedger } from '../../../src/world/app/book-ledger.ts'
import { createExternalServices } from '../../../src/world/app/external-services.ts'
import { createFrozenTotals } from '../../../src/world/app/metrics.ts'
import { createBook } from '../../../src/world/database/book.ts'
import { createFaults } from '../../../src/world/faults.ts'
import { createRandom } from '../../../src/world/random.ts'

const noon = Date.UTC(2026, 10, 23, 12)
const faults = createFaults()
const book = createBook(createRandom(3), noon)
let now = noon
const metrics = createFrozenTotals(faults, () => now)

function ask(
  asked: Asked,
  {
    image = 'loanserve/api:v1.2.3',
    env = {},
    banner = '',
  }: { image?: string; env?: Record<string, string>; banner?: string } = {},
): Prepared {
  const answer = respond(asked, {
    color: 'green',
    behavior: behaviorOf(image, env),
    ledger: bookLedger(book, () => now),
    health: { comment: undefined, stopwatch: () => 0 },
    services: createExternalServices(faults, createRandom(5)),
    metrics,
    banner,
  })
  if (answer instanceof Promise) throw new Error('a book in memory needs no waiting')
  return answer
}

const get = (url: string, setting?: Parameters<typeof ask>[1]) => ask({ method: 'GET', url }, setting)
const pay = (id: string, body: string) => ask({ method: 'POST', url: `/api/loans/${id}/payments`, body })

test('a healthy version passes its health check and says who answered', () => {
  expect(get('/healthz')).toMatchObject({
    status: 200,
    headers: { 'x-version': 'v1.2.3', 'x-color': 'green' },
    body: {
      status: 'ok',
      checks: [
        { name: 'database', status: 'ok', latency_ms: 0 },
        { name: 'credit-bureau', status: 'ok', latency_ms: expect.any(Number) },
        { name: 'payments', status: 'ok', latency_ms: expect.any(Number) },
      ],
    },
  })
})

test('an unhealthy version fails its health check and the pages behind it, and lives', () => {
  const image = 'loanserve/api:v2-unhealthy'
  expect(get('/healthz', { image })).toMatchObject({
    status: 500,
    body: { status: 'failing', checks: [{ name: 'database', status: 'failing' }, {}, {}] },
  })
  expect(get('/api/loans/metrics', { image }).status).toBe(500)
  expect(get('/livez', { image }).status).toBe(200)
})

test('a service that is down degrades the health page, and fails the pages that need it, after a while', () => {
  faults.set({ servicesDown: ['payments'] })
  try {
    expect(get('/healthz')).toMatchObject({
      status: 200,
      body: {
        status: 'degraded',
        checks: [{ status: 'ok' }, { status: 'ok' }, { name: 'payments', status: 'failing' }],
      },
    })
    const owed = book.loans.get('LN-10001')?.outstandingCents
    expect(pay('LN-10001', '{"amount_cents":500}')).toMatchObject({
      status: 502,
      afterMs: 1504,
      body: { error: 'payments does not answer' },
    })
    expect(book.loans.get('LN-10001')?.outstandingCents).toBe(owed)
    expect(get('/api/loans/LN-10001').status).toBe(200)
    faults.set({ servicesDown: ['credit-bureau'] })
    expect(get('/api/loans/LN-10001').status).toBe(502)
    expect(get('/api/loans').status).toBe(200)
  } finally {
    faults.set({ servicesDown: [] })
  }
})

test('loans are shown by the page, each with the score of its borrower', () => {
  expect(get('/api/loans?limit=3&offset=1198').body).toMatchObject({
    loans: [{ id: 'LN-11199' }, { id: 'LN-11200' }],
    page: { limit: 3, offset: 1198, total: 1200 },
  })
  const first = get('/api/loans/LN-10002').body
  expect(first).toMatchObject({ id: 'LN-10002', credit_score: expect.any(Number) })
  expect(get('/api/loans/LN-10002').body).toEqual(first)
  expect(get('/api/loans/LN-1').status).toBe(404)
  expect(get('/nowhere').status).toBe(404)
  expect(get('//').status).toBe(404)
})

test('a payment lowers what is outstanding and moves the figures; a wrong one changes nothing', () => {
  const before = get('/api/loans/metrics').body
  const owed = book.loans.get('LN-10900')?.outstandingCents ?? 0
  expect(pay('LN-10900', '{"amount_cents":500}')).toMatchObject({
    status: 201,
    body: { loan_id: 'LN-10900' },
  })
  expect(book.loans.get('LN-10900')?.outstandingCents).toBe(owed - 500)
  expect(get('/api/loans/metrics').body).not.toEqual(before)
  expect(pay('LN-10900', `{"amount_cents":${owed}}`).status).toBe(422)
  expect(pay('LN-1', '{"amount_cents":500}').status).toBe(404)
  for (const body of ['', '{', 'null', '{"amount_cents":-5}', '{"amount_cents":0.5}', '{"amount_cents":"5"}'])
    expect(pay('LN-10900', body).status).toBe(400)
  expect(book.loans.get('LN-10900')?.outstandingCents).toBe(owed - 500)
})

test('frozen figures stay the same to the last digit while payments go on', () => {
  const before = get('/api/loans/metrics').body
  faults.set({ metricsFrozenAt: now })
  try {
    now += 60_000
    pay('LN-10901', '{"amount_cents":500}')
    expect(get('/api/loans/metrics').body).toEqual(before)
  } finally {
    faults.set({ metricsFrozenAt: undefined })
  }
  expect(get('/api/loans/metrics').body).not.toEqual(before)
})

test('the flag new_feature shows when the next payment is due', () => {
  const env = { FEATURE_FLAGS_JSON: '{"new_feature":true}' }
  expect(get('/api/loans/LN-10001', { env }).body).toHaveProperty('next_payment_on')
  expect(get('/api/loans/LN-10001').body).not.toHaveProperty('next_payment_on')
})

test('every answer of the API carries the banner of the maintenance mode', () => {
  const banner = 'System maintenance in progress'
  expect(get('/api/loans', { banner }).body).toMatchObject({ maintenance_banner: banner })
  expect(get('/api/loans').body).not.toHaveProperty('maintenance_banner')
})

test.each([
  ['POST', '/api/loans', 'GET, HEAD'],
  ['DELETE', '/healthz', 'GET, HEAD'],
  ['GET', '/api/loans/LN-10001/payments', 'POST'],
])('%s %s is not allowed, and the answer says what is', (method, url, allow) => {
  expect(ask({ method, url })).toMatchObject({ status: 405, headers: { allow } })
})

test.each([
  ['loanserve/api:v1.2.3', 'v1.2.3'],
  ['registry:5000/loanserve/api', 'latest'],
  ['registry:5000/loanserve/api:v1@sha256:abc', 'v1'],
])('the tag of %s is %s', (image, tag) => {
  expect(tagOf(image)).toBe(tag)
})

test('traits of an image count whatever its tag is called, and a wrong environment refuses to start', () => {
  const plain = behaviorOf('loanserve/api:v1.4.0', {})
  expect(plain).toMatchObject({ healthy: true, leaksEvery: undefined, readsLegacyStatus: false })
  expect(behaviorOf('loanserve/api:v1.4.0', {}, [{ kind: 'unhealthy' }, { kind: 'laggy' }])).toMatchObject({
    healthy: false,
    answersAfterMs: 3000,
  })
  expect(
    behaviorOf('loanserve/api:v1.4.0', {}, [{ kind: 'leaks-connections', everyRequests: 3 }]).leaksEvery,
  ).toBe(3)
  expect(behaviorOf('loanserve/api:v1.2.2', {}).readsLegacyStatus).toBe(true)
  expect(behaviorOf('loanserve/api:v1', { DB_POOL_SIZE: 'many' }).crash?.error).toContain('DB_POOL_SIZE')
  expect(behaviorOf('loanserve/api:v1', { FEATURE_FLAGS_JSON: '[' }).crash?.error).toContain(
    'FEATURE_FLAGS_JSON',
  )
})
