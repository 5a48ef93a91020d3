/** `handrail probe` and `status` against a practice world: what is good, what is bad, and what nobody knows. */
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { ended, type Scene, setScene } from './program.ts'
import { bin } from './terminal.ts'
import { kubeconfigFor, worldWithoutMetrics } from './without-metrics.ts'

let scene: Scene
beforeAll(async () => {
  scene = await setScene({ speed: 30 })
})
afterAll(() => scene.close())

const line = z.object({
  probe: z.string(),
  reading: z.enum(['good', 'bad', 'unknown']),
  words: z.string(),
  cause: z.string().optional(),
  figure: z.object({ value: z.number(), unit: z.string() }).optional(),
})

/** The exit code and the lines by probe, as `-o json` prints them. */
async function probe(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const words = [bin, 'probe', ...args, '-n', 'loanserve', '-o', 'json']
  const { code, stdout, stderr } = await ended(process.execPath, words, { ...scene.env, ...env })
  const lines = stdout.split('\n').flatMap((text) => (text === '' ? [] : [line.parse(JSON.parse(text))]))
  return { code, stderr, lines, of: (name: string) => lines.find((each) => each.probe === name) }
}

test('a world in which nothing is wrong is good in every respect', async () => {
  // Until users have asked something there is no error rate.
  await expect.poll(async () => (await probe([])).code, { timeout: 20_000 }).toBe(0)
  const plain = await scene.handrail('probe', '-n', 'loanserve')
  expect(plain.stdout).toMatch(/^✓ health {9}200 in \d+ ms$/m)
  expect(plain.stdout).toMatch(/^✓ endpoints {6}3 ready, all blue$/m)
  expect(plain.stdout.match(/^✓/gm)).toHaveLength(8)
  const { of } = await probe(['selector', 'memory'])
  expect(of('selector')?.words).toBe('api-main selects blue: 3 endpoints, all ready')
  expect(of('memory')).toMatchObject({
    figure: { unit: 'percent' },
    words: expect.stringMatching(/of 256Mi/),
  })
})

test('a limit of one’s own is what it is held against, and what can’t be one is refused', async () => {
  const { code, of } = await probe(['health', 'response-time', '--max-ms', '0.001'])
  expect(code).toBe(1)
  expect(of('health')?.reading).toBe('good')
  expect(of('response-time')).toMatchObject({ reading: 'bad', cause: 'slow' })
  const refused = await Promise.all([
    probe(['nonsense']),
    probe(['--since', 'ever']),
    probe(['--color', 'a,b']),
  ])
  expect(refused.map((each) => each.code)).toEqual([2, 2, 2])
  expect(refused[0]?.stderr).toContain('there is no probe "nonsense"')
})

test('a color that nobody is on is asked past the Service, and its sickness is seen before the switch', async () => {
  const well = await probe(['health', 'database', '--color', 'green', '--direct'])
  expect(well.code).toBe(0)
  await scene.kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.2.3-unhealthy')
  await expect
    .poll(async () => (await probe(['pods', '--color', 'green'])).of('pods')?.words, { timeout: 20_000 })
    .toMatch(/NotReady 1 of 2 \(.*statuscode: 500/)
  const { code, of } = await probe(['health', 'database', '--color', 'green', '--direct'])
  expect(code).toBe(1)
  expect(of('health')).toMatchObject({ cause: 'status-500', words: expect.stringMatching(/^1 of 2: 500/) })
  expect(of('database')?.words).toContain('connect ETIMEDOUT')
  // The users' own color is not touched by it.
  expect((await probe(['health'])).code).toBe(0)
})

test('answers that take three seconds are bad, and their pods not ready', async () => {
  await scene.kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.2.3-laggy')
  const slow = () => probe(['response-time', '--color', 'green', '--direct'])
  await expect
    .poll(slow, { timeout: 30_000, interval: 100 })
    .toMatchObject({ code: 1, lines: [{ words: expect.stringMatching(/30\d\d ms, over 2000 ms$/) }] })
}, 40_000)

test('a crashing color is told by its pods, a stale key by the selector, and a silent Service by its endpoints', async () => {
  await scene.kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.2.3-crash')
  await expect
    .poll(async () => (await probe(['pods', '--color', 'green'])).of('pods')?.words, { timeout: 30_000 })
    .toMatch(/CrashLoopBackOff 1 of/)
  await scene.kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"release":"old"}}}')
  try {
    await expect
      .poll(async () => (await probe(['endpoints'])).of('endpoints')?.cause, { timeout: 10_000 })
      .toBe('none-ready')
    const { of } = await probe(['selector', 'health', 'database', '--color', 'blue'])
    expect(of('selector')).toMatchObject({
      cause: 'stale-key',
      words: expect.stringContaining('release=old'),
    })
    expect(of('health')).toMatchObject({ cause: 'status-503' })
    expect(of('database')?.reading).toBe('unknown')
    const status = await scene.handrail('status', '-n', 'loanserve')
    expect(status.stdout).toMatch(/■ blue live {4}loanserve\/api:v1\.2\.2 +3\/3 +NONE/)
    expect(status.stdout).toMatch(/□ green +loanserve\/api:v1\.2\.3-crash/)
  } finally {
    await scene.kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"release":null}}}')
  }
})

test('without a metrics server CPU and memory are unknown, never zero', async () => {
  const without = await worldWithoutMetrics(scene.env.KUBECONFIG ?? '')
  onTestFinished(without.close)
  const { code, lines } = await probe(['cpu', 'memory', 'endpoints'], { KUBECONFIG: without.kubeconfig })
  expect(lines).toMatchObject([
    { probe: 'cpu', reading: 'unknown', words: 'Metrics API not available' },
    { probe: 'memory', reading: 'unknown', words: 'Metrics API not available' },
    { probe: 'endpoints', reading: 'good' },
  ])
  expect(code).toBe(5)
})

test('a server that hangs is bad and a cluster that hangs unknown, both within some seconds', async () => {
  const [application, cluster] = await Promise.all([hanging(), hanging()])
  const { kubeconfig, close } = await kubeconfigFor(`http://127.0.0.1:${cluster}`)
  onTestFinished(close)
  const begun = performance.now()
  const { code, of } = await probe(['health', 'response-time', 'endpoints', 'errors'], {
    API_URL: `http://127.0.0.1:${application}`,
    KUBECONFIG: kubeconfig,
  })
  expect(performance.now() - begun).toBeLessThan(9000)
  expect(of('health')).toMatchObject({ reading: 'bad', words: 'no answer within 5 s' })
  expect(of('response-time')?.reading).toBe('bad')
  expect(of('endpoints')).toMatchObject({ reading: 'unknown', words: 'kubectl did not answer within 5 s' })
  expect(of('errors')?.reading).toBe('unknown')
  expect(code).toBe(1)
}, 15_000)

test('an application whose address nobody has given is unknown', async () => {
  const { code, of } = await probe(['health', 'endpoints'], { API_URL: '' })
  expect(of('health')?.words).toBe('API_URL is not set')
  expect(code).toBe(5)
})

/** The port of a server that takes connections and says nothing. */
async function hanging(): Promise<number> {
  const server: Server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
