import { expect, test } from 'vitest'
import { planSwitch } from '../../src/switch/plan.ts'
import { seen } from './seen.ts'

const wish = { from: 'blue', to: 'green', keepReplicas: false }

test('a target with as many ready pods as the old color gets the traffic as it is', () => {
  expect(planSwitch(wish, seen({ replicas: 3 }))).toEqual({ kind: 'go', raiseTo: undefined })
  expect(planSwitch(wish, seen({ replicas: 5 }))).toEqual({ kind: 'go', raiseTo: undefined })
})

test('a smaller target gets the old color’s capacity first, unless told otherwise', () => {
  expect(planSwitch(wish, seen({ replicas: 1 }))).toEqual({ kind: 'go', raiseTo: 3 })
  expect(planSwitch({ ...wish, keepReplicas: true }, seen({ replicas: 1 }))).toEqual({
    kind: 'go',
    raiseTo: undefined,
  })
})

test.each([
  ['a pod is not ready', { replicas: 3, ready: 2 }, '2 of 3 pods ready, 3 updated'],
  ['a rollout is half done', { replicas: 3, updated: 1 }, '3 of 3 pods ready, 1 updated'],
  ['the new pod does not start', { replicas: 1, old: 1 }, '1 of an older version still there'],
  ['there are no pods', { replicas: 0 }, 'scaled to 0'],
  ['the figures speak of what was declared before', { replicas: 3, observed: 1 }, 'not been acted on'],
])('no traffic for a target of which %s', (_, green, why) => {
  const plan = planSwitch(wish, seen(green))
  expect(plan).toMatchObject({ kind: 'refuse', why: expect.stringContaining(why) })
  expect(plan).toMatchObject({ why: expect.stringContaining('The traffic was not touched') })
})

test('a Service that is not on the color that it should leave is refused, and says where it is', () => {
  expect(planSwitch(wish, seen({ replicas: 3 }, 'red'))).toMatchObject({
    why: expect.stringContaining('selects "red", not "blue". Nothing was changed'),
  })
  expect(planSwitch(wish, seen({ replicas: 3 }, 'green'))).toMatchObject({
    why: expect.stringContaining('The traffic is there already'),
  })
})
