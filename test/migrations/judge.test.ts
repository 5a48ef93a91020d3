import { describe, expect, test } from 'vitest'
import type { Phase } from '../../src/migrations/file.ts'
import { isRefused, judge } from '../../src/migrations/judge.ts'
import { migration } from './writing.ts'

async function rulesBroken(
  sql: string,
  phase: Phase = 'expand',
  serverVersion?: string,
): Promise<readonly string[]> {
  const findings = await judge(
    [migration(sql, { phase })],
    serverVersion === undefined ? {} : { serverVersion },
  )
  return findings.filter(isRefused).map(({ rule }) => rule)
}

describe('what the guide calls dangerous is refused in an expand', () => {
  test.each([
    ['DROP COLUMN', 'ALTER TABLE loans DROP COLUMN legacy_status;', 'ban-drop-column'],
    ['RENAME COLUMN', 'ALTER TABLE loans RENAME COLUMN status TO state;', 'renaming-column'],
    [
      'a changed type',
      'ALTER TABLE loans ALTER COLUMN principal_cents TYPE numeric;',
      'changing-column-type',
    ],
    ['int to bigint', 'ALTER TABLE loans ALTER COLUMN borrower_id TYPE bigint;', 'changing-column-type'],
    ['text to varchar(50)', 'ALTER TABLE loans ALTER status TYPE varchar(50);', 'changing-column-type'],
    ['NOT NULL without a default', 'ALTER TABLE loans ADD COLUMN a text NOT NULL;', 'adding-required-field'],
    [
      'NOT NULL DEFAULT NULL',
      'ALTER TABLE loans ADD COLUMN a text NOT NULL DEFAULT NULL;',
      'adding-required-field',
    ],
    [
      'SET NOT NULL',
      'ALTER TABLE loans ALTER COLUMN next_payment_on SET NOT NULL;',
      'adding-not-nullable-field',
    ],
  ])('%s', async (_, sql, rule) => {
    const [finding, ...more] = await judge([migration(`-- why\n\n${sql}`)])
    expect(more).toEqual([])
    expect(finding).toMatchObject({ rule, path: 'expand/0001_expand.sql', line: 3 })
    expect(finding?.recipe).not.toEqual([])
    expect(finding && isRefused(finding)).toBe(true)
  })
})

describe('what the guide calls safe', () => {
  test.each([
    ["the guide's own example", 'ALTER TABLE loans ADD COLUMN new_field TEXT;'],
    ['ADD COLUMN with a constant default', "ALTER TABLE loans ADD COLUMN a text NOT NULL DEFAULT 'x';"],
    ['ADD COLUMN with now()', 'ALTER TABLE loans ADD COLUMN a timestamptz DEFAULT now();'],
    [
      'ADD INDEX, concurrently',
      '-- transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON loans (status);',
    ],
    ['CREATE TABLE', 'CREATE TABLE notes (id bigint PRIMARY KEY, loan_id text REFERENCES loans (id));'],
    ['an index on a table of the same file', 'CREATE TABLE n (id bigint);\nCREATE INDEX n_id ON n (id);'],
    ['a constraint that is not validated yet', 'ALTER TABLE loans ADD CONSTRAINT c CHECK (a > 0) NOT VALID;'],
  ])('%s is accepted', async (_, sql) => {
    expect(await rulesBroken(sql)).toEqual([])
  })

  test('a default that differs by row is not: it rewrites the table', async () => {
    expect(await rulesBroken('ALTER TABLE loans ADD COLUMN a uuid DEFAULT gen_random_uuid();')).toEqual([
      'adding-field-with-default',
    ])
  })

  test('ADD INDEX as it is usually written is not: it stops all writes', async () => {
    expect(await rulesBroken('CREATE INDEX i ON loans (status);')).toEqual([
      'require-concurrent-index-creation',
    ])
  })

  test('ADD CONSTRAINT (not null) is not, and the recipe for it is', async () => {
    const [finding] = await judge([migration('ALTER TABLE loans ADD CONSTRAINT c NOT NULL next_payment_on;')])
    expect(finding?.rule).toBe('add-constraint-not-null')
    const files = (finding?.recipe ?? []).map(({ sql }, index) => migration(sql, { number: index + 1 }))
    expect(files).toHaveLength(3)
    expect(await judge(files)).toEqual([])
  })

  test('from PostgreSQL 18 on, a NOT NULL that is not validated yet is', async () => {
    const sql = 'ALTER TABLE loans ADD CONSTRAINT c NOT NULL next_payment_on NOT VALID;'
    expect(await rulesBroken(sql)).toEqual(['add-constraint-not-null'])
    expect(await rulesBroken(sql, 'expand', '15.4')).toEqual(['add-constraint-not-null'])
    expect(await rulesBroken(sql, 'expand', '18.1')).toEqual([])
  })
})

