/** The team's copy of the record in a real PostgreSQL, shipped by the built program. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, type Postgres, startPostgres } from '../postgres.ts'
import { ended, recordsOf } from './program.ts'
import { bin } from './terminal.ts'

let postgres: Postgres
let folder: string
beforeAll(async () => {
  postgres = await startPostgres()
  folder = await mkdtemp(join(tmpdir(), 'handrail-ship-'))
  const step = '### Say it\n```sh\necho hello\n```\n### Say more\n```sh {name=more}\necho more\n```\n'
  await writeFile(
    join(folder, 'small.md'),
    `---\ntitle: Small\nkind: troubleshooting\n---\n# Small\n## P\n${step}`,
  )
})
afterAll(async () => {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

function handrail(state: string, databaseUrl: string, ...args: string[]) {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    KUBECONFIG: join(folder, 'none'),
    HANDRAIL_STATE_DIR: join(folder, state),
    HANDRAIL_DATABASE_URL: databaseUrl,
  }
  return ended(process.execPath, [bin, ...args], env)
}

async function shipped(run: string): Promise<readonly number[]> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  try {
    const { rows } = await client.query('select seq from handrail_records where run = $1 order by seq', [run])
    return rows.map(({ seq }) => Number(seq))
  } finally {
    await client.end()
  }
}

test('a run ships its records as it goes, each once, and shipping again adds none', async () => {
  const { code, stdout, stderr } = await handrail(
    'here',
    postgres.url,
    'run',
    join(folder, 'small.md'),
    '--yes',
    '-o',
    'json',
  )
  expect(code, stderr).toBe(0)
  const records = recordsOf(stdout)
  const run = records[0]?.run ?? ''
  expect(await shipped(run)).toEqual(records.map(({ seq }) => seq))
  const again = await handrail('here', postgres.url, 'audit', 'ship')
  expect(again.stdout).toContain(`${run}: 0 shipped, ${records.length} there already`)
  expect(await shipped(run)).toHaveLength(records.length)
})

test('a database that is down stops no run, and what it missed is shipped later', async () => {
  const away = `postgres://handrail:hunter2@127.0.0.1:${await freePort()}/runs`
  const args = ['run', join(folder, 'small.md'), '--yes', '-o', 'json']
  const { code, stdout, stderr } = await handrail('away', away, ...args)
  expect(code, stderr).toBe(0)
  const run = recordsOf(stdout)[0]?.run ?? ''
  const later = await handrail('away', postgres.url, 'audit', 'ship')
  expect(later.code, later.stderr).toBe(0)
  expect(await shipped(run)).toHaveLength(recordsOf(stdout).length)
  const still = await handrail('away', away, 'audit', 'ship')
  expect(still.code).toBe(1)
  expect(still.stderr).toContain('Not everything was shipped')
  expect(still.stdout + still.stderr).not.toContain('hunter2')
})
