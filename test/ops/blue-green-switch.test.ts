/** ops/deploy/blue_green_switch.sh with real kubectl against a practice world. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PracticeWorld, startPracticeWorld } from '../../src/commands/practice-world.ts'

const bin = fileURLToPath(new URL('../../bin/handrail.js', import.meta.url))
const script = fileURLToPath(new URL('../../ops/deploy/blue_green_switch.sh', import.meta.url))
const run = promisify(execFile)

let world: PracticeWorld
beforeEach(async () => {
  world = await startPracticeWorld({ speed: 10 })
})
afterEach(() => world.close())

interface Ended {
  readonly code: number
  readonly text: string
}

async function inWorld(command: string, ...args: string[]): Promise<Ended> {
  const env = { ...process.env, ...world.env, DRAIN_SECONDS: '0', VALIDATE_ATTEMPTS: '4' }
  try {
    const { stdout, stderr } = await run(command, args, { env })
    return { code: 0, text: stdout + stderr }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error
    return { code: Number(error.code), text: `${error.stdout}${error.stderr}` }
  }
}

async function kubectl(...args: string[]): Promise<string> {
  const { code, text } = await inWorld('kubectl', ...args, '-n', 'loanserve')
  expect(code, text).toBe(0)
  return text
}

const selected = () => kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector.color}')
const replicas = (color: string) =>
  kubectl('get', 'deployment', `api-${color}`, '-o', 'jsonpath={.spec.replicas}')

test('the switch moves the traffic, sees it flow and leaves the old color one replica', async () => {
  const { code, text } = await inWorld(script, 'blue', 'green')
  expect(text).toContain('Traffic is on green')
  expect(code).toBe(0)
  expect(await selected()).toBe('green')
  expect(await replicas('blue')).toBe('1')
  // For whoever has to go back: where it came from, and what that was.
  expect(await kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.metadata.annotations}')).toContain(
    '"handrail/came-from":"blue","handrail/came-from-image":"loanserve/api:v1.2.2"',
  )
  // The same by its own name, and back again.
  const back = await inWorld(process.execPath, bin, 'switch', 'green', 'blue', '-n', 'loanserve')
  expect(back.text).toContain('Traffic is on blue')
  expect(back.code).toBe(0)
  expect(await selected()).toBe('blue')
})

test('a target that is not healthy gets no traffic', async () => {
  await kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v9-crash')
  await kubectl('scale', 'deployment', 'api-green', '--replicas=2')
  const { code, text } = await inWorld(script, 'blue', 'green')
  expect(text).toContain('api-green is not healthy')
  expect(text).toContain('The traffic was not touched')
  expect(code).toBe(1)
  expect(await selected()).toBe('blue')
  expect(await replicas('blue')).toBe('3')
})

test('a selector that is not on FROM is left alone', async () => {
  const { code, text } = await inWorld(script, 'green', 'blue')
  expect(text).toContain('selects "blue", not "green"')
  expect(code).toBe(1)
  expect(await selected()).toBe('blue')
})

test('a switch after which no traffic flows is put back, capacity first', async () => {
  // A stale key in the selector, which the switch keeps, matches blue's pods alone.
  await kubectl('label', 'pods', '-l', 'color=blue', 'track=stable')
  await kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"track":"stable"}}}')
  const { code, text } = await inWorld(script, 'blue', 'green')
  expect(text).toContain('the traffic does not flow to green')
  expect(text).toContain('the traffic is back on blue')
  expect(code).toBe(1)
  expect(await selected()).toBe('blue')
  expect(await replicas('blue')).toBe('3')
})

test.each([[['blue']], [['blue', 'blue']], [['blue', 'green;rm']], [['', 'green']]])(
  'bad arguments %j are refused before anything is asked',
  async (args) => {
    const { code, text } = await inWorld(script, ...args)
    expect(code).toBe(2)
    expect(text).toMatch(/^blue_green_switch: /)
  },
)
