import { afterEach, expect, test } from 'vitest'
import { readMigration } from '../../src/migrations/file.ts'
import { readFolder } from '../../src/migrations/folder.ts'
import { expandsBefore, standingsOf, toRun } from '../../src/migrations/standing.ts'
import type { Ran } from '../../src/migrations/what-ran.ts'
import { contractHead, migration, type WrittenFolder, writeFolder } from './writing.ts'

let folder: WrittenFolder | undefined
afterEach(() => folder?.remove())

const read = (text: string, phase: 'expand' | 'contract' = 'expand') =>
  readMigration({ phase, name: '0001_a.sql', path: 'a.sql', text })

test('the head of a file says how it runs', () => {
  const text = `-- Why.\n-- transaction: none\n-- statement-timeout: 30min\n\nSELECT 1;\n-- transaction: some`
  expect(read(text)).toMatchObject({
    ok: true,
    migration: { transaction: false, statementTimeoutMs: 1_800_000 },
  })
  expect(read(contractHead, 'contract')).toMatchObject({
    ok: true,
    migration: {
      transaction: true,
      requires: { image: 'loanserve/api', version: 'v1.3.0', namespace: 'loanserve', service: 'api-main' },
    },
  })
})

test.each([
  ['-- transaction: off', 1, 'is not known'],
  ['--\n-- statement-timeout: 30', 2, 'no duration'],
  ['-- allow: ban-drop-column', 1, 'a reason'],
  [contractHead, 1, 'belongs into a contract'],
])('a head that cannot be read is a fault, never passed over: %s', (text, line, why) => {
  expect(read(text)).toEqual({
    ok: false,
    faults: [{ path: 'a.sql', line, why: expect.stringContaining(why) }],
  })
})

test('a contract must say which code does without what it removes', () => {
  for (const text of ['DROP TABLE a;', '-- requires: loanserve/api\nDROP TABLE a;', '-- requires: v1.3.0'])
    expect(read(text, 'contract')).toMatchObject({ ok: false, faults: [{ line: 1 }] })
})

test('line ends change nothing of what a file is', () => {
  const [unix, windows] = [read('SELECT 1;\nSELECT 2;'), read('SELECT 1;\r\nSELECT 2;')]
  expect(windows).toEqual(unix)
})

test('files are in the order of their numbers over both phases; a wrong name and a number given twice are told', async () => {
  folder = await writeFolder({
    'expand/0001_a.sql': 'SELECT 1;',
    'expand/0003_c.sql': 'SELECT 1;',
    'expand/readme.txt': '',
    'contract/0002_b.sql': contractHead,
    'contract/0003_d.sql': contractHead,
  })
  const { migrations, faults } = await readFolder(folder.dir)
  expect(migrations.map(({ name }) => name)).toEqual(['0001_a.sql', '0002_b.sql', '0003_c.sql', '0003_d.sql'])
  expect(faults.map(({ why }) => why)).toEqual([
    expect.stringContaining('not named like a migration'),
    expect.stringContaining('the same number'),
  ])
})

const ranAs = (name: string, checksum: string, finished = true): Ran => ({
  name,
  phase: 'expand',
  checksum,
  startedAt: new Date('2026-01-02'),
  finishedAt: finished ? new Date('2026-01-02') : undefined,
  by: 'tess',
  trafficHasLeft: undefined,
})

test('a file that was changed after it ran does not fit, nor one that is gone, nor one that came too late', () => {
  const [first, second] = [migration('SELECT 1;', { number: 1 }), migration('SELECT 2;', { number: 2 })]
  const fits = standingsOf([first, second], [ranAs(first.name, first.checksum)])
  expect(fits.misfits).toEqual([])
  expect(toRun(fits.standings, 'expand')).toEqual([second])
  const misfits = (...ran: Ran[]) => standingsOf([first, second], ran).misfits.map(({ why }) => why)
  expect(misfits(ranAs(first.name, 'other'))).toEqual([
    expect.stringContaining('changed after it ran on 2026-01-02 by tess'),
  ])
  expect(misfits(ranAs('0000_gone.sql', ''))).toEqual([expect.stringContaining('not in the folder')])
  expect(misfits(ranAs(second.name, second.checksum))).toEqual([
    expect.stringContaining('a higher number ran already'),
  ])
})

test('one that was begun and is not known to have ended is still to run', () => {
  const begun = migration('SELECT 1;')
  const { standings, misfits } = standingsOf([begun], [ranAs(begun.name, begun.checksum, false)])
  expect(misfits).toEqual([])
  expect(standings).toMatchObject([{ kind: 'unfinished' }])
  expect(toRun(standings, 'expand')).toEqual([begun])
})

test('a contract waits for the expands that it builds on, and for no later one', () => {
  const files = [
    migration('SELECT 1;', { number: 1 }),
    migration('', { number: 2, phase: 'contract' }),
    migration('SELECT 1;', { number: 3 }),
  ]
  const { standings } = standingsOf(files, [])
  expect(expandsBefore(standings, toRun(standings, 'contract')).map(({ number }) => number)).toEqual([1])
})
