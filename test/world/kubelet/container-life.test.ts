import { expect, test } from 'vitest'
import { behaviorOf, isPullable } from '../../../src/world/app/behavior.ts'
import { containerLife } from '../../../src/world/kubelet/container-life.ts'
import type { ContainerMoment, ContainerSetting, News } from '../../../src/world/kubelet/life.ts'
import { programOf } from '../../../src/world/kubelet/program-of.ts'
import type { Container } from '../../../src/world/kubernetes/objects.ts'

const readinessProbe = { httpGet: { path: '/healthz', port: 3000 } }

function setting(image: string, more: Partial<Container> = {}): ContainerSetting {
  const container = { name: 'api', image, readinessProbe, ...more }
  const behavior = behaviorOf(image, {})
  return {
    container,
    pod: { name: 'api-x', namespace: 'loanserve', uid: 'u1' },
    ip: '10.244.0.9',
    restartPolicy: 'Always',
    graceMs: 30_000,
    waitsFor: 'ContainerCreating',
    imagePresent: () => false,
    isPullable,
    environment: () => ({ env: {} }),
    programOf,
    verdict: () => ({ status: behavior.healthy ? 200 : 500, afterMs: behavior.answersAfterMs }),
  }
}

/** Every moment of the life up to that many seconds, with what it is told meanwhile. */
function until(
  seconds: number,
  of: ContainerSetting,
  told: readonly News[] = [],
): readonly ContainerMoment[] {
  const moments: ContainerMoment[] = []
  const life = containerLife(of, 0)
  const waiting = [...told]
  let next = life.next()
  while (!next.done) {
    moments.push(next.value)
    const { wakeAt } = next.value
    const [news] = waiting
    if (news !== undefined && news.at <= wakeAt) {
      waiting.shift()
      next = life.next(news)
    } else if (wakeAt <= seconds * 1000) next = life.next({ kind: 'time', at: wakeAt })
    else break
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

test('a failing liveness probe has the container told to end and restarted', () => {
  const livenessProbe = { httpGet: { path: '/healthz', port: 3000 }, failureThreshold: 2 }
  const moments = until(40, setting('loanserve/api:unhealthy', { livenessProbe }))
  const killed = moments.find(({ events }) => events.some(({ reason }) => reason === 'Killing'))
  expect(killed?.at).toBe(2400 + 10_500)
  const ended = moments.find(({ state }) => state.kind === 'terminated')
  expect(ended).toMatchObject({ at: 2400 + 10_500 + 400, state: { exitCode: 0 } })
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

test('a probe that held is left in peace until something may be different, and asked at its next period then', () => {
  let status = 200
  const changing = { ...setting('loanserve/api:v1.2.3'), verdict: () => ({ status, afterMs: 4 }) }
  const quiet = until(60, changing)
  expect(last(quiet)).toMatchObject({ at: 2900, ready: true, wakeAt: Number.POSITIVE_INFINITY })
  const look: News = { kind: 'look', at: 100_000 }
  expect(last(until(90, changing, [look]))?.wakeAt).toBe(Number.POSITIVE_INFINITY)
  const life = containerLife(changing, 0)
  let next = life.next()
  while (!next.done && Number.isFinite(next.value.wakeAt))
    next = life.next({ kind: 'time', at: next.value.wakeAt })
  status = 500
  next = life.next(look)
  const seen: ContainerMoment[] = []
  for (let times = 0; times < 3 && !next.done; times++) {
    next = life.next({ kind: 'time', at: next.value.wakeAt })
    if (!next.done) seen.push(next.value)
  }
  expect(seen.map(({ at, ready }) => [at, ready])).toEqual([
    [102_900, true],
    [112_900, true],
    [122_900, false],
  ])
})

test('another image restarts the container at once, whatever its policy', () => {
  const container = { name: 'api', image: 'loanserve/api:v1.2.4', readinessProbe }
  const moments = until(60, { ...setting('loanserve/api:v1.2.3'), restartPolicy: 'Never' }, [
    { kind: 'changed', at: 10_000, container },
  ])
  const messages = moments.flatMap(({ events }) => events.map(({ message }) => message))
  expect(messages).toContain('Container api definition changed, will be restarted')
  expect(messages).toContain('Pulling image "loanserve/api:v1.2.4"')
  expect(last(moments)).toMatchObject({ restarts: 1, ready: true, state: { kind: 'running' } })
})

test('an image that is corrected while it can’t be pulled is pulled', () => {
  const container = { name: 'api', image: 'loanserve/api:v1.2.4', readinessProbe }
  const moments = until(60, setting('loanserve/api:noimage'), [{ kind: 'changed', at: 7000, container }])
  expect(last(moments)).toMatchObject({ restarts: 0, ready: true })
})

test('a container that has used up its memory is killed for it, and restarted', () => {
  const moments = until(60, setting('loanserve/api:oom'))
  const ended = moments.find(({ state }) => state.kind === 'terminated')
  expect(ended?.state).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  expect(last(moments)?.restarts).toBeGreaterThan(0)
})

test('a hook that sleeps holds the end back, and no longer than the grace', () => {
  const lifecycle = { preStop: { sleep: { seconds: 5 } } }
  const ended = (graceMs: number) =>
    last(until(60, setting('loanserve/api:v1.2.3', { lifecycle }), [{ kind: 'end', at: 10_000, graceMs }]))
  expect(ended(30_000)).toMatchObject({ at: 15_400, state: { kind: 'terminated', exitCode: 0 } })
  expect(ended(2000)).toMatchObject({ at: 12_000, state: { kind: 'terminated' } })
})

test('a main process that does nothing about SIGTERM is killed when its grace is over', () => {
  const sleeping = setting('busybox:1.37', { command: ['sleep', '3600'] })
  const moments = until(100, sleeping, [{ kind: 'end', at: 10_000, graceMs: 30_000 }])
  expect(last(moments)).toMatchObject({ at: 40_000, state: { kind: 'terminated', exitCode: 137 } })
})

test('a program that its image doesn’t have is refused by the runtime', () => {
  const { readinessProbe: _, ...container } = setting('busybox:1.37', { command: ['psql'] }).container
  const moments = until(10, { ...setting(''), container, restartPolicy: 'Never' })
  expect(last(moments)?.state).toMatchObject({
    exitCode: 128,
    reason: 'StartError',
    message: expect.stringContaining('exec: "psql": executable file not found in $PATH: unknown'),
  })
})
