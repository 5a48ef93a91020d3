import { expect, test } from 'vitest'
import { pollDelayMs, verifyTimeIsUp } from '../../machines/verify.ts'

test('polls come a second apart at first and slow down to five', () => {
  const pauses = [1, 2, 3, 4, 5, 50].map((badPolls) => pollDelayMs(badPolls, 600_000, 0, 0))
  expect(pauses).toEqual([1000, 1500, 2250, 3375, 5000, 5000])
})

test('the last poll is at the end of the timeout, neither before nor after', () => {
  expect(pollDelayMs(5, 10_000, 0, 8000)).toBe(2000)
  expect(pollDelayMs(5, 10_000, 0, 10_500)).toBe(0)
})

test('the time is up at the timeout, not after it', () => {
  expect(verifyTimeIsUp(10_000, 500, 10_499)).toBe(false)
  expect(verifyTimeIsUp(10_000, 500, 10_500)).toBe(true)
})
