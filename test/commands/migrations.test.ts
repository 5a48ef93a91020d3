import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { judge } from '../../src/migrations/judge.ts'
import { type FreshDatabase, freshDatabase, until } from '../migrations/fresh-database.ts'
import { contractHead, migration, type WrittenFolder, writeFolder } from '../migrations/writing.ts'
import { type Postgres, startPostgres } from '../postgres.ts'

let server: Postgres
let database: FreshDatabase
let folder: WrittenFolder
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())
beforeEach(async () => {
  database = await freshDatabase(server)
  folder = await writeFolder({})
})
afterEach(async () => {
  await database.close()
  await folder.remove()
})

const start = (command: string, ...args: string[]) =>
  database.handrail('migrations', command, '--dir', folder.dir, ...args)
const run = (command: string, ...args: string[]) => start(command, ...args).ended
const hasColumn = async (table: string, column: string) =>
  (
    await database.rows(
      `select 1 from information_schema.columns where table_name = '${table}' and column_name = '${column}'`,
    )
  ).length === 1

const addNote = { 'expand/0001_note.sql': 'ALTER TABLE loans ADD COLUMN note text;' }
const unique =
  '-- transaction: none\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS loans_note ON loans (note);\n'

test('an expand runs once, and the table of what ran knows who, when and what', async () => {
  await folder.write({ ...addNote, 'expand/0002_unique.sql': unique })
  const before = await run('check')
  expect(await run('check', '--ran', 'expand')).toMatchObject({
    code: 1,
    printed: expect.stringContaining('0001_note.sql: has not run'),
  })
  expect(before).toMatchObject({ code: 0, printed: expect.stringContaining('0001_note.sql  pending') })
  expect(await database.rows("select to_regclass('handrail_migrations')::text")).toEqual([[null]])

  expect(await run('expand')).toMatchObject({ code: 0, printed: expect.stringContaining('2 ran in') })
  expect(
    await database.rows(
      'select name, phase, length(checksum), run_by, finished_at >= started_at from handrail_migrations order by name',
    ),
  ).toEqual([
    ['0001_note.sql', 'expand', 64, 'tess', true],
    ['0002_unique.sql', 'expand', 64, 'tess', true],
  ])
  expect(await run('expand')).toMatchObject({ code: 0, printed: expect.stringContaining('nothing to run') })
  const after = await run('check', '--ran', 'expand')
  expect(after.code).toBe(0)
  expect(after.printed).toMatch(/✓ 0001_note.sql {2}ran \S+ \S+ by tess/)
})

test('one that fails half-way leaves nothing of itself, and those before it stay', async () => {
  await folder.write({
    ...addNote,
    'expand/0002_half.sql':
      'ALTER TABLE loans ADD COLUMN half text;\n\nALTER TABLE nowhere ADD COLUMN half text;',
    'expand/0003_later.sql': 'ALTER TABLE loans ADD COLUMN later text;',
  })
  const { code, printed } = await run('expand')
  expect(code).toBe(1)
  expect(printed).toMatch(/0002_half\.sql(:3)?: relation "nowhere" does not exist/)
  expect(printed).toContain('Nothing of this file was changed.')
  expect(printed).toContain('Done before it, and staying: 0001_note.sql.')
  expect(printed).toContain('Not begun: 0003_later.sql.')
  expect(await hasColumn('loans', 'half')).toBe(false)
  expect(await database.rows('select name from handrail_migrations')).toEqual([['0001_note.sql']])
})

test('a file that was changed after it ran is an error, and nothing runs', async () => {
  await folder.write(addNote)
  await run('expand')
  await folder.write({
    'expand/0001_note.sql': 'ALTER TABLE loans ADD COLUMN remark text;',
    'expand/0002_b.sql': 'ALTER TABLE loans ADD COLUMN b text;',
  })
  expect(await run('check')).toMatchObject({
    code: 1,
    printed: expect.stringContaining('changed after it ran'),
  })
  expect(await run('expand')).toMatchObject({
    code: 4,
    printed: expect.stringContaining('changed after it ran'),
  })
  expect(await hasColumn('loans', 'b')).toBe(false)
})

test('an unsafe file is refused with its line and the safe way before any other runs', async () => {
  await folder.write({
    ...addNote,
    'expand/0002_drop.sql': '-- Away.\nALTER TABLE loans DROP COLUMN legacy_status;',
  })
  const checked = await run('check', '--offline')
  expect(checked.code).toBe(1)
  expect(checked.printed).toContain('expand/0002_drop.sql:2: ban-drop-column: ')
  expect(checked.printed).toMatch(
    /Instead, a file in contract\/:\n\s+-- requires: .*\n\s+ALTER TABLE loans DROP COLUMN legacy_status;/,
  )
  expect((await run('check')).code).toBe(1)
  expect((await run('expand')).code).toBe(4)
  expect(await hasColumn('loans', 'note')).toBe(false)
})

