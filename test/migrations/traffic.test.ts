import { expect, test } from 'vitest'
import { judgeTraffic, type RunningPod } from '../../src/migrations/traffic.ts'

const requirement = { image: 'loanserve/api', version: 'v1.3.0', namespace: 'loanserve', service: 'api-main' }
const pod = (image: string, serves = true): RunningPod => ({
  name: 'api-1',
  images: [image, 'envoy:v1.0.0'],
  serves,
})
const judged = (...pods: RunningPod[]) => judgeTraffic(requirement, { selector: 'color=green', pods }).kind

test.each([
  'loanserve/api:v1.3.0',
  'loanserve/api:1.3',
  'loanserve/api:v1.10.0',
  'registry:5000/loanserve/api:v2.0.0@sha256:abc',
])('the traffic has left when all of it goes to %s', (image) => {
  expect(judged(pod(image), pod(image))).toBe('left')
})

test.each([
  'loanserve/api:v1.2.9',
  'loanserve/api:v1.3.0-rc1',
  'loanserve/api:latest',
  'loanserve/api:20261123',
  'loanserve/api',
  'loanserve/api@sha256:abc',
  'elsewhere/web:v9.0.0',
])('it has not when one endpoint is %s', (image) => {
  expect(judged(pod('loanserve/api:v1.3.0'), pod(image))).toBe('not-left')
})

test('nobody can tell where there is no endpoint', () => {
  expect(judged()).toBe('not-left')
  expect(judged(pod('loanserve/api:v1.3.0', false))).toBe('not-left')
})

test('old pods without traffic are told: they are no way back afterwards', () => {
  const pods = [
    pod('loanserve/api:v1.3.0'),
    pod('loanserve/api:v1.2.2', false),
    pod('other/job:v1.0.0', false),
  ]
  expect(judgeTraffic(requirement, { selector: 'color=green', pods })).toMatchObject({
    kind: 'left',
    stillThere: ['api-1 (loanserve/api:v1.2.2, envoy:v1.0.0)'],
  })
})
