/** What is left of a run whose process was killed, and how it goes on. */
import { spawn, spawnSync } from 'node:child_process'
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
  const { child, exited } = deploy(600)
  const live = () => scene.kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector.color}')
  await expect.poll(live, { timeout: 40_000, interval: 200 }).toBe('green')
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
  // What the killed program had left running was ended before anything else.
  const { endedProcess } = records.findLast(({ type }) => type === 'run.resumed')?.data ?? {}
  expect(endedProcess).toBe(records.findLast(({ type }) => type === 'block.process')?.data.pid)
  expect(isAlive(Number(endedProcess))).toBe(false)
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
  const { child, exited } = deploy(600)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const second = await scene.handrail('resume', '--yes')
  expect(second.stderr).toContain('tess')
  expect(second.code).toBe(4)
  child.kill('SIGINT')
  expect(await exited).toBe(130)
})

/** Starts the deployment and goes on; `exited` gives its exit code. */
function deploy(drainSeconds: number) {
  const parameters = ['-p', 'IMAGE=loanserve/api:v1.2.3', '-p', `DRAIN_SECONDS=${drainSeconds}`]
  const child = spawn(
    process.execPath,
    [bin, 'run', 'deploy', '--yes', '--attest', ...parameters, '-o', 'json'],
    {
      env: scene.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  child.stdout.resume()
  return { child, exited: new Promise((resolve) => child.on('exit', resolve)) }
}

/** Whether the process still runs: one that was ended and that nobody has asked for is a zombie. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}

async function journal({ env }: Scene): Promise<string> {
  const runs = join(env.HANDRAIL_STATE_DIR ?? '', 'runs')
  const [run = ''] = await readdir(runs)
  return readFile(join(runs, run, 'journal.jsonl'), 'utf8')
}
