/** Judges migrations: squawk's remarks and our own, held against the policy of the file's phase. */
import type { AlterTableCmd } from 'libpg-query'
import { after, type Constraints, lastString, tableKey } from './constraints.ts'
import type { Migration } from './file.ts'
import { brokenRules } from './own-rules.ts'
import type { Recipe, Subject } from './recipes.ts'
import { leftOut, rules } from './rules.ts'
import { type SquawkRemark, squawk } from './squawk.ts'
import { alterations, type ReadStatements, readStatements, type Statement } from './statements.ts'

export interface Finding {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly rule: string
  readonly why: string
  /** The reason in the file's head; where there is one, the finding refuses nothing. */
  readonly allowed?: string
  readonly recipe?: Recipe
}

export interface JudgeOptions {
  /** The server's, e.g. `15.4`. What depends on it is judged for an old one where it is not known. */
  readonly serverVersion?: string
  /** Whether to judge a migration; the others are only read, for what they have added. */
  readonly wanted?: (migration: Migration) => boolean
}

/** The findings of all wanted migrations, in their order. Throws SquawkFailed. */
export async function judge(
  migrations: readonly Migration[],
  { serverVersion, wanted = () => true }: JudgeOptions = {},
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  let constraints: Constraints = []
  for (const migration of migrations) {
    const read = await readStatements(migration.sql)
    if (wanted(migration)) {
      const { transaction } = migration
      const remarks = await squawk(migration.sql, {
        transaction,
        ...(serverVersion === undefined ? {} : { serverVersion }),
      })
      findings.push(...judgeOne(migration, { read, remarks, constraints, serverVersion }))
    }
    if (read.ok) constraints = read.statements.reduce(after, constraints)
  }
  return findings
}

/** Whether a migration may run: nothing in it is refused. */
export function isRefused(finding: Finding): boolean {
  return finding.allowed === undefined
}

interface Reading {
  readonly read: ReadStatements
  readonly remarks: readonly SquawkRemark[]
  readonly constraints: Constraints
  readonly serverVersion: string | undefined
}

function judgeOne(
  migration: Migration,
  { read, remarks, constraints, serverVersion }: Reading,
): readonly Finding[] {
  if (!read.ok) return held(migration, [{ line: read.line, rule: 'syntax-error', detail: read.why }])
  const { statements } = read
  const own = ownRemarks(migration, statements, constraints, serverVersion)
  const squawks = remarks
    .filter(({ rule }) => !leftOut.has(rule) && !knowsBetter.has(rule))
    .map(({ rule, line, message }) => ({
      rule,
      line,
      detail: rules.has(rule) ? undefined : message,
      statement: statements.find((each) => each.line <= line && line <= each.lastLine),
    }))
  return held(
    migration,
    [...own, ...squawks].filter((each, _, all) => !isToldBetter(each, all)),
  )
}

/** Rules of squawk's that ours judge with the migrations before in view. */
const knowsBetter: ReadonlySet<string> = new Set(['adding-not-nullable-field'])

/** One mistake is told once: squawk's rule for constraints of any kind gives way to what is said of this kind. */
const ofOneKind: ReadonlySet<string> = new Set([
  'add-constraint-not-null',
  'adding-exclusion-constraint',
  'adding-foreign-key-constraint',
  'adding-serial-primary-key-field',
  'disallowed-unique-constraint',
])

function isToldBetter({ rule, line }: Remark, all: readonly Remark[]): boolean {
  return (
    rule === 'constraint-missing-not-valid' &&
    all.some((each) => each.line === line && ofOneKind.has(each.rule))
  )
}

interface Remark {
  readonly line: number
  readonly rule: string
  /** What the policy's own sentence doesn't say. */
  readonly detail?: string | undefined
  readonly statement?: Statement | undefined
}

function ownRemarks(
  { phase, transaction }: Migration,
  statements: readonly Statement[],
  before: Constraints,
  serverVersion: string | undefined,
): readonly Remark[] {
  const major = serverVersion === undefined ? undefined : Number.parseInt(serverVersion, 10)
  const remarks: Remark[] = []
  const made = new Set<string>()
  let constraints = before
  for (const statement of statements) {
    const around = { phase, transaction, constraints, made, ...(major === undefined ? {} : { major }) }
    const { line } = statement
    remarks.push(...brokenRules(statement, around).map((rule) => ({ line, rule, statement })))
    if ('CreateStmt' in statement.node && !statement.node.CreateStmt.if_not_exists)
      made.add(tableKey(statement.table))
    constraints = after(constraints, statement)
  }
  const second = statements[1]
  if (!transaction && second !== undefined)
    remarks.push({ line: second.line, rule: 'several-without-transaction', statement: second })
  return remarks
}

/** The remarks that the phase refuses, each with what the file's head allows. */
function held({ phase, path, allows }: Migration, remarks: readonly Remark[]): readonly Finding[] {
  const seen = new Set<string>()
  return remarks
    .toSorted((a, b) => a.line - b.line)
    .flatMap(({ line, rule: name, detail, statement }) => {
      const rule = rules.get(name)
      const key = `${line} ${name}`
      if (seen.has(key) || (rule !== undefined && !rule.refusedIn.includes(phase))) return []
      seen.add(key)
      const why = [rule?.why, detail].filter((each) => each !== undefined && each !== '').join(' ')
      const allowance = rule?.kind === 'breaks' ? undefined : allows.find((each) => each.rule === name)
      const recipe = statement === undefined ? undefined : rule?.recipe?.(subjectOf(statement))
      const finding = { path, line, rule: name, why, ...(recipe === undefined ? {} : { recipe }) }
      return [allowance === undefined ? finding : { ...finding, allowed: allowance.because }]
    })
}

/** What the statement names. Of an ALTER TABLE with several actions it is the first one's. */
function subjectOf({ node, table, text }: Statement): Subject {
  const [alteration] = alterations(node)
  if (alteration !== undefined) return { text, table, ...alterationSubject(alteration) }
  if ('RenameStmt' in node) {
    const { subname, newname } = node.RenameStmt
    return { text, table, column: quoted(subname), newName: quoted(newname) }
  }
  if (!('UpdateStmt' in node)) return { text, table }
  const [target] = node.UpdateStmt.targetList ?? []
  return { text, table, column: target && 'ResTarget' in target ? quoted(target.ResTarget.name) : undefined }
}

function alterationSubject({ name, def }: AlterTableCmd): Omit<Subject, 'text'> {
  if (def !== undefined && 'ColumnDef' in def) {
    const { colname, typeName } = def.ColumnDef
    return { column: quoted(colname ?? name), type: lastString(typeName?.names) }
  }
  if (def !== undefined && 'Constraint' in def) {
    const { conname, keys, fk_attrs } = def.Constraint
    return { name: quoted(conname), column: quoted(lastString(keys ?? fk_attrs)) }
  }
  return { column: quoted(name), name: quoted(name) }
}

/** As SQL wants it: in quotes where it is not plain. */
function quoted(name: string | undefined): string | undefined {
  return name === undefined || /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
