import { expect, test } from 'vitest'
import { evaluateAlarms } from '../../../../src/world/aws/cloudwatch/alarms.ts'
import { type Figures, figureHistory, type Sample } from '../../../../src/world/aws/cloudwatch/figures.ts'
import { seedAccount } from '../../../../src/world/aws/seed.ts'
import { createRandom } from '../../../../src/world/random.ts'
import { noon } from '../../practice.ts'

const calm: Figures = {
  requestsPerSecond: 20,
  errorShare: 0,
  p95Ms: 300,
  databaseConnections: 12,
  podCpu: 0.25,
}
const seeded = seedAccount('primary', noon, createRandom(7)).alarms

/** Samples each 10 seconds: ten calm minutes, then so many minutes of something else until noon. */
function lasting(count: number, change: Partial<Figures>): readonly Sample[] {
  const length = (count + 10) * 6
  return Array.from({ length }, (_, index) => ({
    at: noon - (length - index) * 10_000,
    figures: index < 60 ? calm : { ...calm, ...change },
  }))
}

function states(samples: readonly Sample[], speed = 1): Record<string, string> {
  const { alarms } = evaluateAlarms(seeded, figureHistory(samples), noon, speed)
  return Object.fromEntries(alarms.map(({ name, value }) => [name.replace('loanserve-prod-', ''), value]))
}

const allOk = {
  'api-5xx-rate': 'OK',
  'api-latency-p95': 'OK',
  'api-no-traffic': 'OK',
  'db-connections': 'OK',
  'api-cpu': 'OK',
}

test('a calm world leaves every alarm as it is', () => {
  expect(evaluateAlarms(seeded, figureHistory(lasting(10, {})), noon, 1)).toBe(seeded)
})

test.each([
  ['api-5xx-rate', 2, { errorShare: 0.02 }],
  ['api-latency-p95', 2, { p95Ms: 2500 }],
  ['api-no-traffic', 3, { requestsPerSecond: 0.05 }],
  ['db-connections', 2, { databaseConnections: 95 }],
  ['api-cpu', 3, { podCpu: 0.97 }],
])('%s needs %i minutes of it, and no other alarm changes', (name, count, change) => {
  expect(states(lasting(count, change))).toEqual({ ...allOk, [name]: 'ALARM' })
  expect(states(lasting(count - 1, change))).toEqual(allOk)
})

test('at speed 10 an alarm notices ten times sooner', () => {
  const twelveSeconds = lasting(10, {}).map((sample, index, all) =>
    index >= all.length - 2 ? { ...sample, figures: { ...calm, errorShare: 0.2 } } : sample,
  )
  expect(states(twelveSeconds)['api-5xx-rate']).toBe('OK')
  const dense = Array.from({ length: 60 }, (_, index) => ({
    at: noon - (60 - index) * 1000,
    figures: { ...calm, errorShare: index >= 48 ? 0.2 : 0 },
  }))
  expect(states(dense, 10)['api-5xx-rate']).toBe('ALARM')
})

test('the reason names the datapoints, and the history has the change', () => {
  const alarmed = evaluateAlarms(seeded, figureHistory(lasting(5, { databaseConnections: 95 })), noon, 1)
  const state = alarmed.alarms.find(({ name }) => name === 'loanserve-prod-db-connections')
  expect(state?.reason).toBe(
    'Threshold Crossed: 2 out of the last 2 datapoints [95.0 (23/11/26 11:59:00), 95.0 (23/11/26 11:58:00)] were greater than the threshold (80.0) (minimum 2 datapoints for OK -> ALARM transition).',
  )
  expect(JSON.parse(state?.reasonData ?? '')).toMatchObject({
    statistic: 'Average',
    recentDatapoints: [95, 95],
  })
  expect(alarmed.history).toMatchObject([{ type: 'StateUpdate', summary: 'Alarm updated from OK to ALARM' }])

  const later = noon + 60_000
  const calmAgain = lasting(5, { databaseConnections: 95 }).concat(
    Array.from({ length: 6 }, (_, index) => ({ at: noon + index * 10_000, figures: calm })),
  )
  const over = evaluateAlarms(alarmed, figureHistory(calmAgain), later, 1)
  expect(over.alarms.find(({ name }) => name === 'loanserve-prod-db-connections')).toMatchObject({
    value: 'OK',
    updatedAt: later,
    reason:
      'Threshold Crossed: 1 out of the last 2 datapoints [12.0 (23/11/26 12:00:00)] was not greater than the threshold (80.0) (minimum 1 datapoint for ALARM -> OK transition).',
  })
})
