/** What a slip of the hand gets from the built program. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Scene, setScene } from './program.ts'

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
