import { expect, test } from 'vitest'
import { kubectlJson } from '../../src/health/objects.ts'
import { judgePods } from '../../src/health/pods.ts'

const now = Date.UTC(2026, 10, 23, 12)
const justNow = '2026-11-23T11:59:00Z'

const pod = (
  name: string,
  isReady: boolean,
  container: object = { state: { running: {} } },
  more: object = {},
) => ({
  metadata: { name, labels: { color: 'green' } },
  spec: { containers: [{ name: 'api' }] },
  status: {
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    containerStatuses: [{ name: 'api', restartCount: 0, ...container }],
    ...more,
  },
})
const judge = (items: readonly object[], events: readonly object[] = []) =>
  judgePods('green', kubectlJson.pods.parse({ items }), kubectlJson.events.parse({ items: events }), now)

test('ready pods are good, and one that is going does not count', () => {
  const leaving = { ...pod('b', false), metadata: { name: 'b', deletionTimestamp: justNow } }
  expect(judge([pod('a', true), leaving])).toEqual({
    kind: 'good',
    says: '1 of 1 green pods ready',
    figure: { value: 1, unit: 'pods' },
  })
  expect(judge([leaving])).toMatchObject({ kind: 'bad', cause: 'no-pods' })
})

test.each([
  [
    {
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { reason: 'Error', exitCode: 1, finishedAt: justNow } },
      restartCount: 3,
    },
    'CrashLoopBackOff',
    'CrashLoopBackOff 1 of 1 (exit code 1, 3 restarts)',
  ],
  [
    { state: { waiting: { reason: 'ImagePullBackOff', message: 'no such tag' } } },
    'ImagePullBackOff',
    'ImagePullBackOff 1 of 1 (no such tag)',
  ],
  [
    {
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: justNow } },
      restartCount: 2,
    },
    'OOMKilled',
    'OOMKilled 1 of 1 (2 restarts)',
  ],
  [
    { state: { waiting: { reason: 'CreateContainerConfigError', message: 'key X not found' } } },
    'CreateContainerConfigError',
    'CreateContainerConfigError 1 of 1 (key X not found)',
  ],
  [{ state: { waiting: { reason: 'ContainerCreating' } } }, 'Starting', 'Starting 1 of 1'],
  [{ state: { running: {} } }, 'NotReady', 'NotReady 1 of 1'],
])('a container that stands at %j is told as %s', (container, cause, words) => {
  expect(judge([pod('a', false, container)])).toMatchObject({
    kind: 'bad',
    cause,
    why: `0 of 1 green pods ready: ${words}`,
  })
})

test('a pod that is ready between two kills is not well; one that was killed an hour ago is', () => {
  const killed = (finishedAt: string) => ({
    state: { running: {} },
    lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt } },
    restartCount: 5,
  })
  expect(judge([pod('a', true, killed(justNow))])).toMatchObject({ kind: 'bad', cause: 'OOMKilled' })
  expect(judge([pod('a', true, killed('2026-11-23T11:00:00Z'))]).kind).toBe('good')
})

test('why the readiness probe fails is told by the last event about the pod', () => {
  const event = (name: string, message: string) => ({
    reason: 'Unhealthy',
    message,
    involvedObject: { name },
  })
  const events = [event('a', 'refused'), event('a', 'statuscode: 500'), event('b', 'of another pod')]
  expect(judge([pod('a', false)], events)).toMatchObject({
    why: '0 of 1 green pods ready: NotReady 1 of 1 (statuscode: 500)',
  })
})

test('a pod that found no node says why', () => {
  const lost = pod(
    'a',
    false,
    {},
    {
      containerStatuses: null,
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }],
    },
  )
  expect(judge([lost])).toMatchObject({
    cause: 'Unschedulable',
    why: '0 of 1 green pods ready: Unschedulable 1 of 1 (0/1 nodes are available)',
  })
})

test('the commonest trouble comes first, and of equals the newest', () => {
  const crash = { state: { waiting: { reason: 'CrashLoopBackOff' } } }
  const pull = { state: { waiting: { reason: 'ErrImagePull' } } }
  expect(judge([pod('a', false, pull), pod('b', false, crash), pod('c', false, crash)])).toMatchObject({
    cause: 'CrashLoopBackOff',
  })
  const aged = (name: string, container: object, creationTimestamp: string) => ({
    ...pod(name, false, container),
    metadata: { name, creationTimestamp },
  })
  const old = aged('a', crash, '2026-11-23T11:00:00Z')
  expect(judge([old, aged('b', pull, justNow)])).toMatchObject({ cause: 'ErrImagePull' })
})
