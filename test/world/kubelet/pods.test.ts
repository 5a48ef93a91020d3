/** Whole pods on a clock that the tests move by hand: init containers, programs, policies, deadlines, health. */
import { expect, test } from 'vitest'
import { createWorldClock } from '../../../src/world/clock.ts'
import { createEventRecorder } from '../../../src/world/event-recorder.ts'
import { plainApplication } from '../../../src/world/kubelet/application.ts'
import { startKubelet } from '../../../src/world/kubelet/kubelet.ts'
import { practiceNode } from '../../../src/world/kubelet/node.ts'
import { createCluster } from '../../../src/world/kubernetes/cluster.ts'
import { pods as podKind } from '../../../src/world/kubernetes/kinds/pod.ts'
import type { JsonObject } from '../../../src/world/kubernetes/record.ts'
import { post, seeded } from '../kubernetes/practice-api.ts'
import { noon } from '../practice.ts'

function setup() {
  const clock = createWorldClock(noon)
  const cluster = createCluster({ now: clock.now, random: seeded(3) })
  const recorder = createEventRecorder(cluster)
  const health = { status: 200 }
  const errors: unknown[] = []
  const kubelet = startKubelet({
    cluster,
    clock,
    recorder,
    speed: 1,
    onError: (error) => errors.push(error),
    application: { ...plainApplication, verdict: () => ({ status: health.status, afterMs: 4 }) },
  })
  post(cluster, 'Namespace', '', { metadata: { name: 'test' } })
  cluster.nodes.create(practiceNode(noon))
  const pod = () => cluster.pods.get('test', 'p')
  return {
    cluster,
    kubelet,
    health,
    errors,
    pod,
    create: (spec: JsonObject) => post(cluster, 'Pod', 'test', { metadata: { name: 'p' }, spec }),
    /** Lets that many seconds pass, and after each what programs wait for besides the time come. */
    async pass(seconds: number): Promise<void> {
      for (let at = 0; at < seconds; at++) {
        clock.advance(clock.now() + 1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    /** What stands under STATUS in kubectl's table. */
    status: () => {
      const found = pod()
      return found && podKind.columns.find(({ name }) => name === 'Status')?.cell(found, clock.now())
    },
    log(container = 'c', previous = false): readonly string[] {
      const found = pod()
      const signal = new AbortController().signal
      const lines = found && kubelet.logs(found, { container, previous, follow: false, signal })
      return lines?.written.map(({ text }) => text) ?? []
    },
    events: () => cluster.events.list('test').map(({ reason, message }) => `${reason}: ${message}`),
  }
}

const box = (name: string, script: string, more: JsonObject = {}): JsonObject => ({
  name,
  image: 'busybox:1.37',
  command: ['sh', '-c', script],
  ...more,
})

test('init containers run one after the other before the others begin', async () => {
  const world = setup()
  world.create({
    initContainers: [box('first', 'echo 1; sleep 3'), box('second', 'sleep 2; echo 2')],
    containers: [{ name: 'c', image: 'loanserve/api:v1' }],
  })
  const seen: unknown[] = []
  for (let at = 0; at < 20; at++) {
    if (world.status() !== seen.at(-1)) seen.push(world.status())
    await world.pass(1)
  }
  expect(seen).toEqual(['Init:0/2', 'Init:1/2', 'PodInitializing', 'Running'])
  expect(world.log('first')).toEqual(['1'])
  expect(world.log('second')).toEqual(['2'])
  expect(world.pod()?.status.conditions?.find(({ type }) => type === 'Initialized')?.status).toBe('True')
})

test('an init container that fails is tried again, each time later', async () => {
  const world = setup()
  world.create({ initContainers: [box('i', 'exit 1')], containers: [box('c', 'sleep 1')] })
  await world.pass(4)
  expect(world.status()).toBe('Init:Error')
  await world.pass(4)
  expect(world.status()).toBe('Init:CrashLoopBackOff')
  expect(world.pod()?.status.phase).toBe('Pending')
  expect(world.pod()?.status.conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: 'containers with incomplete status: [i]',
  })
})

test('with restartPolicy Never a failed init container is the end of the pod', async () => {
  const world = setup()
  world.create({
    restartPolicy: 'Never',
    initContainers: [box('i', 'exit 1')],
    containers: [box('c', 'sleep 1')],
  })
  await world.pass(20)
  expect([world.status(), world.pod()?.status.phase]).toEqual(['Init:Error', 'Failed'])
})

test('a program takes its time, writes its log and ends with its code', async () => {
  const world = setup()
  world.create({ restartPolicy: 'Never', containers: [box('c', 'echo begin; sleep 5; echo end; exit 3')] })
  await world.pass(5)
  expect([world.status(), world.log()]).toEqual(['Running', ['begin']])
  await world.pass(10)
  expect([world.status(), world.pod()?.status.phase, world.log()]).toEqual([
    'Error',
    'Failed',
    ['begin', 'end'],
  ])
  const { state } = world.pod()?.status.containerStatuses?.[0] ?? {}
  expect(state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
  const took =
    Date.parse(state?.terminated?.finishedAt ?? '') - Date.parse(state?.terminated?.startedAt ?? '')
  expect(took).toBe(5000)
})

test('restartPolicy OnFailure runs a program again until it succeeds', async () => {
  const world = setup()
  const script = 'if [ -f /data/x ]; then echo done; else touch /data/x; echo first; exit 1; fi'
  const volumeMounts = [{ name: 'data', mountPath: '/data' }]
  world.create({
    restartPolicy: 'OnFailure',
    containers: [box('c', script, { volumeMounts })],
    volumes: [{ name: 'data', emptyDir: {} }],
  })
  await world.pass(20)
  expect(world.pod()?.status).toMatchObject({ phase: 'Succeeded', containerStatuses: [{ restartCount: 1 }] })
  expect(world.log('c', true)).toEqual(['first'])
  expect(world.log()).toEqual(['done'])
})

test('a shell image without anything to do ends at once, again and again', async () => {
  const world = setup()
  world.create({ containers: [{ name: 'c', image: 'busybox:1.37' }] })
  await world.pass(8)
  expect(world.status()).toBe('CrashLoopBackOff')
  expect(world.pod()?.status.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
    exitCode: 0,
    reason: 'Completed',
  })
})

test('a pod that outlives its deadline has failed, and its containers are ended', async () => {
  const world = setup()
  world.create({ restartPolicy: 'Never', activeDeadlineSeconds: 10, containers: [box('c', 'sleep 600')] })
  await world.pass(9)
  expect(world.status()).toBe('Running')
  await world.pass(35)
  expect(world.pod()?.status).toMatchObject({
    phase: 'Failed',
    reason: 'DeadlineExceeded',
    containerStatuses: [{ state: { terminated: { exitCode: 137 } } }],
  })
})

test('a deleted pod is gone when its program has done what it does at SIGTERM, or when its grace is over', async () => {
  for (const [script, seconds] of [
    ["trap 'echo bye; sleep 2; exit 0' TERM; while true; do sleep 1; done", 3],
    ['sleep 600', 31],
  ] as const) {
    const world = setup()
    world.create({ containers: [box('c', script)] })
    await world.pass(5)
    const pod = world.pod()
    if (pod === undefined) throw new Error('no pod')
    const deletionTimestamp = new Date(noon + 35_000).toISOString()
    world.cluster.pods.update({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 30 },
    })
    await world.pass(seconds - 2)
    expect(world.status()).toBe('Terminating')
    await world.pass(3)
    expect(world.pod()).toBeUndefined()
    expect(world.events()).toContain('Killing: Stopping container c')
  }
})

test('a command before the end is run to its end first, and its time is the pod’s', async () => {
  const world = setup()
  const lifecycle = { preStop: { exec: { command: ['sh', '-c', 'sleep 4; echo > /data/drained'] } } }
  const volumeMounts = [{ name: 'data', mountPath: '/data' }]
  world.create({
    containers: [{ name: 'c', image: 'loanserve/api:v1', lifecycle, volumeMounts }],
    volumes: [{ name: 'data', emptyDir: {} }],
  })
  await world.pass(5)
  const pod = world.pod()
  if (pod === undefined) throw new Error('no pod')
  const deletionTimestamp = new Date(noon + 35_000).toISOString()
  world.cluster.pods.update({
    ...pod,
    metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 30 },
  })
  await world.pass(3)
  expect(world.status()).toBe('Terminating')
  expect(world.kubelet.appOf(pod.metadata.uid)).toBeDefined()
  await world.pass(3)
  expect(world.pod()).toBeUndefined()
})

