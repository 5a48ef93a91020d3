import { expect, test } from 'vitest'
import { judgeErrors, judgePool } from '../../src/health/log.ts'
import { defaultThresholds } from '../../src/health/thresholds.ts'

const request = (status: number) => JSON.stringify({ level: 'info', msg: 'request', path: '/', status })
const many = (count: number, line: string) => Array.from({ length: count }, () => line).join('\n')
const errorsIn = (...texts: readonly string[]) =>
  judgeErrors(
    { since: '2m', pods: texts.map((text, index) => ({ pod: `pod-${index}`, text })) },
    defaultThresholds,
  )

test('one failed request in a hundred is within the limit, two are not', () => {
  expect(errorsIn(`${many(99, request(200))}\n${request(500)}\n`)).toEqual({
    kind: 'good',
    says: '1 % of 100 requests failed in 2m (up to 1 %)',
    figure: { value: 1, unit: 'percent' },
  })
  expect(errorsIn(`${many(98, request(200))}\n${many(2, request(503))}`)).toMatchObject({
    kind: 'bad',
    why: '2 % of 100 requests failed in 2m',
    figure: { value: 2, unit: 'percent' },
  })
})

test('the requests of all pods count together', () => {
  expect(errorsIn(many(99, request(200)), request(500)).kind).toBe('good')
  expect(errorsIn(many(30, request(200)), request(500)).kind).toBe('bad')
})

test('a mistake of the user is no failure of ours', () => {
  expect(errorsIn(many(50, request(404))).kind).toBe('good')
})

test('without a request there is no rate: unknown, or bad where there are errors, with the last one', () => {
  expect(errorsIn('{"level":"info","msg":"listening"}')).toEqual({
    kind: 'unknown',
    why: 'no request was logged in 2m',
  })
  expect(errorsIn('')).toMatchObject({ kind: 'unknown' })
  const fatal = '{"level":"fatal","msg":"uncaught exception, exiting","error":"TypeError: x is undefined"}'
  expect(errorsIn(fatal)).toMatchObject({
    kind: 'bad',
    why: '1 error line in 2m, last: uncaught exception, exiting: TypeError: x is undefined',
  })
})

test('lines that are no JSON are counted and not guessed at', () => {
  expect(errorsIn(`{"broken\n${request(200)}\nERROR plain text 500`)).toMatchObject({
    kind: 'good',
    says: '0 % of 1 requests failed in 2m (up to 1 %), 2 lines unreadable',
  })
  expect(errorsIn('ERROR plain text 500')).toEqual({
    kind: 'unknown',
    why: '1 line in 2m, none of them JSON with a status',
  })
})

test('a log that can not be read is unknown, beside one that can it is not', () => {
  const unread = { pod: 'b', unread: 'container "api" is waiting to start' }
  const judge = (...texts: readonly string[]) =>
    judgeErrors(
      { since: '2m', pods: [unread, ...texts.map((text) => ({ pod: 'a', text }))] },
      defaultThresholds,
    )
  expect(judge()).toMatchObject({
    kind: 'unknown',
    why: 'the logs can\'t be read: container "api" is waiting to start',
  })
  expect(judge(request(200)).kind).toBe('good')
})

test('the fullest pool counts, and is dry when all connections are in use', () => {
  const pool = (inUse: number, waiting: number) =>
    JSON.stringify({ level: 'info', msg: 'connection pool', size: 10, in_use: inUse, waiting })
  const judge = (...texts: readonly string[]) =>
    judgePool({ since: '2m', pods: texts.map((text, index) => ({ pod: `pod-${index}`, text })) })
  expect(judge(`${pool(10, 7)}\n${pool(3, 0)}`).kind).toBe('good')
  expect(judge(pool(2, 0), `${pool(3, 0)}\n${pool(10, 7)}`)).toEqual({
    kind: 'bad',
    why: 'the pool is dry: 10 of 10 connections in use in pod-1, 7 waiting',
    cause: 'pool-dry',
    figure: { value: 10, unit: 'connections' },
  })
  expect(judge(pool(9, 0))).toMatchObject({ kind: 'bad', cause: 'pool-nearly-dry' })
  const failed = JSON.stringify({
    level: 'error',
    msg: 'timeout',
    pool: { size: 10, in_use: 10, idle: 0, waiting: 3 },
  })
  expect(judge(failed)).toMatchObject({ cause: 'pool-dry' })
  expect(judge('nothing').kind).toBe('unknown')
})
