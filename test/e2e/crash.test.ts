/** What is left of a run whose process was killed, and how it goes on. */
import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordsOf, type Scene, setScene } from './program.ts'
import { bin } from './terminal.ts'

let scene: Scene
beforeEach(async () => {
  scene = await setScene()
})
afterEach(() => scene.close())

test('killed while a block runs, the run resumes with that step unknown, and no command runs twice', async () => {
  // A drain of ten minutes keeps the switch's block running until the program is killed.
  const args = [
    'run',
    'deploy',
    '--yes',
    '--attest',
    '-p',
    'IMAGE=loanserve/api:v1.2.3',
    '-p',
    'DRAIN_SECONDS=600',
  ]
  const child = spawn(process.execPath, [bin, ...args, '-o', 'json'], {
    env: scene.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.on('exit', resolve))
  await new Promise<void>((resolve, reject) => {
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text
      // The selector has been moved by now; the script drains.
      const patched = printed
        .split('\n')
        .some((line) => line.includes('"patch"') && line.includes('"switch"'))
      if (patched) resolve()
    })
    child.on('exit', () => reject(new Error(`ended too early:\n${printed}`)))
  })
  child.kill('SIGKILL')
  await exited

  const resumed = await scene.handrail('resume', '--yes', '--attest', '-o', 'json')
  expect(resumed.code, resumed.stderr).toBe(5)

  const records = recordsOf(await journal(scene))
  const announced = records
    .filter(({ type }) => type === 'command.announced')
    .map(({ data }) => JSON.stringify([data.step, data.role, data.argv]))
  const changes = announced.filter((command) => /"(set|scale|patch)"/.test(command))
  expect(new Set(changes).size).toBe(changes.length)
  const blocks = records.filter(({ type, data }) => type === 'block.started' && data.step === 'switch')
  expect(blocks).toHaveLength(1)
  expect(records.at(-1)?.type).toBe('run.resumed')

  const rolledBack = await scene.handrail('resume', '--yes', '--attest', '--on-failure=rollback')
  expect(rolledBack.code, rolledBack.stdout).toBe(3)
  expect(await scene.kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector.color}')).toBe(
    'blue',
  )
  expect((await scene.handrail('audit', 'verify')).stdout).toContain('complete')
})

test('a run that somebody drives is not driven by a second one', async () => {
  const args = [
    'run',
    'deploy',
    '--yes',
    '--attest',
    '-p',
    'IMAGE=loanserve/api:v1.2.3',
    '-p',
    'DRAIN_SECONDS=600',
  ]
  const child = spawn(process.execPath, [bin, ...args, '-o', 'json'], {
    env: scene.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.on('exit', resolve))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const second = await scene.handrail('resume', '--yes')
  expect(second.stderr).toContain('tess')
  expect(second.code).toBe(4)
  child.kill('SIGINT')
  expect(await exited).toBe(130)
})

async function journal({ env }: Scene): Promise<string> {
  const runs = join(env.HANDRAIL_STATE_DIR ?? '', 'runs')
  const [run = ''] = await readdir(runs)
  return readFile(join(runs, run, 'journal.jsonl'), 'utf8')
}
