import { expect, test } from 'vitest'
import { poolEveryMs } from '../../../src/world/app/log-lines.ts'
import { createContainerLogs } from '../../../src/world/kubelet/container-log.ts'
import type { LogLine } from '../../../src/world/kubernetes/logs.ts'
import { practiceCluster } from '../practice.ts'

const [pod] = practiceCluster().pods('green')
if (pod === undefined) throw new Error('no pod')
const { uid } = pod.metadata
const quiet = new AbortController().signal
const options = { container: 'api', previous: false, follow: false, signal: quiet }

test('a container that has not started has no log, and one that never restarted no previous one', () => {
  const logs = createContainerLogs()
  expect(logs.source(pod, options)).toBeUndefined()
  logs.begin(uid, 'api', 0)
  expect(logs.source(pod, options)?.written).toEqual([])
  expect(logs.source(pod, { ...options, previous: true })).toBeUndefined()
})

test('after a restart the previous log is that of the run before', () => {
  const logs = createContainerLogs()
  for (const run of [0, 1, 2]) {
    logs.begin(uid, 'api', run)
    logs.write(uid, 'api', { at: run, text: `run ${run}` })
  }
  expect(logs.source(pod, options)?.written).toEqual([{ at: 2, text: 'run 2' }])
  expect(logs.source(pod, { ...options, previous: true })?.written).toEqual([{ at: 1, text: 'run 1' }])
})

async function collect(lines: AsyncIterable<LogLine>): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const line of lines) texts.push(line.text)
  return texts
}

test('a follower gets every later line, also those written before it reads, until the container ends', async () => {
  const logs = createContainerLogs()
  logs.begin(uid, 'api', 0)
  logs.write(uid, 'api', { at: 1, text: 'before' })
  const found = logs.source(pod, { ...options, follow: true })
  if (found === undefined) throw new Error('no log')
  logs.write(uid, 'api', { at: 2, text: 'between' })
  const texts = collect(found.later)
  logs.write(uid, 'api', { at: 3, text: 'after' })
  logs.end(uid, 'api')
  expect(found.written.map(({ text }) => text)).toEqual(['before'])
  expect(await texts).toEqual(['between', 'after'])
})

test('a follower whose client has gone is let go', async () => {
  const logs = createContainerLogs()
  const gone = new AbortController()
  logs.begin(uid, 'api', 0)
  const found = logs.source(pod, { ...options, follow: true, signal: gone.signal })
  if (found === undefined) throw new Error('no log')
  const texts = collect(found.later)
  logs.write(uid, 'api', { at: 1, text: 'one' })
  await new Promise((resolve) => setImmediate(resolve))
  gone.abort()
  expect(await texts).toEqual(['one'])
})

test('the pods of the world log their start, their requests and their end', () => {
  const world = practiceCluster()
  world.setImage('green', 'loanserve/api:v1.2.3')
  world.pass(5000)
  const [green] = world.pods('green')
  if (green === undefined) throw new Error('no pod')
  world.kubelet
    .appOf(green.metadata.uid)
    ?.logRequest({ level: 'info', msg: 'request', fields: { path: '/' } })
  const lines = world.kubelet.logs(green, options)?.written.map(({ text }) => JSON.parse(text))
  expect(lines?.map(({ msg }: { msg: string }) => msg)).toEqual([
    'starting loanserve api',
    'feature flags read',
    'connection pool ready',
    'listening',
    'request',
  ])
})

test('an application that was told to end has the last word, whatever it would have written then', () => {
  const world = practiceCluster()
  world.setImage('green', 'loanserve/api:v1.2.3')
  world.pass(5000)
  const [green] = world.pods('green')
  if (green === undefined) throw new Error('no pod')
  const written = () => world.kubelet.logs(green, options)?.written.map(({ text }) => JSON.parse(text)) ?? []
  const startedAt = Date.parse(written()[0]?.time) - 20
  const half = startedAt + poolEveryMs
  world.pass(half - 100 - world.clock.now())
  const deletionTimestamp = new Date(half + 30_000).toISOString()
  const pod = world.cluster.pods.get(green.metadata.namespace ?? '', green.metadata.name)
  if (pod === undefined) throw new Error('no pod')
  world.cluster.pods.update({
    ...pod,
    metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 30 },
  })
  world.pass(150)
  expect(written().at(-1)).toMatchObject({ msg: 'stopped' })
})
