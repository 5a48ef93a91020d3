import { expect, test } from 'vitest'
import { duration, scoreOf } from '../../../src/world/scoring/score.ts'
import { at, curl, moment, nightOf, seconds, simplePlay } from './timeline.ts'

const cured = (...steps: readonly (readonly [number, boolean])[]) => [
  { at: at(0), cured: false },
  ...steps.map(([second, is]) => ({ at: at(second), cured: is })),
]

test('noticed and mended in good time, with nobody hurt, is a hundred', () => {
  const timeline = nightOf({ moments: [moment(15, curl)], cures: cured([20, true]) })
  expect(scoreOf(simplePlay, timeline)).toMatchObject({
    outcome: 'mitigated',
    timeToNoticeMs: 5000,
    timeToMitigateMs: 10_000,
    requestsAsked: 600,
    requestsLost: 0,
    score: 100,
    grade: 'excellent',
    safe: true,
  })
})

test('a look before the trouble began notices nothing; mending it without a look is noticing it then', () => {
  const looked = nightOf({ moments: [moment(5, curl)], cures: cured([30, true]) })
  expect(scoreOf(simplePlay, looked).timeToNoticeMs).toBe(20_000)
  const never = scoreOf(simplePlay, nightOf())
  expect(never).toMatchObject({ timeToNoticeMs: null, timeToMitigateMs: null, outcome: 'not-mitigated' })
  expect(never.lines.map(({ points }) => points)).toEqual([-15, -45, 0])
})

test('points go in proportion between the good time and the bad one', () => {
  const timeline = nightOf({ moments: [moment(30, curl)], cures: cured([30, true]) })
  const { lines, score } = scoreOf(simplePlay, timeline)
  // 20 s, half-way from 10 to 30: half of 15 and half of 45.
  expect(lines.map(({ points }) => points)).toEqual([-8, -23, 0])
  expect(score).toBe(69)
  expect(lines[1]?.why).toBe('Over for the users after 20 s; within 10 s it costs nothing.')
})

test('it is over when users lose nothing more, not when the cause has gone', () => {
  const load = seconds(60, (second) => (second >= 10 && second < 28 ? 5 : 0))
  const timeline = nightOf({ load, cures: cured([20, true]) })
  expect(scoreOf(simplePlay, timeline)).toMatchObject({ timeToMitigateMs: 18_000, requestsLost: 90 })
})

test('a single loss a while after is another matter; losses to the end are not over', () => {
  const later = seconds(60, (second) => (second === 40 ? 1 : 0))
  expect(scoreOf(simplePlay, nightOf({ load: later, cures: cured([20, true]) }))).toMatchObject({
    outcome: 'mitigated',
    timeToMitigateMs: 10_000,
  })
  const toTheEnd = seconds(61, (second) => (second >= 10 ? 1 : 0))
  expect(scoreOf(simplePlay, nightOf({ load: toTheEnd, cures: cured([20, true]) })).outcome).toBe(
    'not-mitigated',
  )
})

test('a cause that came back counts from its last going', () => {
  const timeline = nightOf({ cures: cured([12, true], [15, false], [25, true]) })
  expect(scoreOf(simplePlay, timeline).timeToMitigateMs).toBe(15_000)
  const relapsed = nightOf({ cures: cured([12, true], [15, false]) })
  expect(scoreOf(simplePlay, relapsed).outcome).toBe('not-mitigated')
})

test('losses are weighed as seconds without any service, whatever the number of users; waiting counts half', () => {
  const load = seconds(60, (second) => (second >= 10 && second < 20 ? 10 : 0))
  const timeline = nightOf({ load, cures: cured([20, true]) })
  const points = scoreOf(simplePlay, timeline).lines.map((line) => line.points)
  const crowd = load.map((second) => ({
    ...second,
    asked: second.asked * 50,
    lost: second.lost * 50,
    served: 0,
  }))
  const withCrowd = scoreOf(simplePlay, { ...timeline, load: crowd })
  expect(withCrowd.lines.map((line) => line.points)).toEqual(points)
  // 10 of the 20 seconds that cost all of 40.
  expect(points[2]).toBe(-20)
  const slow = load.map((second) => ({ ...second, lost: 0, slow: second.lost }))
  expect(scoreOf(simplePlay, { ...timeline, load: slow }).lines[2]?.points).toBe(-10)
})

test('without trouble it is what was reached that counts', () => {
  const quiet = nightOf({ trouble: undefined })
  expect(scoreOf({ ...simplePlay, reached: () => true }, quiet)).toMatchObject({
    outcome: 'reached',
    score: 100,
    safe: true,
  })
  expect(scoreOf(simplePlay, quiet)).toMatchObject({ outcome: 'left-early', score: 40, safe: false })
})

test('durations are said as people say them', () => {
  expect([4400, 60_000, 125_000].map(duration)).toEqual(['4 s', '1 min', '2 min 5 s'])
})
