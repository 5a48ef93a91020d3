/** The watch against an API that breaks. */
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startFakeApi, watchIt } from './fake-api.ts'
import { deployment, pod, service, slice } from './objects.ts'

/** Kept from before a test replaces the timers. */
const setIntervalReal = (tick: () => void) => setInterval(tick, 10)

const run = promisify(execFile)

let api: Awaited<ReturnType<typeof startFakeApi>>
let watching: ReturnType<typeof watchIt> | undefined

beforeEach(async () => {
  api = await startFakeApi()
  await api.writeKubeconfig()
  api.set('services', service({ app: 'api', color: 'blue' }))
  api.set('deployments', deployment('blue'), deployment('green'))
  api.set('pods', pod('api-blue-a', 'blue'), pod('api-green-a', 'green'))
  api.set('endpointslices', slice('one', [{ pod: 'api-blue-a' }]))
})
afterEach(async () => {
  vi.useRealTimers()
  watching?.close()
  watching = undefined
  await api.close()
})

function watchFake() {
  watching = watchIt({ kubeconfigPath: api.kubeconfigPath, context: 'fake', namespace: 'shop' })
  return watching
}

const lists = (plural: string) => api.requests.filter((one) => one.plural === plural && one.act === 'list')
const isStale = (status: { freshness: { kind: string } }) => status.freshness.kind === 'stale'
const isFresh = (status: { freshness: { kind: string } }) => status.freshness.kind === 'fresh'
const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }

test('it is connecting first, and shows the picture only when it is whole', async () => {
  const { seen, until } = watchFake()
  const status = await until(isFresh)
  expect(seen.map((one) => [one.freshness.kind, one.colors.length])).toEqual([
    ['connecting', 0],
    ['fresh', 2],
  ])
  expect(status.colors.map((one) => [one.color, one.endpoints, one.pods.length])).toEqual([
    ['blue', 1, 1],
    ['green', 0, 1],
  ])
})