describe('what squawk does not look at is refused too', () => {
  test.each([
    ['DROP VIEW v;', 'drop-object'],
    ['DROP FUNCTION f;', 'drop-object'],
    ['DROP SCHEMA s;', 'drop-object'],
    ['TRUNCATE loans;', 'delete-rows'],
    ['DELETE FROM loans WHERE id = 1;', 'delete-rows'],
    ['WITH gone AS (DELETE FROM loans RETURNING id) INSERT INTO old SELECT id FROM gone;', 'delete-rows'],
    ["UPDATE loans SET status = 'x';", 'update-every-row'],
    ['ALTER TABLE loans ALTER COLUMN status DROP DEFAULT;', 'drop-default'],
    ['ALTER TABLE loans DROP CONSTRAINT somebodys;', 'drop-constraint'],
    ['ALTER TABLE loans DISABLE TRIGGER ALL;', 'not-known-as-safe'],
    ['ALTER TABLE loans ENABLE ROW LEVEL SECURITY;', 'not-known-as-safe'],
    ['ALTER TABLE loans ADD COLUMN a int CHECK (a > 0);', 'check-in-new-column'],
    ['ALTER TABLE loans ADD COLUMN a bigserial;', 'serial-column'],
    ["ALTER TYPE mood RENAME VALUE 'a' TO 'b';", 'rename-object'],
    ['ALTER TABLE loans SET SCHEMA other;', 'rename-object'],
    ["DO $$ BEGIN EXECUTE 'drop table loans'; END $$;", 'nobody-can-tell'],
    ['LOCK TABLE loans;', 'not-known-as-safe'],
    ['COMMIT;', 'transaction-control'],
    ["SET lock_timeout = '1h';", 'session-setting'],
    ["SET LOCAL lock_timeout = '1h';", 'session-setting'],
    ['REVOKE SELECT ON loans FROM app;', 'not-known-as-safe'],
  ])('%s: %s', async (sql, rule) => {
    expect(await rulesBroken(sql)).toEqual([rule])
  })

  test('a comment that would silence squawk silences nothing', async () => {
    const sql = '-- squawk-ignore ban-drop-column\nALTER TABLE loans DROP COLUMN legacy_status;'
    expect(await rulesBroken(sql)).toEqual(['ban-drop-column'])
  })
})

