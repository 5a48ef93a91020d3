import { expect, test } from 'vitest'
import { createChance } from '../../../src/world/scenarios/chance.ts'
import { findScenario, scenarios } from '../../../src/world/scenarios/scenarios.ts'
import { debriefText } from '../../../src/world/scoring/debrief.ts'
import { wrap } from '../../../src/world/scoring/wrap.ts'
import { night } from './night.ts'

test('every scenario says what it is, what it teaches and how it is well handled', () => {
  expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length)
  for (const { id, title, teaches, goodHandling, minutes, stage } of scenarios) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect([title, teaches].every((text) => text.length > 10 && !text.includes('  '))).toBe(true)
    expect(goodHandling.length).toBeGreaterThanOrEqual(2)
    expect(minutes).toBeGreaterThan(0)
    const { briefing, limits, cause } = stage(createChance(1))
    expect(briefing.length).toBeGreaterThan(0)
    expect(cause).not.toBe('')
    for (const range of Object.values(limits)) expect(range.bad).toBeGreaterThan(range.good)
  }
  expect(findScenario('nonsense')).toBeUndefined()
})

test('the same seed makes the same night, another one another', () => {
  const told = (seed: number) =>
    scenarios.map(({ stage }) => {
      const { briefing, params, cause } = stage(createChance(seed))
      return { briefing, params, cause }
    })
  expect(told(3)).toEqual(told(3))
  expect(told(3)).not.toEqual(told(4))
})

test('no image’s name says what is wrong with it', () => {
  for (const { stage } of scenarios)
    for (let seed = 0; seed < 50; seed++)
      expect(stage(createChance(seed)).params.IMAGE ?? 'loanserve/api:v1.3.0').toMatch(
        /^loanserve\/api:v1\.[3-6]\.\d$/,
      )
})

test.each(scenarios.map(({ id }) => id))('%s: who leaves at once has handled nothing', async (id) => {
  const played = await night(id)
  played.pass(1)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'left-early', safe: false, score: 40, grade: 'not handled' })
  const text = debriefText(report)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text).toContain('Good handling\n  1.  ')
})

test('nothing of a scenario happens once it was stopped', async () => {
  const played = await night('external-down')
  played.run.stop()
  played.pass(120)
  expect(played.run.state()).toMatchObject({ phase: 'before', pages: [] })
})

test('words are wrapped at the width, and none is cut', () => {
  expect(wrap('a bc def ghij', 6)).toEqual(['a bc', 'def', 'ghij'])
  expect(wrap('unbreakable word', 4)).toEqual(['unbreakable', 'word'])
})