test('the recipe for each dangerous statement is accepted and runs', async () => {
  const dangerous = [
    'ALTER TABLE loans RENAME COLUMN opened_on TO begun_on',
    'ALTER TABLE loans ADD COLUMN region text NOT NULL',
    'ALTER TABLE loans ADD COLUMN token uuid DEFAULT gen_random_uuid()',
    'CREATE INDEX loans_status ON loans (status)',
    'ALTER TABLE loans ADD CONSTRAINT opened CHECK (opened_on > date $$1990-01-01$$)',
    'ALTER TABLE payments ADD CONSTRAINT loan FOREIGN KEY (loan_id) REFERENCES loans (id)',
    'ALTER TABLE borrowers ADD CONSTRAINT borrowers_named_once UNIQUE (name)',
    'ALTER TABLE loans ADD CONSTRAINT c NOT NULL next_payment_on',
    'ALTER TABLE payments ADD COLUMN fee int CHECK (fee > 0)',
  ]
  const files: Record<string, string> = {}
  for (const sql of dangerous) {
    const [finding] = await judge([migration(`${sql};`)])
    for (const { phase, sql: safe } of finding?.recipe ?? []) {
      const number = String(Object.keys(files).length + 1).padStart(4, '0')
      if (phase === 'expand') files[`expand/${number}_recipe.sql`] = filled(safe)
    }
  }
  expect(Object.keys(files).length).toBeGreaterThan(15)
  await database.rows("update loans set next_payment_on = '2026-02-01'")
  await folder.write(files)
  const { code, printed } = await run('expand')
  expect(code, printed).toBe(0)
  expect(
    await database.rows("select indisvalid from pg_index where indexrelid = 'loans_status'::regclass"),
  ).toEqual([[true]])
})

/** What a recipe leaves to its author. */
function filled(sql: string): string {
  return sql
    .replaceAll('«constant»', "'x'")
    .replaceAll('«expression»', 'gen_random_uuid()')
    .replaceAll('«condition»', 'fee > 0')
    .replaceAll('«type»', 'date')
}

describe('other people in the database', () => {
  test('who holds a lock is named, with the query, and nobody waited long', async () => {
    await folder.write(addNote)
    const other = await database.connect('monthly-report')
    await other.query('begin; lock table loans in access share mode')
    await other.query('select count(*) from loans')
    const { code, printed } = await run('expand', '--lock-timeout', '0.4', '--tries', '2')
    expect(code).toBe(1)
    expect(printed).toContain('got no lock in 2 tries')
    expect(printed).toMatch(
      /in the way: process \d+ of handrail \(monthly-report\), idle in transaction for \d+ s: select count\(\*\) from loans/,
    )
    expect(printed).toContain('Nothing of this file was changed.')
    expect(await hasColumn('loans', 'note')).toBe(false)
    await other.query('commit')
    expect((await run('expand')).code).toBe(0)
  })

  test('it tries again by itself once the lock is free', async () => {
    await folder.write(addNote)
    const other = await database.connect()
    await other.query('begin; lock table loans')
    const running = start('expand', '--lock-timeout', '0.3')
    await until('a second try', () => running.printed().includes('try 2 of 5'))
    await other.query('commit')
    expect((await running.ended).code).toBe(0)
  })

  test('two runners never meet: the second is refused, with who the first is', async () => {
    await folder.write(addNote)
    const other = await database.connect()
    await other.query('begin; lock table loans')
    const first = start('expand', '--lock-timeout', '30')
    await until('the first waits', () => first.printed().includes('waits for'))
    const second = await run('expand')
    expect(second.code).toBe(4)
    expect(second.printed).toContain('(handrail migrations expand by tess)')
    expect(second.printed).toContain('Nothing was changed.')
    await other.query('commit')
    expect((await first.ended).code).toBe(0)
    expect(await run('expand')).toMatchObject({ code: 0, printed: expect.stringContaining('nothing to run') })
  })

  test('killed in the midst of a file, it leaves nothing, and its lock is free at once', async () => {
    await folder.write({
      'expand/0001_two.sql': 'ALTER TABLE borrowers ADD COLUMN a text;\nALTER TABLE loans ADD COLUMN a text;',
    })
    const other = await database.connect()
    await other.query('begin; lock table loans')
    const killed = start('expand', '--lock-timeout', '30')
    await until('it waits for its second statement', () => killed.printed().includes('waits for'))
    killed.child.kill('SIGKILL')
    await killed.ended
    await until(
      'the server has ended it',
      async () => (await database.rows("select from pg_locks where locktype = 'advisory'")).length === 0,
    )
    expect(await hasColumn('borrowers', 'a')).toBe(false)
    await other.query('commit')
    expect((await run('expand')).code).toBe(0)
    expect(await hasColumn('borrowers', 'a')).toBe(true)
  })

  test('killed while it builds an index, the INVALID one is told, and dropped by the next run', async () => {
    await folder.write({
      'expand/0001_index.sql': unique.replaceAll('note', 'opened_on').replace('UNIQUE ', ''),
    })
    const other = await database.connect()
    // CREATE INDEX CONCURRENTLY waits for every transaction that has changed the table.
    await other.query("begin; update loans set status = status where id = 'LN-1'")
    const killed = start('expand')
    await until('it waits', () => killed.printed().includes('waits for'))
    killed.child.kill('SIGKILL')
    await until(
      'the server has ended it',
      async () => (await database.rows("select from pg_locks where locktype = 'advisory'")).length === 0,
    )
    const valid = "select indisvalid from pg_index where indexrelid = 'loans_opened_on'::regclass"
    expect(await database.rows(valid)).toEqual([[false]])
    expect(await run('check')).toMatchObject({
      code: 1,
      printed: expect.stringContaining('not known to have ended'),
    })
    await other.query('commit')
    const again = await run('expand')
    expect(again).toMatchObject({ code: 0, printed: expect.stringContaining('drops the INVALID index') })
    expect(await database.rows(valid)).toEqual([[true]])
    expect((await run('check')).code).toBe(0)
  })
})

