/** The output that a screen holds, copied to a file: whole, private, and never over another file. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyOutput } from '../../src/commands/copy-output.ts'
import type { BlockOutput } from '../../src/run/session.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handrail-copy-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const output: BlockOutput = {
  step: 'ship',
  role: 'command',
  dropped: 0,
  lines: [
    { stream: 'stdout', text: 'deployment.apps/api-green image updated' },
    { stream: 'stderr', text: 'error: timed out' },
  ],
}

test('every line goes into a file that only its owner reads, and it is said where', async () => {
  const path = join(directory, 'out.txt')
  expect(await copyOutput(path, output, '/record')).toBe(`2 lines are in ${path}`)
  expect(await readFile(path, 'utf8')).toBe('deployment.apps/api-green image updated\nerror: timed out\n')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('lines that the screen let go are counted, and where they are is said', async () => {
  const path = join(directory, 'out.txt')
  await copyOutput(path, { ...output, dropped: 12_345 }, '/record')
  expect((await readFile(path, 'utf8')).split('\n')[0]).toBe(
    '… 12,345 older lines are not in this copy; the record is in /record …',
  )
})

test('a file that is there is left as it is, and a folder that is not there is told', async () => {
  const path = join(directory, 'taken.txt')
  await writeFile(path, 'mine')
  expect(await copyOutput(path, output, '/record')).toBe(
    `Nothing was written: ${path} is there already. Press c and give another name.`,
  )
  expect(await readFile(path, 'utf8')).toBe('mine')
  expect(await copyOutput(join(directory, 'no', 'out.txt'), output, '/record')).toMatch(
    /^Nothing was written to .*no such file or directory/,
  )
})
