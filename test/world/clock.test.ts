import { expect, test } from 'vitest'
import { createWorldClock } from '../../src/world/clock.ts'

test('tasks run in the order of their times, and the clock shows each its own time', () => {
  const clock = createWorldClock(1000)
  const seen: (readonly [string, number])[] = []
  clock.at(3000, () => seen.push(['late', clock.now()]))
  clock.at(2000, () => {
    seen.push(['early', clock.now()])
    clock.at(2500, () => seen.push(['between', clock.now()]))
  })
  clock.advance(2900)
  expect(seen).toEqual([
    ['early', 2000],
    ['between', 2500],
  ])
  expect(clock.now()).toBe(2900)
  clock.advance(3000)
  expect(seen.at(-1)).toEqual(['late', 3000])
})

test('two tasks of one moment run in the order in which they were asked for', () => {
  const clock = createWorldClock(0)
  const seen: number[] = []
  for (const name of [1, 2, 3]) clock.at(10, () => seen.push(name))
  clock.advance(10)
  expect(seen).toEqual([1, 2, 3])
})

test('a task that was taken back does not run', () => {
  const clock = createWorldClock(0)
  let ran = false
  const cancel = clock.at(10, () => {
    ran = true
  })
  cancel()
  clock.advance(20)
  expect(ran).toBe(false)
})

test("once it is live, waiting tasks run by the machine's clock", async () => {
  const clock = createWorldClock(Date.now())
  const ran = new Promise<number>((resolve) => {
    clock.at(Date.now() + 20, () => resolve(clock.now()))
  })
  const before = Date.now()
  clock.goLive()
  expect((await ran) - before).toBeGreaterThanOrEqual(15)
  clock.stop()
})