test('an index that cannot be built leaves an INVALID one: it is told, and dropped by the next run', async () => {
  await folder.write({ 'expand/0001_unique.sql': unique.replaceAll('note', 'status') })
  const failed = await run('expand')
  expect(failed.code).toBe(1)
  expect(failed.printed).toContain('could not create unique index "loans_status"')
  expect(failed.printed).toContain('It left the INVALID index public.loans_status')
  await folder.write({
    'expand/0001_unique.sql': unique.replace('loans_note', 'loans_status').replace('(note)', '(id, status)'),
  })
  expect(await run('expand')).toMatchObject({
    code: 0,
    printed: expect.stringContaining('drops the INVALID index public.loans_status'),
  })
  expect(
    await database.rows("select indisvalid from pg_index where indexrelid = 'loans_status'::regclass"),
  ).toEqual([[true]])
})

test('a statement that takes too long is ended, and what to do is said', async () => {
  const sleeps = `-- statement-timeout: 100ms
-- allow: nobody-can-tell because this one only sleeps
SELECT pg_sleep(60);`
  await folder.write({ 'expand/0001_sleep.sql': sleeps })
  const { code, printed } = await run('expand')
  expect(code).toBe(1)
  expect(printed).toContain('nobody-can-tell, allowed by its author: this one only sleeps')
  expect(printed).toContain('statement-timeout: 30min')
})

test('a dry run prints the plan and the SQL, and changes nothing', async () => {
  await folder.write(addNote)
  const { code, printed } = await run('expand', '--dry-run')
  expect(code).toBe(0)
  expect(printed).toContain('ALTER TABLE loans ADD COLUMN note text;')
  expect(await database.rows("select to_regclass('handrail_migrations')::text")).toEqual([[null]])
  expect(await hasColumn('loans', 'note')).toBe(false)
})

describe('a contract', () => {
  const drop = { 'contract/0002_drop.sql': `${contractHead}\nALTER TABLE loans DROP COLUMN legacy_status;` }

  test('waits for the expands before it', async () => {
    await folder.write({ ...addNote, ...drop })
    expect(await run('contract')).toMatchObject({
      code: 4,
      printed: expect.stringContaining('first handrail migrations expand'),
    })
  })

  test('is refused where no cluster answers, and a reason stands in for the answer, on record', async () => {
    await folder.write(drop)
    const refused = await run('contract')
    expect(refused.code).toBe(4)
    expect(refused.printed).toContain('The cluster did not say which code has the traffic')
    expect(await hasColumn('loans', 'legacy_status')).toBe(true)
    expect((await run('contract', '--traffic-has-left', 'so')).code).toBe(2)
    const reason = 'the cluster of the old version is gone'
    expect((await run('contract', '--traffic-has-left', reason)).code).toBe(0)
    expect(await database.rows('select traffic_has_left from handrail_migrations')).toEqual([[reason]])
    expect(await hasColumn('loans', 'legacy_status')).toBe(false)
    expect((await run('check')).printed).toContain(reason)
  })
})

test('the password of DATABASE_URL is nowhere, whatever fails', async () => {
  await folder.write(addNote)
  const wrong = server.url.replace(server.password, 'geheim%20pass').replace(/postgres$/, 'nowhere')
  const urls = [
    wrong,
    'postgres://app:geheim%20pass@127.0.0.1:1/x',
    'postgres://app:geheim%20pass@127.0.0.1:port/x',
  ]
  for (const url of urls) {
    const failed = database.handrailOn(url, 'migrations', 'check', '--dir', folder.dir)
    const { code, printed } = await failed.ended
    expect(code).toBe(2)
    expect(printed).toContain("can't be asked")
    expect(printed).not.toMatch(/geheim/)
  }
})
