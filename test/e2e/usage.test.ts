/** What a slip of the hand gets from the built program. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Scene, setScene } from './program.ts'
import { bin } from './terminal.ts'

let scene: Scene
beforeAll(async () => {
  scene = await setScene()
})
afterAll(() => scene.close())

test.each([
  [['run', 'nonsense'], 'there is no runbook "nonsense"'],
  [['run', 'deploy', '-p', 'IMAGE'], 'NAME=VALUE'],
  [['run', 'deploy', '-p', 'IMAGE=bad image', '--yes'], 'does not match'],
  [['run', 'deploy', '-p', 'IMGAE=x:1', '--yes'], 'IMGAE'],
  [['run', './no/such.md'], "can't be read"],
  [['resume'], 'no run that could be resumed'],
  [['--nonsense'], 'unknown option'],
])('bad usage %j ends 2 with a sentence, not a stack trace', async (args, sentence) => {
  const { code, stderr } = await scene.handrail(...args)
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(code).toBe(2)
  // Nothing is left behind either.
  expect((await scene.handrail('runs')).stdout).not.toContain('deploy-')
})

test('a reader that has had enough leaves the run as it stands, and is told of no defect', async () => {
  const args = [bin, 'run', 'deploy', '--plain', '--yes', '--attest', '-p', 'IMAGE=loanserve/api:v1.2.3']
  const child = spawn(process.execPath, args, { env: scene.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const complaints = text(child.stderr)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stdout.once('data', () => child.stdout.destroy())
  expect(await ended).toBe(130)
  expect(await complaints).toMatch(/^\s*The run is left as it stands\. Go on with: handrail resume \S+\s*$/)
  expect((await scene.handrail('runs')).stdout).toMatch(/deploy-\S+\s+open/)
})
