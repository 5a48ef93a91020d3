import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kubectlJson } from '../../src/health/objects.ts'
import { readQuantity } from '../../src/health/quantity.ts'
import { judgeUsage, readTop } from '../../src/health/usage.ts'

const pod = (name: string, resources?: object) => ({
  metadata: { name },
  spec: { containers: [{ name: 'api', resources }] },
})
const podsOf = (...items: readonly object[]) => kubectlJson.pods.parse({ items })
const limited = { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } }
const top = readTop('a   api   20m   64Mi\nb   api   4m   245Mi\n') ?? []

test('what kubectl top prints is read, and anything else is not taken for figures', () => {
  expect(top[1]).toEqual({ pod: 'b', container: 'api', cpu: 0.004, memory: 245 * 2 ** 20 })
  expect(readTop('')).toEqual([])
  expect(readTop('a api <unknown> <unknown>')).toBeUndefined()
})

test('the container that uses most of its limit is the one that counts', () => {
  const pods = podsOf(pod('a', limited), pod('b', limited))
  expect(judgeUsage('cpu', top, pods, 90)).toEqual({
    kind: 'good',
    says: '4 % of its limit (20m of 500m), bad from 90 %',
    figure: { value: 4, unit: 'percent' },
  })
  expect(judgeUsage('memory', top, pods, 90)).toEqual({
    kind: 'bad',
    why: 'b uses 96 % of its limit (245Mi of 256Mi)',
    cause: 'memory-at-limit',
    figure: { value: 96, unit: 'percent' },
  })
})

test('without a limit the request is what it is held against, without either nothing is known', () => {
  const requested = podsOf(pod('a', { requests: { cpu: '20m' } }), pod('b', { requests: { cpu: '100m' } }))
  expect(judgeUsage('cpu', top, requested, 90)).toMatchObject({
    kind: 'bad',
    why: 'a uses 100 % of its request (20m of 20m)',
  })
  expect(judgeUsage('cpu', top, podsOf(pod('a'), pod('b')), 90)).toEqual({
    kind: 'unknown',
    why: 'up to 20m used, and there is no limit to judge it by',
  })
})

test('a container without a limit keeps the rest from being called good, and not from being called bad', () => {
  const half = podsOf(pod('a'), pod('b', limited))
  expect(judgeUsage('cpu', top, half, 90).kind).toBe('unknown')
  expect(judgeUsage('memory', top, half, 90).kind).toBe('bad')
})

test('no figures are unknown, and never zero', () => {
  expect(judgeUsage('cpu', [], [], 90)).toEqual({ kind: 'unknown', why: 'no pod has figures yet' })
})

test.each([
  ['250m', 0.25],
  ['3300738n', 0.003300738],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['128Mi', 2 ** 27],
  ['2', 2],
  ['1e3', 1000],
  ['1E', 1e18],
  ['64k', 64_000],
])('the quantity %s is %d', (text, value) => {
  expect(readQuantity(text)).toBeCloseTo(value, 12)
})

test('what is no quantity is none', () => {
  for (const text of ['', 'm', '<unknown>', '1 Mi', '1Xi', '--1'])
    expect(readQuantity(text), text).toBeUndefined()
  fc.assert(
    fc.property(fc.nat(), (whole) => {
      expect(readQuantity(`${whole}Mi`)).toBe(whole * 2 ** 20)
    }),
  )
})
