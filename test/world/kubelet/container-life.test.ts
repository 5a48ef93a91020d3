import { expect, test } from 'vitest'
import {
  type ContainerMoment,
  type ContainerSetting,
  containerLife,
} from '../../../src/world/kubelet/container-life.ts'
import type { Container } from '../../../src/world/kubernetes/objects.ts'

const readinessProbe = { httpGet: { path: '/healthz', port: 3000 } }

function setting(image: string, more: Partial<Container> = {}): ContainerSetting {
  return {
    container: { name: 'api', image, readinessProbe, ...more },
    pod: { name: 'api-x', namespace: 'loanserve', uid: 'u1' },
    ip: '10.244.0.9',
    restartPolicy: 'Always',
    imagePresent: () => false,
    environment: () => ({ env: {} }),
  }
}

/** Every moment of the life up to that many seconds. */
function until(seconds: number, of: ContainerSetting): readonly ContainerMoment[] {
  const moments: ContainerMoment[] = []
  for (const moment of containerLife(of)) {
    if (moment.at > seconds * 1000) break
    moments.push(moment)
  }
  return moments
}

const last = (moments: readonly ContainerMoment[]) => moments.at(-1)
const firstReady = (moments: readonly ContainerMoment[]) => moments.find(({ ready }) => ready)?.at

test('a healthy image is pulled, starts after 2.4 s and is ready half a second later', () => {
  const moments = until(60, setting('loanserve/api:v1.2.3'))
  const events = moments.flatMap((moment) => moment.events.map((event) => event.reason))
  expect(events).toEqual(['Pulling', 'Pulled', 'Created', 'Started'])
  expect(moments.find(({ state }) => state.kind === 'running')?.at).toBe(2400)
  expect(firstReady(moments)).toBe(2900)
})

test('an image that is on the node is not pulled again', () => {
  const moments = until(60, { ...setting('loanserve/api:v1.2.3'), imagePresent: () => true })
  const messages = moments.flatMap((moment) => moment.events.map((event) => event.message))
  expect(messages[0]).toBe('Container image "loanserve/api:v1.2.3" already present on machine')
})

test('a crashing container restarts at once, then after 10, 20, 40, … and at most 300 seconds', () => {
  const moments = until(3000, setting('loanserve/api:crash'))
  const starts = moments.flatMap(({ state }) => (state.kind === 'running' ? [state.startedAt] : []))
  const each = [...new Set(starts)]
  const pauses = each.slice(1).map((start, at) => (start - (each[at] ?? 0)) / 1000 - 1)
  expect(pauses.slice(0, 8)).toEqual([1, 10, 20, 40, 80, 160, 300, 300])
  expect(moments.every(({ ready }) => !ready)).toBe(true)
  const waiting = moments.flatMap(({ state }) => (state.kind === 'waiting' ? [state.message] : []))
  expect(waiting).toContain('back-off 2m40s restarting failed container=api pod=api-x_loanserve(u1)')
  expect(waiting).toContain('back-off 5m0s restarting failed container=api pod=api-x_loanserve(u1)')
})

test('restartPolicy Never lets a crash be the end', () => {
  const moments = until(3000, { ...setting('loanserve/api:crash'), restartPolicy: 'Never' })
  expect(last(moments)?.state).toMatchObject({ kind: 'terminated', exitCode: 1, reason: 'Error' })
})

test('an image that cannot be pulled goes between ErrImagePull and ImagePullBackOff', () => {
  const moments = until(60, setting('loanserve/api:noimage'))
  const reasons = moments.flatMap(({ state }) => (state.kind === 'waiting' ? [state.reason] : []))
  expect([...new Set(reasons)]).toEqual(['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff'])
  const failed = moments.flatMap(({ events }) => events).find(({ reason }) => reason === 'Failed')
  expect(failed?.message).toMatch(
    /^Failed to pull image "loanserve\/api:noimage": rpc error: code = NotFound/,
  )
})

test('a slow image takes 20 seconds to be ready, however short the probe period', () => {
  const often = { readinessProbe: { ...readinessProbe, periodSeconds: 1 } }
  expect(firstReady(until(60, setting('loanserve/api:slow', often)))).toBe(2400 + 20_500)
  expect(firstReady(until(60, setting('loanserve/api:slow')))).toBe(2400 + 20_500)
})

test('an unhealthy image fails its readiness probe for ever, and runs on', () => {
  const moments = until(600, setting('loanserve/api:unhealthy'))
  expect(firstReady(moments)).toBeUndefined()
  expect(last(moments)?.restarts).toBe(0)
  expect(last(moments)?.events[0]?.message).toBe(
    'Readiness probe failed: HTTP probe failed with statuscode: 500',
  )
})

test('a laggy image is ready only where the probe waits longer than it takes to answer', () => {
  expect(firstReady(until(600, setting('loanserve/api:laggy')))).toBeUndefined()
  const patient = { readinessProbe: { ...readinessProbe, timeoutSeconds: 4 } }
  expect(firstReady(until(600, setting('loanserve/api:laggy', patient)))).toBe(2900)
})

test('a container without a readiness probe is ready while it runs', () => {
  const { readinessProbe: _, ...container } = setting('loanserve/api:unhealthy').container
  expect(firstReady(until(60, { ...setting(''), container }))).toBe(2400)
})

test('a failing liveness probe has the container killed and restarted', () => {
  const livenessProbe = { httpGet: { path: '/healthz', port: 3000 }, failureThreshold: 2 }
  const moments = until(40, setting('loanserve/api:unhealthy', { livenessProbe }))
  const killed = moments.find(({ events }) => events.some(({ reason }) => reason === 'Killing'))
  expect(killed).toMatchObject({ at: 2400 + 10_500, state: { kind: 'terminated', exitCode: 143 } })
  expect(last(moments)?.restarts).toBeGreaterThanOrEqual(1)
})

test('a startup probe holds the others back until it has passed once', () => {
  const startupProbe = { tcpSocket: { port: 3000 }, periodSeconds: 1, failureThreshold: 60 }
  const livenessProbe = { httpGet: { path: '/healthz', port: 3000 }, periodSeconds: 1, failureThreshold: 1 }
  const moments = until(60, setting('loanserve/api:slow', { startupProbe, livenessProbe }))
  expect(last(moments)).toMatchObject({ ready: true, restarts: 0 })
})

test('the environment is read anew at each start and at no other time', () => {
  let reads = 0
  const counted = {
    ...setting('loanserve/api:crash'),
    environment: () => {
      reads++
      return { env: {} }
    },
  }
  const moments = until(13, counted)
  const starts = new Set(moments.flatMap(({ state }) => (state.kind === 'running' ? [state.startedAt] : [])))
  expect(starts.size).toBe(2)
  expect(reads).toBe(2)
})
