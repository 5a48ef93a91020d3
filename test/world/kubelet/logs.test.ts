/** Real kubectl reads the logs of pods. */
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type PracticePods, startPracticePods } from '../kubernetes/streams/practice-pods.ts'

let world: PracticePods
beforeAll(async () => {
  world = await startPracticePods()
  const script = 'echo one; echo two; echo three; sleep 600'
  const box = (name: string, text: string) => ({
    name,
    image: 'busybox:1.37',
    command: ['sh', '-c', text],
  })
  const pods = [
    { metadata: { name: 'talker', labels: { team: 'logs' } }, spec: { containers: [box('c', script)] } },
    {
      metadata: { name: 'pair', labels: { team: 'logs' } },
      spec: {
        initContainers: [box('before', 'echo prepared')],
        containers: [box('left', 'echo l; sleep 600'), box('right', 'echo r; sleep 600')],
      },
    },
    { metadata: { name: 'failing' }, spec: { containers: [box('c', 'echo try; exit 1')] } },
  ]
  for (const pod of pods)
    await world.kubectl('create -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod }))
  await world.kubectl('wait --for=condition=Ready pod -l team=logs --timeout=10s')
})
afterAll(async () => {
  await world.close()
  expect(world.errors).toEqual([])
})

const out = async (line: string) => (await world.kubectl(line)).out

test('the newest lines, the first bytes, and times', async () => {
  expect(await out('logs talker')).toBe('one\ntwo\nthree\n')
  expect(await out('logs talker --tail=1')).toBe('three\n')
  expect(await out('logs talker --limit-bytes=5')).toBe('one\nt')
  expect(await out('logs talker --timestamps --tail=1')).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z three\n$/,
  )
  expect(await out('logs talker --since=1h')).toBe('one\ntwo\nthree\n')
  expect(await out(`logs talker --since-time=${new Date(Date.now() + 60_000).toISOString()}`)).toBe('')
})

test('of several containers one is chosen, named, or all are read', async () => {
  const first = await world.kubectl('logs pair')
  expect(first.out).toBe('l\n')
  expect(first.err).toBe('Defaulted container "left" out of: left, right, before (init)\n')
  expect(await out('logs pair -c right')).toBe('r\n')
  expect(await out('logs pair -c before')).toBe('prepared\n')
  // kubectl asks for them in an order that differs each time.
  const all = await out('logs pair --all-containers --prefix')
  expect(all.trim().split('\n').sort()).toEqual([
    '[pod/pair/before] prepared',
    '[pod/pair/left] l',
    '[pod/pair/right] r',
  ])
})

test('the logs of all pods with a label, and of a deployment', async () => {
  const all = await out('logs -l team=logs --all-containers --tail=-1')
  expect(all.split('\n').sort()).toEqual(['', 'l', 'one', 'prepared', 'r', 'three', 'two'])
  expect((await world.kubectl('logs -l team=logs -f --max-log-requests=1')).err).toContain(
    'you are attempting to follow 2 log streams, but maximum allowed concurrency is 1',
  )
  const deployment = await world.kubectl('logs deployment/api-blue --tail=1')
  expect(deployment.out).toContain('"msg":')
  expect(deployment.err).toMatch(/^Found 3 pods, using pod\/api-blue-/)
})

test('the log of the run before, where there was one', async () => {
  await eventually(() => {
    const [status] = world.cluster.pods.get('loanserve', 'failing')?.status.containerStatuses ?? []
    return (status?.restartCount ?? 0) > 0 ? true : undefined
  })
  expect(await out('logs failing --previous')).toBe('try\n')
  expect((await world.kubectl('logs talker --previous')).err).toBe(
    'Error from server (BadRequest): previous terminated container "c" in pod "talker" not found\n',
  )
})

test('what can’t be read is told in the server’s words', async () => {
  await world.kubectl('run missing --image=loanserve/api:noimage')
  const why = await eventually(async () => {
    const { err } = await world.kubectl('logs missing')
    return err.includes('pull') ? err : undefined
  })
  expect(why).toBe(
    'Error from server (BadRequest): container "missing" in pod "missing" is waiting to start: trying and failing to pull image\n',
  )
  expect((await world.kubectl('logs talker -c nope')).err).toBe(
    'error: container nope is not valid for pod talker\n',
  )
  expect((await world.kubectl('logs nobody')).err).toBe(
    'error: error from server (NotFound): pods "nobody" not found in namespace "loanserve"\n',
  )
})

test('a follower sees what comes, and ends with the container', async () => {
  await world.kubectl([
    'run',
    'short',
    '--image=busybox:1.37',
    '--restart=Never',
    '--',
    'sh',
    '-c',
    'echo a; sleep 20; echo b',
  ])
  await world.kubectl('wait --for=jsonpath={.status.phase}=Running pod/short --timeout=10s')
  const child = spawn('kubectl', ['logs', '-f', 'short'], { env: world.env })
  let shown = ''
  child.stdout.on('data', (chunk) => {
    shown += String(chunk)
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect([shown, code]).toEqual(['a\nb\n', 0])
})