test('events change the picture, also when they come in pieces; a bookmark changes nothing', async () => {
  const { seen, until } = watchFake()
  await until(isFresh)
  await api.watched()
  api.send('pods', 'BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '150' } })
  api.send('pods', 'ADDED', pod('api-blue-b', 'blue'))
  await until((status) => status.colors[0]?.pods.length === 2)
  const before = seen.length
  api.send('pods', 'DELETED', pod('api-blue-a', 'blue'))
  const status = await until((one) => one.colors[0]?.pods.length === 1)
  expect(status.colors[0]?.pods[0]?.name).toBe('api-blue-b')
  expect(seen.length).toBe(before + 1)
  expect(lists('services')).toHaveLength(1)
})

test('a thousand events in one moment are told in a few statuses', async () => {
  const { seen, until } = watchFake()
  await until(isFresh)
  await api.watched()
  const before = seen.length
  const started = performance.now()
  for (let replicas = 1; replicas <= 1000; replicas += 1)
    api.send('deployments', 'MODIFIED', deployment('blue', { spec: { replicas } }))
  await until((status) => status.colors[0]?.wanted === 1000)
  const most = Math.ceil((performance.now() - started) / 100) + 1
  expect(seen.length - before).toBeLessThanOrEqual(most)
})

test('a dropped connection is told as stale, listed again and followed again', async () => {
  const { until } = watchFake()
  await until(isFresh)
  await api.watched()
  const mend = api.rule((request, response) => {
    if (request.plural !== 'deployments') return false
    response.destroy()
    return true
  })
  api.endWatches('deployments', 'dropped')
  const stale = await until(isStale)
  expect(stale.freshness).toMatchObject({ kind: 'stale', why: expect.stringMatching(/lost|reached/) })
  expect(stale.colors).toHaveLength(2)
  api.set('deployments', deployment('blue', { spec: { replicas: 5 } }), deployment('green'))
  mend()
  const fresh = await until((status) => isFresh(status) && status.colors[0]?.wanted === 5)
  expect(fresh.colors).toHaveLength(2)
  await api.watched()
  api.send('deployments', 'DELETED', deployment('green'))
  await until((status) => status.colors.length === 1)
})

test('a watch that the server ends in order goes on from the last version, without a new list', async () => {
  const { until } = watchFake()
  await until(isFresh)
  await api.watched()
  const version = '777'
  const before = lists('pods').length
  const third = pod('api-blue-c', 'blue')
  api.send('pods', 'ADDED', { ...third, metadata: { ...third.metadata, resourceVersion: version } })
  await until((status) => status.colors[0]?.pods.length === 2)
  api.endWatches('pods', 'in order')
  await api.until(() =>
    api.requests.find((one) => one.plural === 'pods' && one.query.get('resourceVersion') === version),
  )
  expect(lists('pods')).toHaveLength(before)
})

test('410 Gone means a new list: as an event, and as an answer', async () => {
  const { until } = watchFake()
  await until(isFresh)
  await api.watched()
  api.set('services', service({ app: 'api', color: 'green' }))
  api.send('services', 'ERROR', gone)
  await until((status) => isFresh(status) && status.live === 'green')

  api.set('services', service({ app: 'api', color: 'blue' }))
  const mend = api.rule((request, response) => {
    if (request.plural !== 'services' || request.act !== 'watch') return false
    mend()
    response.writeHead(410).end(JSON.stringify(gone))
    return true
  })
  const bookmark = { kind: 'Service', metadata: { resourceVersion: '900' } }
  await api.watched()
  api.send('services', 'BOOKMARK', bookmark)
  api.endWatches('services', 'in order')
  await until((status) => isFresh(status) && status.live === 'blue')
  expect(lists('services').length).toBeGreaterThanOrEqual(3)
})

test('a server that says 410 to every watch is not asked in a tight loop', async () => {
  api.rule((request, response) => {
    if (request.plural !== 'pods' || request.act !== 'watch') return false
    response.writeHead(410).end(JSON.stringify(gone))
    return true
  })
  const { until } = watchFake()
  const stale = await until(isStale)
  expect(stale.freshness).toMatchObject({ why: 'pods: the API answered 410' })
  const watches = () => api.requests.filter((one) => one.plural === 'pods' && one.act === 'watch')
  const started = performance.now()
  const first = watches().length
  await api.until(() => (watches().length >= first + 2 ? true : undefined))
  expect(performance.now() - started).toBeGreaterThan(900)
})

test('what may not be read is missing and named; the rest is shown and goes on', async () => {
  api.rule((request, response) => {
    if (request.plural !== 'pods' && request.act !== 'get') return false
    response.writeHead(403).end(JSON.stringify({ kind: 'Status', message: 'User "secret-name" cannot list' }))
    return true
  })
  const { until } = watchFake()
  const status = await until((one) => isStale(one) && one.colors.length === 2)
  expect(status.live).toBe('blue')
  expect(status.freshness).toMatchObject({ kind: 'stale', why: 'pods: not allowed (403)' })
  expect(status.colors.map((one) => one.pods)).toEqual([[], []])
  await api.until(() => (api.connections() >= 3 ? true : undefined))
  await api.until(() => api.requests.find((one) => one.plural === 'services' && one.act === 'watch'))
  api.send('services', 'MODIFIED', service({ app: 'api', color: 'green' }))
  await until((one) => one.live === 'green')
})

test('JSON that is no Kubernetes object is told as such, and ends nothing', async () => {
  const { until } = watchFake()
  await until(isFresh)
  await api.watched()
  api.send('deployments', 'MODIFIED', { metadata: { name: 'x', resourceVersion: '5' }, spec: 7 })
  const stale = await until(isStale)
  expect(stale.freshness).toMatchObject({ why: "deployments: the API sent something that can't be read" })
  await until(isFresh)
})

test('refused credentials and a kubeconfig that is not there are told in words, without a secret', async () => {
  const mend = api.rule((_request, response) => {
    response.writeHead(401).end('token hush is not known')
    return true
  })
  const first = watchFake()
  const refused = await first.until(isStale)
  expect(refused.freshness).toMatchObject({
    why: expect.stringContaining('the credentials are refused (401)'),
  })
  expect(JSON.stringify(refused)).not.toContain('hush')
  mend()
  await first.until(isFresh)
  first.close()

  await writeFile(api.kubeconfigPath, 'users: [{token: hush')
  const second = watchFake()
  const broken = await second.until(isStale)
  expect(broken.freshness).toMatchObject({ why: "the kubeconfig can't be read (it is not valid)" })
  second.close()

  await rm(api.kubeconfigPath)
  const missing = await watchFake().until(isStale)
  expect(missing.freshness).toMatchObject({ why: "the kubeconfig can't be read (ENOENT)" })
})

test('a context that is not in the kubeconfig is named', async () => {
  watching = watchIt({ kubeconfigPath: api.kubeconfigPath, context: 'elsewhere', namespace: 'shop' })
  const status = await watching.until(isStale)
  expect(status.freshness).toMatchObject({ why: 'the kubeconfig has no cluster for the context elsewhere' })
})

test('a login command runs once for all that wait for it, and its token is sent', async () => {
  const counting = `${api.kubeconfigPath}.count`
  const credential = {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    status: { token: 't0k' },
  }
  const script = `echo login >> '${counting}'; echo '${JSON.stringify(credential)}'`
  const exec = {
    apiVersion: credential.apiVersion,
    command: 'sh',
    args: ['-c', script],
    interactiveMode: 'Never',
  }
  await api.writeKubeconfig({ exec })
  const tokens = new Set<string | undefined>()
  api.rule((_request, response) => {
    tokens.add(response.req.headers.authorization)
    return false
  })
  await watchFake().until(isFresh)
  const { stdout } = await run('cat', [counting])
  expect(stdout).toBe('login\n')
  expect([...tokens]).toEqual(['Bearer t0k'])
})

test('silence is not believed: after 30 s each kind is listed again, and found as it is by then', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { until } = watchFake()
  vi.advanceTimersByTime(1)
  await api.watched()
  await vi.advanceTimersByTimeAsync(200)
  const before = lists('services').length
  api.set('services', service({ app: 'api', color: 'green' }))
  const ticking = setIntervalReal(() => vi.advanceTimersByTime(1000))
  try {
    await api.until(() => (lists('services').length > before ? true : undefined))
    await until((status) => status.live === 'green' && isFresh(status))
  } finally {
    clearInterval(ticking)
  }
})

