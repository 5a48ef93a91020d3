import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missingTools } from '../../src/commands/missing-tools.ts'
import { practiceTools, toolCache } from '../../src/commands/practice-tools.ts'
import { parseRunbook } from '../../src/runbook/parse.ts'
import { which } from '../../src/shell/which.ts'

const run = promisify(execFile)
const onLinux = process.platform === 'linux' && process.arch === 'x64'
const path = process.env.PATH ?? ''
const called = new Set(['kubectl', 'aws'])
const hasPython = which('python3', path) !== undefined

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'handrail-test-tools-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

test.runIf(onLinux)(
  'two processes that unpack at once both end up with a kubectl that runs, and the second time is free',
  async () => {
    const cache = join(scratch, 'together')
    const lines: string[] = []
    const options = { path: '/nowhere', cache, called, onProgress: (line: string) => void lines.push(line) }
    const both = await Promise.all([practiceTools(options), practiceTools(options)])
    expect(lines).toContain('unpacking kubectl 1.35 for practice (58 MB)…')
    for (const { directories, missing } of both) {
      expect(directories).toHaveLength(1)
      expect(missing).toEqual([expect.stringMatching(/^aws: python3 is not on the PATH/)])
      const { stdout } = await run(join(directories[0] ?? '', 'kubectl'), ['version', '--client'])
      expect(stdout).toMatch(/Client Version: v1\.35\./)
    }
    expect(await readdir(cache)).toEqual([expect.stringMatching(/^kubectl-[\d.]+$/)])
    lines.length = 0
    expect((await practiceTools(options)).directories).toEqual(both[0]?.directories)
    expect(lines).toEqual([])
  },
)

test.runIf(hasPython)('the aws CLI from its package runs with the python3 of the PATH', async () => {
  const cache = join(scratch, 'aws')
  const bin = join(scratch, 'bin')
  const { stdout: python } = await run('python3', ['-c', 'import sys; print(sys.executable)'])
  await mkdir(bin, { recursive: true })
  await symlink(python.trim(), join(bin, 'python3'))
  const { directories } = await practiceTools({ path: bin, cache, called, onProgress: () => {} })
  const aws = directories.find((directory) => directory.includes('/aws-'))
  const env = { PATH: [bin, '/usr/bin', '/bin'].join(delimiter) }
  const { stdout, stderr } = await run(join(aws ?? '', 'aws'), ['--version'], { env })
  expect(stdout + stderr).toMatch(/^aws-cli\/1\./)
})

test('what an unpacking left behind when it was killed is cleared away after an hour', async () => {
  const cache = join(scratch, 'leftovers')
  const old = join(cache, 'kubectl-1.0.0.tmp-old')
  const fresh = join(cache, 'kubectl-1.0.0.tmp-new')
  for (const directory of [old, fresh]) await mkdir(directory, { recursive: true })
  const twoHoursAgo = Date.now() / 1000 - 7200
  await utimes(old, twoHoursAgo, twoHoursAgo)
  await practiceTools({ path: '/nowhere', cache, called, onProgress: () => {} })
  const names = await readdir(cache)
  if (onLinux) expect(names).not.toContain('kubectl-1.0.0.tmp-old')
  expect(names).toContain('kubectl-1.0.0.tmp-new')
})

test('what is on the PATH is used as it is', async () => {
  const bin = join(scratch, 'own')
  await mkdir(bin)
  for (const tool of ['kubectl', 'aws']) await symlink(process.execPath, join(bin, tool))
  const cache = join(scratch, 'untouched')
  expect(await practiceTools({ path: bin, cache, called, onProgress: () => {} })).toEqual({
    directories: [],
    missing: [],
  })
  await expect(readdir(cache)).rejects.toThrow('ENOENT')
})

test('the cache follows XDG_CACHE_HOME where that is absolute', () => {
  expect(toolCache({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/handrail/tools')
  expect(toolCache({ XDG_CACHE_HOME: 'here' })).toMatch(/\/\.cache\/handrail\/tools$/)
})

test('a tool that nothing calls stays packed', async () => {
  const options = {
    path: '/nowhere',
    cache: join(scratch, 'none'),
    called: new Set<string>(),
    onProgress: () => {},
  }
  expect(await practiceTools(options)).toEqual({ directories: [], missing: [] })
})

test('each missing tool that a runbook calls is told once, with what to do', () => {
  const parsed = parseRunbook(
    '# T\n## P\n```sh\nkubectl get pods | jq .\npsql -c "select 1"; curl localhost\nkubectl version; mine\n```\n',
    't.md',
  )
  if (!parsed.ok) throw new Error('the runbook of the test is no runbook')
  const told = missingTools(parsed.runbook, '/nowhere')
  expect(told.map((sentence) => sentence.split(' ')[0])).toEqual(['kubectl', 'psql', 'curl'])
  for (const sentence of told) expect(sentence).toMatch(/is not on your PATH.*(nstall|comes with)/)
})
