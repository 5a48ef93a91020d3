/** ops/deploy/blue_green_switch.sh, and `handrail switch` behind it, with real kubectl against one practice world. */
import { execFile, spawn } from 'node:child_process'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type PracticeWorld, startPracticeWorld } from '../../src/commands/practice-world.ts'

const bin = fileURLToPath(new URL('../../bin/handrail.js', import.meta.url))
const script = fileURLToPath(new URL('../../ops/deploy/blue_green_switch.sh', import.meta.url))
const run = promisify(execFile)

let world: PracticeWorld
beforeAll(async () => {
  world = await startPracticeWorld({ speed: 20 })
})
afterAll(() => world.close())

interface Ended {
  readonly code: number
  readonly text: string
}

const quick = { DRAIN_SECONDS: '0', VALIDATE_ATTEMPTS: '4' }

async function inWorld(command: string, args: readonly string[], more = {}): Promise<Ended> {
  const env = { ...process.env, ...world.env, ...quick, ...more }
  try {
    const { stdout, stderr } = await run(command, [...args], { env })
    return { code: 0, text: stdout + stderr }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error
    return { code: Number(error.code), text: `${error.stdout}${error.stderr}` }
  }
}

async function kubectl(...args: string[]): Promise<string> {
  const { code, text } = await inWorld('kubectl', [...args, '-n', 'loanserve'])
  expect(code, text).toBe(0)
  return text
}

const service = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.object({ selector: z.record(z.string(), z.string()) }),
})

/** All that a switch may change: the Service's selector, what Handrail has noted on it, and each color's replicas. */
async function standing() {
  const { metadata, spec } = service.parse(
    JSON.parse(await kubectl('get', 'service', 'api-main', '-o', 'json')),
  )
  const replicas = await kubectl(
    ...['get', 'deployments', 'api-blue', 'api-green', '-o', 'jsonpath={.items[*].spec.replicas}'],
  )
  const notes = Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith('handrail/'))
  return { selector: spec.selector, notes: Object.fromEntries(notes), replicas }
}

const atFirst = { selector: { app: 'api', color: 'blue' }, notes: {}, replicas: '3 1' }

test('a dry run says what would be done, has the server check it, and changes nothing', async () => {
  const { code, text } = await inWorld(process.execPath, [
    ...[bin, 'switch', 'blue', 'green', '-n', 'loanserve', '--dry-run'],
  ])
  expect(text).toContain('would scale api-green from 1 to 3 pods')
  expect(text).toContain('would switch the traffic from blue to green')
  expect(text).toContain('would scale api-blue from 3 to 1 replica')
  expect(code).toBe(0)
  expect(await standing()).toEqual(atFirst)
})

test('a selector that is not on FROM is left alone', async () => {
  const { code, text } = await inWorld(script, ['green', 'blue'])
  expect(text).toContain('selects "blue", not "green"')
  expect(code).toBe(1)
  expect(await standing()).toEqual(atFirst)
})

test('a key in the selector that the target lacks is told before anybody loses the service for it', async () => {
  await kubectl('label', 'pods', '-l', 'color=blue', 'track=stable')
  await kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"track":"stable"}}}')
  const { code, text } = await inWorld(script, ['blue', 'green'])
  expect(text).toContain('the selector asks for track=stable, which 1 of 1 green pods lack')
  expect(text).toContain('The traffic was not touched')
  expect(code).toBe(1)
  await kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"track":null}}}')
  expect(await standing()).toEqual(atFirst)
})

test('a switch after which no traffic flows is put back, and the target gives its pods back', async () => {
  // Nobody listens there: the endpoints are right, and no user is served.
  const nowhere = { API_URL: 'http://127.0.0.1:9', VALIDATE_ATTEMPTS: '2' }
  const { code, text } = await inWorld(script, ['blue', 'green'], nowhere)
  expect(text).toContain('giving it 3 pods')
  expect(text).toContain('the traffic does not flow to green: the front door: the connection was refused')
  expect(text).toMatch(/the traffic is back on blue.*api-green is back at 1/s)
  expect(code).toBe(1)
  expect(await standing()).toEqual(atFirst)
})

