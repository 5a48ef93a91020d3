/** The restore from end to end, by the built program: lost rows are back for the users, and nobody has seen the secret. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { connectionEnvironment, readConnection } from '../../src/database/connection.ts'
import { patchSecret, readSecret } from '../../src/database/tools.ts'
import { isLong } from '../long.ts'
import { breakableSteps, breakStep, readRunbook } from './break-step.ts'
import { watchProcesses } from './process-list.ts'
import { ended, type Scene, setScene } from './program.ts'
import { worldShape } from './world-shape.ts'

const source = 'loanserve-prod-aurora'
const target = `${source}-rollback`
const keptKey = `DATABASE_URL_BEFORE_${target}`

let scene: Scene
beforeAll(async () => {
  scene = await setScene({ speed: 100 })
})
afterAll(() => scene.close())

const flags = ['--yes', '--attest', '--on-failure=rollback', '--plain', '-p', 'POLL_SECONDS=1']
const restore = (runbook: string, ...args: string[]) => scene.handrail('run', runbook, ...flags, ...args)

/** The time now as RDS takes it, and a moment after which it has passed. */
async function momentBefore(): Promise<string> {
  const now = new Date().toISOString()
  await new Promise((resolve) => setTimeout(resolve, 50))
  return now
}

async function secretValues(): Promise<Readonly<Record<string, string>>> {
  const text = await scene.kubectl('get', 'secret', 'loanserve-secrets', '-o', 'json')
  const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(JSON.parse(text))
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  )
}

/** psql as the application's user, its connection nowhere on a command line. */
async function psql(sql: string): Promise<string> {
  const read = readConnection((await secretValues()).DATABASE_URL ?? '')
  if (!read.ok) throw new Error(read.why)
  const env = { ...scene.env, ...connectionEnvironment(read.connection, { write: true }) }
  const { code, stdout, stderr } = await ended('psql', ['-XAtc', sql], env)
  expect(code, stderr).toBe(0)
  return stdout.trim()
}

async function aws(what: 'clusters' | 'instances'): Promise<string> {
  const args = ['rds', `describe-db-${what}`, '--output', 'json', '--query']
  const query =
    what === 'clusters'
      ? 'DBClusters[].[DBClusterIdentifier, Status, DeletionProtection]'
      : 'DBInstances[].[DBInstanceIdentifier, DBInstanceStatus]'
  const { code, stdout, stderr } = await ended('aws', [...args, query], scene.env)
  expect(code, stderr).toBe(0)
  return stdout
}

/** All that a restore touches. */
const whole = async () => [await worldShape(scene), await aws('clusters'), await aws('instances')]

const loansShown = async () => {
  const answer = await fetch(`${scene.env.API_URL}/api/loans/metrics`)
  return z.object({ loans: z.object({ total: z.number() }) }).parse(await answer.json()).loans.total
}

test.runIf(isLong)(
  'a time or a name that can’t be had is refused before anything is made',
  async () => {
    const was = await whole()
    const tooEarly = restore('database-restore', '-p', 'RESTORE_TO=2020-01-01T00:00:00Z')
    const now = await momentBefore()
    const local = restore('database-restore', '-p', `RESTORE_TO=${now.slice(0, 19)}`)
    const [early, unzoned] = await Promise.all([tooEarly, local])
    expect(early.stdout).toMatch(/can be restored to any time from \S+Z to \S+Z, in UTC/)
    expect(early.stdout).toContain('before the earliest time that can be restored')
    expect(early.code).toBe(1)
    expect(unzoned.stderr).toContain('RESTORE_TO')
    expect(unzoned.code).toBe(2)

    const [unknown, taken] = await Promise.all([
      restore('database-restore', '-p', `RESTORE_TO=${now}`, '-p', 'CLUSTER=nonesuch'),
      restore('database-restore', '-p', `RESTORE_TO=${now}`, '-p', `NEW_CLUSTER=${source}`),
    ])
    expect(unknown.stderr).toContain('DBCluster nonesuch not found')
    expect(unknown.code).toBe(2)
    expect(taken.stdout).toContain(`The name ${source} is taken`)
    expect(taken.code).toBe(1)
    expect(await whole()).toEqual(was)
  },
  90_000,
)

test.runIf(isLong)(
  'what can’t be done, or is done already, changes nothing and says so',
  async () => {
    const uri = ['--secret', 'loanserve-secrets', '--key', 'DATABASE_URL', '-n', 'loanserve']
    const was = await secretValues()
    const away = await scene.handrail(
      'database',
      'repoint',
      ...uri,
      '--cluster',
      'nonesuch',
      '--keep-as',
      'KEPT',
    )
    expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining('DBCluster nonesuch not found') })
    const there = await scene.handrail(
      'database',
      'repoint',
      ...uri,
      '--cluster',
      source,
      '--keep-as',
      'KEPT',
    )
    expect(there).toMatchObject({ code: 0, stdout: expect.stringContaining('already') })
    const back = await scene.handrail('database', 'point-back', ...uri, '--keep-as', 'KEPT')
    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was changed') })
    const write = await scene.handrail('database', 'psql', ...uri, '--', '-c', 'delete from payments')
    expect(write).toMatchObject({ code: 1, stderr: expect.stringContaining('read-only transaction') })
    expect(await secretValues()).toEqual(was)
  },
  30_000,
)

test.runIf(isLong)('a Secret that somebody else has written in between is left as it is', async () => {
  vi.stubEnv('KUBECONFIG', scene.env.KUBECONFIG ?? '')
  vi.stubEnv('PATH', scene.env.PATH ?? '')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const place = { name: 'loanserve-secrets', namespace: 'loanserve' }
  const { resourceVersion, values } = await readSecret(place)
  await scene.kubectl('label', 'secret', place.name, 'somebody=else')
  const patch = {
    metadata: { resourceVersion, annotations: {} },
    stringData: { DATABASE_URL: 'postgres://x' },
  }
  await expect(patchSecret(place, patch)).rejects.toThrow(/the object has been modified/)
  expect((await readSecret(place)).values).toEqual(values)
})

