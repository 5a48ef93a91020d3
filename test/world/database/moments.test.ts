import { expect, test } from 'vitest'
import { machineTime, withMoment } from '../../../src/world/database/moments.ts'

test('in a live world nothing is kept but the first moment, and the times are the same', () => {
  let moments = withMoment([], { world: 1000, machine: 1000 })
  moments = withMoment(moments, { world: 90_000, machine: 90_003 })
  expect(moments).toHaveLength(1)
  expect(machineTime(moments, 45_678)).toBe(45_678)
  expect(machineTime(moments, 10)).toBe(10)
})

test('where the world jumped, what was done before the jump lies before it', () => {
  let moments = withMoment([], { world: 0, machine: 1000 })
  moments = withMoment(moments, { world: 600_000, machine: 1500 })
  expect(machineTime(moments, 300_000)).toBe(1499)
  expect(machineTime(moments, 200)).toBe(1200)
  expect(machineTime(moments, 600_100)).toBe(1600)
})