test('interrupted while it drains, it puts everything back, and a second signal does not cut that short', async () => {
  const env = { ...process.env, ...world.env, DRAIN_SECONDS: '600' }
  const child = spawn(script, ['blue', 'green'], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const complaints = textOf(child.stderr)
  for await (const printed of child.stdout.setEncoding('utf8')) {
    if (String(printed).includes('open connections')) break
  }
  expect((await standing()).selector.color).toBe('green')
  child.kill('SIGTERM')
  // As a Ctrl-C does: to every process of the group.
  child.stderr.once('data', () => process.kill(-(child.pid ?? Number.NaN), 'SIGINT'))
  expect(await ended).toBe(143)
  expect(await complaints).toMatch(/interrupted.*the traffic is back on blue.*api-green is back at 1/s)
  expect(await standing()).toEqual(atFirst)
})

test('a target whose pods are ready and answer with errors gets no traffic', async () => {
  await kubectl(
    ...['patch', 'deployment', 'api-green', '--type', 'json', '-p'],
    '[{"op":"remove","path":"/spec/template/spec/containers/0/readinessProbe"}]',
  )
  await kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v9-unhealthy')
  await kubectl('rollout', 'status', 'deployment/api-green', '--timeout=30s')
  const { code, text } = await inWorld(script, ['blue', 'green'])
  expect(text).toMatch(/the pods of green, asked past the Service for \/healthz: 50\d/)
  expect(text).toContain('The traffic was not touched')
  expect(code).toBe(1)
  expect(await standing()).toEqual(atFirst)
  await kubectl('apply', '-f', 'ops/k8s/loanserve/api-green.yaml')
  await kubectl('rollout', 'status', 'deployment/api-green', '--timeout=30s')
})

test('a target that is not healthy gets no traffic', async () => {
  await kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v9-crash')
  const { code, text } = await inWorld(script, ['blue', 'green'])
  expect(text).toContain('api-green is not healthy')
  expect(text).toContain('The traffic was not touched')
  expect(code).toBe(1)
  expect(await standing()).toEqual(atFirst)
})

test('the switch moves the traffic, sees it flow and leaves the old color one replica', async () => {
  await kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.2.3')
  await kubectl('rollout', 'status', 'deployment/api-green', '--timeout=30s')
  const { code, text } = await inWorld(script, ['blue', 'green'])
  expect(text).toContain('Traffic is on green')
  expect(code).toBe(0)
  expect(await standing()).toEqual({
    selector: { app: 'api', color: 'green' },
    // For whoever has to go back: where it came from, and what that was.
    notes: { 'handrail/came-from': 'blue', 'handrail/came-from-image': 'loanserve/api:v1.2.2' },
    replicas: '1 3',
  })
  // The same by its own name, and back again.
  const back = await inWorld(process.execPath, [
    bin,
    'switch',
    'green',
    'blue',
    '-n',
    'loanserve',
    '-o',
    'json',
  ])
  expect(JSON.parse(back.text.trim().split('\n').at(-1) ?? '')).toEqual({
    event: 'done',
    says: 'Traffic is on blue; api-green keeps 1 replica as the way back.',
  })
  expect(back.code).toBe(0)
  expect(await standing()).toMatchObject({ selector: { color: 'blue' }, replicas: '3 1' })
})

test.each([
  [['blue'], /^blue_green_switch: usage/],
  [['blue', 'blue'], /^blue_green_switch: usage/],
  [['blue', 'green;rm'], /^blue_green_switch: "green;rm" is not a color/],
  [['', 'green'], /^blue_green_switch: usage/],
])('bad arguments %j are refused before anything is asked', async (args, words) => {
  const { code, text } = await inWorld(script, args)
  expect(code).toBe(2)
  expect(text).toMatch(words)
})

test('a drain that is no time is refused before anything is asked', async () => {
  const { code, text } = await inWorld(script, ['blue', 'green'], { DRAIN_SECONDS: 'soon' })
  expect(code).toBe(2)
  expect(text).toContain('DRAIN_SECONDS is "soon"')
})
