import { expect, test } from 'vitest'
import type { ClusterStatus, ColorStatus } from '../../src/cluster/status.ts'
import { ageText, statusLines } from '../../src/commands/status-table.ts'

const now = Date.UTC(2026, 10, 23, 12)
const minute = 60_000

const color = (name: string, change: Partial<ColorStatus> = {}): ColorStatus => ({
  color: name,
  deployment: `api-${name}`,
  image: 'loanserve/api:v1.2.2',
  wanted: 3,
  ready: 3,
  updated: 3,
  endpoints: 0,
  live: false,
  pods: [],
  ...change,
})
const status = (change: Partial<ClusterStatus> = {}): ClusterStatus => ({
  context: 'prod',
  namespace: 'loanserve',
  service: 'api-main',
  live: 'blue',
  colors: [],
  freshness: { kind: 'fresh', at: now },
  ...change,
})
const pod = (name: string, ready: boolean, word: string) => ({
  name,
  color: 'green',
  ready,
  status: word,
  restarts: 4,
  image: 'loanserve/api:v1.3.0',
  createdAt: now - 5 * minute,
})

test('a row for each color: who is live, its image, its pods, its traffic, and how old its newest pod is', () => {
  const green = color('green', {
    image: 'loanserve/api:v1.3.0',
    ready: 0,
    updated: 1,
    pods: [pod('api-green-x', false, 'CrashLoopBackOff')],
  })
  expect(statusLines(status({ colors: [color('blue', { live: true, endpoints: 3 }), green] }), now)).toEqual([
    'loanserve  Service api-main  context prod',
    'COLOR          IMAGE                READY         TRAFFIC      AGE',
    '■ blue live    loanserve/api:v1.2.2 3/3           3 endpoints  -',
    '□ green        loanserve/api:v1.3.0 0/3 (1 new)   -            5m0s',
    '  ✗ api-green-x  CrashLoopBackOff, restarted 4×',
  ])
})

test('a live color without traffic is loud, and what is old or missing is said to be', () => {
  const colors = [color('blue', { live: true })]
  const stale = { kind: 'stale', at: now - 90_000, why: 'no answer' } as const
  const lines = statusLines(status({ colors, freshness: stale }), now)
  expect(lines[1]).toBe('? what is shown may be wrong, it is 1m30s old: no answer')
  expect(lines.at(-1)).toMatch(/3\/3 +NONE/)
  const { live: _live, ...unknown } = status()
  expect(statusLines(unknown, now)).toContain('? The Service is not there, or selects no color.')
})

test('every line fits into 80 columns', () => {
  const colors = ['blue', 'green'].map((name) => color(name, { live: true, endpoints: 12, updated: 1 }))
  for (const line of statusLines(status({ colors }), now)) expect(line.length).toBeLessThanOrEqual(80)
})

test.each([
  [-5, '0s'],
  [59_999, '59s'],
  [12 * minute, '12m0s'],
  [320 * minute, '5h20m'],
  [68 * 60 * minute, '2d20h'],
])('%d ms are %s', (ms, text) => {
  expect(ageText(ms)).toBe(text)
})