test('an API that stops answering is told within seconds; when it answers again, all is listed anew', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { until } = watchFake()
  await api.watched()
  const held: (() => void)[] = []
  const mend = api.rule((_request, response) => {
    held.push(() => response.destroy())
    return true
  })
  const ticking = setIntervalReal(() => vi.advanceTimersByTime(500))
  try {
    const stale = await until(isStale)
    expect(stale.freshness).toMatchObject({ why: 'no answer within 5 s' })
    api.set('services', service({ app: 'api', color: 'green' }))
    mend()
    await until((status) => isFresh(status) && status.live === 'green')
  } finally {
    clearInterval(ticking)
    for (const drop of held) drop()
  }
})

test('after close no connection is left, nothing more is told, and closing again does no harm', async () => {
  // A connection whose request was refused rests until the next attempt.
  api.rule((request, response) => {
    if (request.plural !== 'pods' && request.plural !== 'deployments') return false
    response.writeHead(403).end()
    return true
  })
  const { seen, until, close } = watchFake()
  const status = await until(isStale)
  expect(status.freshness).toMatchObject({ why: expect.stringContaining('not allowed (403)') })
  await until((one) => one.freshness.kind === 'stale' && one.freshness.why.includes('and 1 more'))
  expect(api.connections()).toBeGreaterThanOrEqual(3)
  close()
  close()
  const before = seen.length
  await api.until(() => (api.connections() === 0 ? true : undefined))
  expect(seen.length).toBe(before)
})

test.each(['connecting', 'fresh', 'stale'])(
  'a process that closes its watch while %s ends by itself',
  async (kind) => {
    if (kind === 'stale') await rm(api.kubeconfigPath)
    const source = fileURLToPath(new URL('../../src/cluster/watch-status.ts', import.meta.url))
    const program =
      `import { watchClusterStatus } from ${JSON.stringify(source)}\n` +
      `const address = ${JSON.stringify({ kubeconfigPath: api.kubeconfigPath, context: 'fake', namespace: 'shop', service: 'api-main' })}\n` +
      'const watching = watchClusterStatus({ ...address, now: Date.now }, ({ freshness: { kind } }) => {\n' +
      `  if (kind === ${JSON.stringify(kind)}) { watching.close(); process.stdout.write(kind) }\n})\n`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 20_000,
    })
    expect(stdout).toBe(kind)
  },
)