test.runIf(isLong)(
  'lost rows are back for the users, and the secret’s value appears nowhere',
  async () => {
    const { DATABASE_URL: old = '' } = await secretValues()
    const good = await momentBefore()
    // Users go on paying meanwhile.
    const alone = 'begin; lock table payments in share row exclusive mode'
    await psql(`${alone}; delete from payments; delete from loans where id > 'LN-10100'; commit`)
    await expect.poll(loansShown).toBe(100)

    const processes = watchProcesses()
    const check = 'CHECK_SQL=select count(*) = 1200 from loans'
    const { code, stdout, stderr } = await restore(
      'database-restore',
      '-p',
      `RESTORE_TO=${good}`,
      '-p',
      check,
    )
    const commandLines = await processes.stop()
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/what was written in these .+ is not in the restored data/)
    expect(await loansShown()).toBe(1200)

    // The address alone is another; the value of before is kept beside it.
    const { DATABASE_URL: led = '', [keptKey]: kept } = await secretValues()
    expect(kept).toBe(old)
    expect(led).not.toBe(old)
    expect(led.replace(new URL(led).port, new URL(old).port)).toBe(old)

    const secrets = [old, led, new URL(old).password].flatMap((value) => [
      value,
      Buffer.from(value).toString('base64'),
      encodeURIComponent(value),
    ])
    const state = scene.env.HANDRAIL_STATE_DIR ?? ''
    const entries = await readdir(state, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
    expect(texts.some((text) => text.includes('leads to 127.0.0.1:'))).toBe(true)
    const lines = [...commandLines]
    // The list is looked at every 20 ms: of the commands that had the value in hand at least one was seen.
    const inHand = /kubectl patch secret loanserve-secrets .*--patch-file|psql -X -Atc select count/
    if (process.platform === 'linux') expect(lines.some((line) => inHand.test(line))).toBe(true)
    for (const secret of secrets) {
      expect([stdout, stderr, ...texts].filter((text) => text.includes(secret))).toEqual([])
      expect(lines.filter((line) => line.includes(secret))).toEqual([])
    }
  },
  120_000,
)

test.runIf(isLong)(
  'the old cluster goes only by a word of its own, after a last snapshot',
  async () => {
    const cleanup = ['run', 'database-cleanup', '--yes', '--attest', '--plain', '-p', 'POLL_SECONDS=1']
    const inUse = await scene.handrail(...cleanup, '-p', `OLD_CLUSTER=${target}`, '--confirm', 'delete')
    expect(inUse).toMatchObject({ code: 1, stdout: expect.stringContaining('Nothing was deleted.') })
    const unsaid = await scene.handrail(...cleanup, '-p', `OLD_CLUSTER=${source}`)
    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringContaining('--confirm=delete') })
    expect(await aws('clusters')).toContain(`"${source}"`)

    const words = ['--confirm', 'delete', '--confirm', 'forget']
    const { code, stdout, stderr } = await scene.handrail(...cleanup, '-p', `OLD_CLUSTER=${source}`, ...words)
    expect(code, stdout + stderr).toBe(0)
    expect(await aws('clusters')).not.toContain(`"${source}"`)
    expect(Object.keys(await secretValues())).toEqual(['DATABASE_URL'])
    expect(await loansShown()).toBe(1200)
  },
  120_000,
)

test.runIf(isLong)(
  'whatever step fails after it has done its work, the rollback brings the world back',
  async () => {
    const other = await setScene({ speed: 100 })
    const mine = scene
    scene = other
    const scratch = await mkdtemp(join(tmpdir(), 'handrail-restore-'))
    try {
      const markdown = await readFile(
        fileURLToPath(new URL('../../runbooks/database-restore.md', import.meta.url)),
        'utf8',
      )
      const runbook = readRunbook(markdown, 'database-restore.md')
      const all = runbook.phases.flatMap(({ steps }) => steps)
      const file = join(scratch, 'database-restore.md')
      const good = await momentBefore()
      const was = await whole()
      for (const step of breakableSteps(runbook)) {
        await writeFile(file, breakStep(markdown, step))
        const { code, stdout, stderr } = await restore(file, '-p', `RESTORE_TO=${good}`)
        const changed = all.slice(0, all.indexOf(step) + 1).some(({ undo }) => undo !== undefined)
        expect(code, step.id + stdout + stderr).toBe(changed ? 3 : 1)
        await expect.poll(whole, { timeout: 20_000, message: step.id }).toEqual(was)
      }
    } finally {
      scene = mine
      await other.close()
      await rm(scratch, { recursive: true, force: true })
    }
  },
  1_500_000,
)

test.runIf(isLong)(
  'the night of the dropped column is handled by this runbook without a fault',
  async () => {
    const script = `
    seen=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
    while curl -fs "$API_URL/api/loans/metrics" > /dev/null; do
      good=$seen; seen=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ); sleep 0.1
    done
    handrail run database-restore --yes --attest --plain -p POLL_SECONDS=1 -p "RESTORE_TO=$good" && sleep 2`
    const night = [
      'world',
      '--scenario',
      'dropped-data',
      '--seed',
      '3',
      '--speed',
      '30',
      '--',
      'bash',
      '-c',
      script,
    ]
    const { code, stdout, stderr } = await scene.handrail(...night)
    expect(code, stdout + stderr).toBe(0)
    expect(stderr).toMatch(/100 of 100: excellent/)
  },
  120_000,
)