describe('a contract', () => {
  test.each([
    'ALTER TABLE loans DROP COLUMN legacy_status;',
    'DROP TABLE old;',
    'DROP FUNCTION f();',
    'ALTER TABLE loans DROP CONSTRAINT somebodys;',
    'ALTER TABLE loans ALTER COLUMN status DROP NOT NULL;',
    "DELETE FROM loans WHERE status = 'gone';",
    '-- transaction: none\nDROP INDEX CONCURRENTLY IF EXISTS i;',
  ])('may say %s', async (sql) => {
    expect(await rulesBroken(sql, 'contract')).toEqual([])
  })

  test.each([
    ['DROP TABLE old CASCADE;', 'drop-cascade'],
    ['TRUNCATE loans CASCADE;', 'ban-truncate-cascade'],
    ['ALTER TABLE loans RENAME COLUMN status TO state;', 'renaming-column'],
    ['ALTER TABLE loans ALTER COLUMN principal_cents TYPE numeric;', 'changing-column-type'],
    ['DROP INDEX i;', 'require-concurrent-index-deletion'],
    ['CREATE INDEX i ON loans (status);', 'require-concurrent-index-creation'],
  ])('may not say %s', async (sql, rule) => {
    expect(await rulesBroken(sql, 'contract')).toEqual([rule])
  })
})

describe('a file without a transaction', () => {
  const none = '-- transaction: none\n'
  test('is needed for CONCURRENTLY', async () => {
    const sql = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON loans (status);'
    expect(await rulesBroken(sql)).toEqual(['ban-concurrent-index-creation-in-transaction'])
  })

  test('holds one statement, which can be run again', async () => {
    const index = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON loans (status);'
    expect(await rulesBroken(`${none}${index}\n${index}`)).toEqual(['several-without-transaction'])
    expect(await rulesBroken(`${none}CREATE INDEX CONCURRENTLY i ON loans (status);`)).toEqual([
      'not-repeatable',
    ])
    expect(await rulesBroken(`${none}ALTER TABLE loans ADD COLUMN a text;`)).toEqual(['not-repeatable'])
  })
})

describe('SET NOT NULL after a CHECK that shows it', () => {
  const add = 'ALTER TABLE loans ADD CONSTRAINT c CHECK (next_payment_on IS NOT NULL) NOT VALID;'
  const validate = 'ALTER TABLE loans VALIDATE CONSTRAINT c;'
  const set = 'ALTER TABLE public.loans ALTER COLUMN next_payment_on SET NOT NULL;'
  const rulesOf = async (...sqls: string[]) =>
    (await judge(sqls.map((sql, index) => migration(sql, { number: index + 1 })))).map(
      ({ path, rule }) => `${path.slice(10, 11)} ${rule}`,
    )

  test('is accepted once that is validated', async () => {
    expect(await rulesOf(add, validate, set)).toEqual([])
  })
  test('is refused before, after it was dropped, and for another column', async () => {
    expect(await rulesOf(add, set)).toEqual(['2 adding-not-nullable-field'])
    expect(await rulesOf(add, validate, 'ALTER TABLE loans DROP CONSTRAINT c;', set)).toEqual([
      '4 adding-not-nullable-field',
    ])
    expect(await rulesOf(add, validate, set.replace('next_payment_on', 'opened_on'))).toEqual([
      '3 adding-not-nullable-field',
    ])
  })
  test('adding and validating it in one transaction is refused', async () => {
    expect(await rulesOf(`${add}\n${validate}`)).toEqual(['1 constraint-missing-not-valid'])
  })
})

test('an author may allow what only blocks, with a reason, and never what breaks the code that runs', async () => {
  const head = (rule: string) => `-- allow: ${rule} because the table holds forty rows\n`
  const index = `${head('require-concurrent-index-creation')}CREATE INDEX i ON loans (status);`
  const [allowed] = await judge([migration(index)])
  expect(allowed).toMatchObject({
    rule: 'require-concurrent-index-creation',
    allowed: 'the table holds forty rows',
  })
  expect(await rulesBroken(index)).toEqual([])
  expect(await rulesBroken(`${head('ban-drop-column')}ALTER TABLE loans DROP COLUMN a;`)).toEqual([
    'ban-drop-column',
  ])
})

test('what PostgreSQL cannot read is refused where it stands', async () => {
  const [finding] = await judge([migration('-- é\nSELECT 1;\n\nALTER TABEL loans ADD a int;')])
  expect(finding).toMatchObject({ rule: 'syntax-error', line: 4 })
})
