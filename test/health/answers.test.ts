import { describe, expect, test } from 'vitest'
import { judgeDatabase, judgeExternal, judgeHealth, judgeResponseTime } from '../../src/health/answers.ts'
import type { Answer } from '../../src/health/page.ts'
import { defaultThresholds } from '../../src/health/thresholds.ts'

const answered = (status: number, body: unknown, ms = 34): Answer => ({
  kind: 'answered',
  status,
  body: JSON.stringify(body),
  ms,
})
const database = { name: 'database', status: 'ok', latency_ms: 1.25 }
const bureau = { name: 'credit-bureau', status: 'ok', latency_ms: 58.6 }
const whole = answered(200, { status: 'ok', checks: [database, bureau] })
const silent: Answer = { kind: 'none', why: 'no answer within 5 s', ms: 5000 }

describe('the health page', () => {
  test('is good with 200, and says how long it took', () => {
    expect(judgeHealth([whole])).toEqual({
      kind: 'good',
      says: '200 in 34 ms',
      figure: { value: 34, unit: 'ms' },
    })
    expect(judgeHealth([whole, answered(200, {}, 51.4)])).toMatchObject({ says: '2 × 200, slowest 51 ms' })
  })

  test('is bad with anything else, and names what the page itself calls failing', () => {
    const broken = { ...database, status: 'failing', error: 'ETIMEDOUT' }
    expect(judgeHealth([answered(503, { checks: [broken, bureau] })])).toMatchObject({
      kind: 'bad',
      why: '503 in 34 ms, failing: database',
      cause: 'status-503',
    })
    expect(judgeHealth([{ kind: 'answered', status: 502, body: '<html>', ms: 2 }])).toMatchObject({
      why: '502 in 2 ms',
    })
    expect(judgeHealth([answered(301, {})])).toMatchObject({ kind: 'bad', cause: 'status-301' })
    expect(judgeHealth([silent])).toMatchObject({
      kind: 'bad',
      why: 'no answer within 5 s',
      cause: 'no-answer',
    })
  })

  test('of which one answer in three fails is bad, and says so', () => {
    expect(judgeHealth([whole, answered(500, {}), whole])).toMatchObject({
      kind: 'bad',
      why: '1 of 3: 500 in 34 ms',
    })
  })

  test('answers in time up to two seconds, whatever it answers', () => {
    expect(judgeResponseTime([answered(500, {}, 1999)], defaultThresholds).kind).toBe('good')
    expect(judgeResponseTime([answered(200, {}, 2000.6)], defaultThresholds)).toMatchObject({
      kind: 'bad',
      why: '2001 ms, over 2000 ms',
      figure: { value: 2001, unit: 'ms' },
    })
    expect(judgeResponseTime([whole, silent], defaultThresholds)).toMatchObject({
      why: '1 of 2: no answer within 5 s',
    })
  })
})

describe('what stands behind', () => {
  test('is told by the checks of the page', () => {
    expect(judgeDatabase([whole])).toMatchObject({ kind: 'good', says: 'ok in 1.25 ms' })
    expect(judgeExternal([whole], defaultThresholds)).toEqual({ kind: 'good', says: 'credit-bureau 58.6 ms' })
  })

  test('is bad with the reason that the page gives, in an answer of 503 as well', () => {
    const checks = [
      { ...database, status: 'failing', error: 'too many connections' },
      { ...bureau, status: 'failing', error: 'no answer within 500 ms' },
    ]
    const page = answered(503, { checks })
    expect(judgeDatabase([page])).toMatchObject({ kind: 'bad', why: 'too many connections' })
    expect(judgeExternal([page], defaultThresholds)).toMatchObject({
      kind: 'bad',
      why: 'credit-bureau fails: no answer within 500 ms',
    })
  })

  test('the slow service is named, with how slow it is, and the slowest of several answers counts', () => {
    const slow = answered(200, {
      checks: [
        { ...bureau, latency_ms: 450 },
        { name: 'payments', status: 'ok' },
      ],
    })
    expect(judgeExternal([whole, slow], defaultThresholds)).toMatchObject({
      kind: 'bad',
      why: 'credit-bureau is slow: 450 ms, over 400 ms',
      cause: 'slow',
    })
  })

  test('is unknown where the page does not tell, and never good', () => {
    expect(judgeDatabase([answered(200, { checks: [bureau] })]).kind).toBe('unknown')
    expect(judgeExternal([answered(200, { checks: [database] })], defaultThresholds).kind).toBe('unknown')
    expect(judgeDatabase([answered(200, { status: 'ok' })]).kind).toBe('unknown')
    expect(judgeDatabase([{ kind: 'answered', status: 200, body: 'ok', ms: 1 }]).kind).toBe('unknown')
    expect(judgeDatabase([silent]).kind).toBe('unknown')
    expect(judgeHealth({ unasked: 'API_URL is not set' })).toEqual({
      kind: 'unknown',
      why: 'API_URL is not set',
    })
  })

  test('what the page calls a service can not steer the terminal', () => {
    const named = { name: 'pay\u001b[2Jments', status: 'failing', error: 'a\r\nb' }
    const judged = judgeExternal([answered(200, { checks: [named] })], defaultThresholds)
    expect(judged).toMatchObject({ why: 'pay [2Jments fails: a b' })
  })
})
