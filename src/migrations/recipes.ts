/** How it is done instead: files of SQL, with the names of the statement that was refused. */
import type { Phase } from './file.ts'

/** What the refused statement is about, as far as it names it. */
export interface Subject {
  readonly table?: string | undefined
  readonly column?: string | undefined
  /** The column's type. */
  readonly type?: string | undefined
  /** Of a constraint or an index. */
  readonly name?: string | undefined
  /** What the thing is called after a rename. */
  readonly newName?: string | undefined
  /** The statement as it is written. */
  readonly text: string
}

/** One file of the recipe. Its SQL is meant to be copied; what only the author knows stands between « ». */
export interface RecipeFile {
  readonly phase: Phase
  readonly sql: string
}

export type Recipe = readonly RecipeFile[]

const inExpand = (sql: string): RecipeFile => ({ phase: 'expand', sql })
const inContract = (sql: string): RecipeFile => ({
  phase: 'contract',
  sql: `-- requires: «image» >= «first version that does without» behind «namespace/service»\n${sql}`,
})

/** The unqualified name, as a part of new names. */
const plain = (name: string) => name.replaceAll('"', '').split('.').at(-1) ?? name

function names({ table = '«table»', column = '«column»', type = '«type»', name }: Subject) {
  return { table, column, type, name: name ?? `${plain(table)}_${plain(column)}` }
}

/** The same statement, later. */
export const inAContract = ({ text }: Subject): Recipe => [inContract(`${text};`)]

export const requiredColumn = (subject: Subject): Recipe => {
  const { table, column, type } = names(subject)
  return [inExpand(`ALTER TABLE ${table} ADD COLUMN ${column} ${type} NOT NULL DEFAULT «constant»;`)]
}

export const defaultLater = (subject: Subject): Recipe => {
  const { table, column, type } = names(subject)
  return [
    inExpand(`ALTER TABLE ${table} ADD COLUMN ${column} ${type};
ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT «expression»;`),
    inExpand(batch(table, column, '«expression»')),
  ]
}

/** One batch; the application's own job repeats it, each in its own transaction. */
function batch(table: string, column: string, value: string): string {
  return `-- Repeat from a job until it finds no row any more; pause in between.
UPDATE ${table} SET ${column} = ${value}
WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${column} IS NULL LIMIT 1000));`
}

export const updateInBatches = (subject: Subject): Recipe => {
  const { table, column } = names(subject)
  return [inExpand(batch(table, column, '«value»'))]
}

export const newColumnInStep = (subject: Subject): Recipe => {
  const { table, column, type } = names(subject)
  const fresh = subject.newName ?? `${plain(column)}_new`
  const step = `${plain(table)}_${fresh}_in_step`
  return [
    inExpand(`-- The new column beside the old one, written by both versions of the code.
ALTER TABLE ${table} ADD COLUMN ${fresh} ${type};
CREATE FUNCTION ${step}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.${fresh} := NEW.${column};
  RETURN NEW;
END $$;
CREATE TRIGGER ${step} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${step}();`),
    inExpand(batch(table, fresh, column)),
    inContract(`DROP TRIGGER ${step} ON ${table};
DROP FUNCTION ${step}();
ALTER TABLE ${table} DROP COLUMN ${column};`),
  ]
}

export const viewUnderNewName = (subject: Subject): Recipe => {
  const { table } = names(subject)
  const fresh = subject.newName ?? '«new name»'
  return [
    inExpand(`-- Reads and simple writes go through it; the table may keep its name for good.
CREATE VIEW ${fresh} AS SELECT * FROM ${table};`),
  ]
}

export const defaultInstead = (subject: Subject): Recipe => {
  const { table, column } = names(subject)
  return [
    inExpand(`-- New code may leave the column out, and old code never reads NULL.
ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT «constant»;`),
  ]
}

export const notNullInSteps = (subject: Subject): Recipe => {
  const { table, column } = names(subject)
  const check = `${plain(table)}_${plain(column)}_is_set`
  return [
    inExpand(`ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${column} IS NOT NULL) NOT VALID;`),
    inExpand(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`),
    inExpand(`ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL;
ALTER TABLE ${table} DROP CONSTRAINT ${check};`),
  ]
}

export const notValidThenValidate = (subject: Subject): Recipe => {
  const { table, column, name } = names(subject)
  const isWhole = /^\s*alter\s+table\b[\s\S]*\badd\s+constraint\b/i.test(subject.text)
  if (/\bvalidate\s+constraint\b/i.test(subject.text))
    return [
      inExpand(
        `-- A file of its own, after the one that adds it.\nALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
      ),
    ]
  return [
    ...(isWhole ? [] : [inExpand(`ALTER TABLE ${table} ADD COLUMN ${column} ${subject.type ?? '«type»'};`)]),
    inExpand(
      isWhole
        ? `${subject.text.replace(/\s+not\s+valid\s*$/i, '')} NOT VALID;`
        : `ALTER TABLE ${table} ADD CONSTRAINT ${name}_fkey FOREIGN KEY (${column}) REFERENCES «table» («column») NOT VALID;`,
    ),
    inExpand(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${isWhole ? name : `${name}_fkey`};`),
  ]
}

export const checkAfterColumn = (subject: Subject): Recipe => {
  const { table, column, type, name } = names(subject)
  return [
    inExpand(`ALTER TABLE ${table} ADD COLUMN ${column} ${type};
ALTER TABLE ${table} ADD CONSTRAINT ${name}_check CHECK («condition») NOT VALID;`),
    inExpand(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}_check;`),
  ]
}

const alone = '-- transaction: none\n'

export const indexConcurrently = ({ text }: Subject): Recipe => [
  inExpand(
    `${alone}${text
      .replace(
        /^(create\s+(?:unique\s+)?index)(?:\s+concurrently)?(?:\s+if\s+not\s+exists)?/i,
        '$1 CONCURRENTLY IF NOT EXISTS',
      )
      .replace(/(IF NOT EXISTS)(\s+on\b)/i, '$1 «name»$2')};`,
  ),
]

export const repeatably = (subject: Subject): Recipe =>
  /^create\b[\s\S]*\bindex\b/i.test(subject.text)
    ? indexConcurrently(subject)
    : /^drop\s+index\b/i.test(subject.text)
      ? dropIndexConcurrently(subject)
      : [inExpand(`-- Without "transaction: none" at its head:\n${subject.text};`)]

export const dropIndexConcurrently = ({ text }: Subject): Recipe => [
  inContract(
    `${alone}${text.replace(/^(drop\s+index)(?:\s+concurrently)?(?:\s+if\s+exists)?/i, '$1 CONCURRENTLY IF EXISTS')};`,
  ),
]

export const withoutTransaction = ({ text }: Subject): Recipe => [
  inExpand(`-- A file of its own that begins with this line:\n${alone}${text};`),
]

export const uniqueByIndex = (subject: Subject): Recipe => {
  const { table, column, name } = names(subject)
  const index = subject.name ?? `${name}_key`
  return [
    inExpand(`${alone}CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${index} ON ${table} (${column});`),
    inExpand(`ALTER TABLE ${table} ADD CONSTRAINT ${index} UNIQUE USING INDEX ${index};`),
  ]
}

export const primaryKeyByIndex = (subject: Subject): Recipe => {
  const { table, column } = names(subject)
  const index = `${plain(table)}_pkey`
  return [
    inExpand(`${alone}CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${index} ON ${table} (${column});`),
    inExpand(`-- The columns must be NOT NULL already.
ALTER TABLE ${table} ADD CONSTRAINT ${index} PRIMARY KEY USING INDEX ${index};`),
  ]
}
