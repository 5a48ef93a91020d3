import { describe, expect, test } from 'vitest'
import { gateVerdict, sampleDelayMs } from '../../machines/gate.ts'

const rule = { windowMs: 30_000, everyMs: 5000, allow: 1 }
const good = (at: number) => ({ at, good: true })
const bad = (at: number) => ({ at, good: false })

describe('a gate', () => {
  test('goes on while its window is open', () => {
    expect(gateVerdict(rule, 0, [])).toBe('goes on')
    expect(gateVerdict(rule, 0, [good(100), good(29_999)])).toBe('goes on')
  })

  test('holds with the first sample that ends at the end of its window or later', () => {
    expect(gateVerdict(rule, 0, [good(100), good(30_000)])).toBe('holds')
    expect(gateVerdict(rule, 1000, [good(30_999)])).toBe('goes on')
    expect(gateVerdict(rule, 1000, [good(31_000)])).toBe('holds')
  })

  test('forgives as many bad samples as it allows and trips at the next, whenever that comes', () => {
    expect(gateVerdict(rule, 0, [bad(100)])).toBe('goes on')
    expect(gateVerdict(rule, 0, [bad(100), good(5000), bad(10_000)])).toBe('trips')
    expect(gateVerdict(rule, 0, [bad(100), good(5000), bad(30_000)])).toBe('trips')
    expect(gateVerdict(rule, 0, [good(100), bad(30_000)])).toBe('holds')
  })
})

describe('the pause between two samples', () => {
  test('counts from the start of the last one, however long it took', () => {
    expect(sampleDelayMs(rule, 0, 5000, 5200)).toBe(4800)
    expect(sampleDelayMs(rule, 0, 5000, 9000)).toBe(1000)
  })

  test('is nothing when a sample took longer than the rhythm', () => {
    expect(sampleDelayMs(rule, 0, 5000, 12_000)).toBe(0)
  })

  test('ends with the window, so that the last sample is taken there', () => {
    expect(sampleDelayMs({ ...rule, everyMs: 20_000 }, 0, 20_000, 21_000)).toBe(9000)
  })

  test('is never longer than the rhythm, even if the clock was set back', () => {
    expect(sampleDelayMs(rule, 0, 20_000, -900_000)).toBe(5000)
  })
})
