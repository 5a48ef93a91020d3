import { expect, test } from 'vitest'
import { pods } from '../../../src/world/kubernetes/kinds/pod.ts'
import { cells, duration } from '../../../src/world/kubernetes/table.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

test.each([
  [0, '0s'],
  [-500, '0s'],
  [-5 * second, '<invalid>'],
  [59.9 * second, '59s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [2 * minute + 30 * second, '2m30s'],
  [10 * minute + 30 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour + 20 * minute, '3h20m'],
  [8 * hour + 20 * minute, '8h'],
  [47 * hour, '47h'],
  [2 * day + 5 * hour, '2d5h'],
  [8 * day + 5 * hour, '8d'],
  [400 * day, '400d'],
  [2 * 365 * day + 20 * day, '2y20d'],
  [9 * 365 * day, '9y'],
])('%d ms are printed as %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})

const now = Date.UTC(2026, 10, 23, 6)

function row(status: unknown, metadata: object = {}) {
  const pod = pods.schema.parse({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', creationTimestamp: '2026-11-23T05:59:00Z', ...metadata },
    spec: { containers: [{ name: 'api', image: 'a:1' }] },
    status,
  })
  return cells(pods, pod, now).slice(1, 5)
}

const container = (status: object) => ({ phase: 'Running', containerStatuses: [{ name: 'api', ...status }] })

test.each([
  ['a pod that waits for its node', { phase: 'Pending' }, {}, ['0/1', 'Pending', '0', '60s']],
  [
    'a container that runs',
    container({ ready: true, started: true, state: { running: {} } }),
    {},
    ['1/1', 'Running', '0', '60s'],
  ],
  [
    'a container that is not ready',
    container({ state: { running: {} } }),
    {},
    ['0/1', 'Running', '0', '60s'],
  ],
  [
    'a container that crashes again and again',
    container({
      restartCount: 4,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, finishedAt: '2026-11-23T05:59:30Z' } },
    }),
    {},
    ['0/1', 'CrashLoopBackOff', '4 (30s ago)', '60s'],
  ],
  [
    'an image that is not there',
    container({ state: { waiting: { reason: 'ImagePullBackOff' } } }),
    {},
    ['0/1', 'ImagePullBackOff', '0', '60s'],
  ],
  [
    'a container that ended',
    container({ state: { terminated: { exitCode: 3 } } }),
    {},
    ['0/1', 'ExitCode:3', '0', '60s'],
  ],
  [
    'a pod that is going',
    container({ ready: true, state: { running: {} } }),
    { deletionTimestamp: '2026-11-23T06:00:30Z' },
    ['1/1', 'Terminating', '0', '60s'],
  ],
  ['an evicted pod', { phase: 'Failed', reason: 'Evicted' }, {}, ['0/1', 'Evicted', '0', '60s']],
])('the row of %s', (_name, status, metadata, wanted) => {
  expect(row(status, metadata)).toEqual(wanted)
})