test('a probe by command asks in the container, and again once something may be different', async () => {
  const world = setup()
  const readinessProbe = { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 2 }
  world.create({ containers: [box('c', 'sleep 6; echo > /tmp/ready; sleep 600', { readinessProbe })] })
  await world.pass(6)
  expect(world.events()).toContain(
    'Unhealthy: Readiness probe failed: cat: /tmp/ready: No such file or directory',
  )
  const ready = () => world.pod()?.status.containerStatuses?.[0]?.ready
  expect(ready()).toBe(false)
  await world.pass(6)
  expect(ready()).toBe(true)
  const pod = world.pod()
  if (pod === undefined) throw new Error('no pod')
  const silent = { stdout: () => {}, stderr: () => {} }
  const removed = world.kubelet.containers.exec(pod, {
    container: 'c',
    command: ['rm', '/tmp/ready'],
    stdin: false,
    tty: false,
    output: silent,
  })
  expect(await removed?.ended).toEqual({ kind: 'exited', code: 0 })
  await world.pass(20)
  expect(ready()).toBe(true)
  world.kubelet.reconsider()
  await world.pass(10)
  expect(ready()).toBe(false)
})

test('an application that loses its health is not ready after three periods, and ready again when it has it back', async () => {
  const world = setup()
  const readinessProbe = { httpGet: { path: '/healthz', port: 3000 } }
  world.create({ containers: [{ name: 'c', image: 'loanserve/api:v1', readinessProbe }] })
  const ready = () => world.pod()?.status.conditions?.find(({ type }) => type === 'Ready')?.status
  await world.pass(10)
  expect(ready()).toBe('True')
  world.health.status = 500
  world.kubelet.reconsider()
  await world.pass(15)
  expect(ready()).toBe('True')
  await world.pass(20)
  expect(ready()).toBe('False')
  expect(world.events()).toContain(
    'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 500',
  )
  world.health.status = 200
  await world.pass(11)
  expect(ready()).toBe('True')
})

test('a container is killed for its memory when it is told so', async () => {
  const world = setup()
  world.create({ containers: [{ name: 'c', image: 'loanserve/api:v1' }] })
  await world.pass(10)
  world.kubelet.outOfMemory(world.pod()?.metadata.uid ?? '')
  await world.pass(1)
  expect(world.pod()?.status.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
  })
})

test('a server that isn’t the application listens on its own port alone', async () => {
  const world = setup()
  const readinessProbe = { httpGet: { path: '/', port: 3000 } }
  world.create({ containers: [{ name: 'c', image: 'nginx:1.27', readinessProbe }] })
  await world.pass(10)
  expect(world.events().join('\n')).toContain(':3000: connect: connection refused')
  expect(world.errors).toEqual([])
})
