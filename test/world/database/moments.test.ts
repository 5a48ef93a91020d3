import { expect, test } from 'vitest'
import { isNews, type Moment, machineTime } from '../../../src/world/database/moments.ts'

test('in a live world nothing is kept but the first moment, and the times are the same', () => {
  const moments: readonly Moment[] = [{ world: 1000, machine: 1000 }]
  expect(isNews([], { world: 1000, machine: 1000 })).toBe(true)
  expect(isNews(moments, { world: 90_000, machine: 90_003 })).toBe(false)
  expect(machineTime(moments, 45_678)).toBe(45_678)
  expect(machineTime(moments, 10)).toBe(10)
})

test('where the world jumped, what was done before the jump lies before it', () => {
  const later = { world: 600_000, machine: 1500 }
  const moments: readonly Moment[] = [{ world: 0, machine: 1000 }, later]
  expect(isNews(moments.slice(0, 1), later)).toBe(true)
  expect(machineTime(moments, 300_000)).toBe(1499.999)
  expect(machineTime(moments, 200)).toBe(1200)
  expect(machineTime(moments, 600_100)).toBe(1600)
})
