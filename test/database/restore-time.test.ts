import { expect, test } from 'vitest'
import { durationText, judgeRestoreTime, readRestoreTime } from '../../src/database/restore-time.ts'

test('a time in UTC is read', () => {
  expect(readRestoreTime('2025-10-01T10:00:00Z')).toEqual({ ok: true, time: Date.UTC(2025, 9, 1, 10) })
  expect(readRestoreTime('2025-10-01T10:00:00.250Z')).toEqual({
    ok: true,
    time: Date.UTC(2025, 9, 1, 10, 0, 0, 250),
  })
})

test.each([
  ['2025-10-01T10:00:00', "doesn't say in which time zone"],
  ['2025-10-01T12:00:00+02:00', 'In UTC it is 2025-10-01T10:00:00Z'],
  ['2025-10-01 10:00:00Z', 'is no time'],
  ['10:00', 'is no time'],
  ['2025-04-31T10:00:00Z', 'no such time'],
  ['2025-10-01T25:00:00Z', 'no such time'],
  ['2025-13-01T10:00:00+02:00', 'no such time'],
])('%s is refused: %s', (text, why) => {
  expect(readRestoreTime(text)).toMatchObject({ ok: false, why: expect.stringContaining(why) })
})

test('a time is held against the window and the clock', () => {
  const window = { earliest: 1_000_000, latest: 9_700_000 }
  const now = 10_000_000
  const judged = (time: number) => judgeRestoreTime(time, now, window)
  expect(judged(999_999)).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('before the earliest'),
  })
  expect(judged(1_000_000)).toEqual({ kind: 'restorable' })
  expect(judged(9_700_000)).toEqual({ kind: 'restorable' })
  expect(judged(9_760_000)).toEqual({ kind: 'not-yet', waitMs: 60_000 })
  expect(judged(10_000_001)).toMatchObject({ kind: 'refused', why: expect.stringContaining('in the future') })
})

test.each([
  [0, '0 seconds'],
  [999, '0 seconds'],
  [1000, '1 second'],
  [61_000, '1 minute 1 second'],
  [7_500_000, '2 hours 5 minutes'],
  [90_061_000, '1 day 1 hour'],
  [3_600_000, '1 hour'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
