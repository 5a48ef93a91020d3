/** What squawk does not look at: statements that break the code that runs now, or that nobody can judge. */
import type { AlterTableCmd, ConstrType, Node } from 'libpg-query'
import { type Constraints, isOurs, isShownNotNull, lastString, tableKey } from './constraints.ts'
import type { Phase } from './file.ts'
import { alterations, type Statement } from './statements.ts'

export interface Surroundings {
  readonly phase: Phase
  /** Whether the runner puts the file into a transaction. */
  readonly transaction: boolean
  /** What the migrations before this statement have added. */
  readonly constraints: Constraints
  /** Tables that this file itself has made: nobody uses them yet. */
  readonly made: ReadonlySet<string>
  /** The server's major version, if it was asked. */
  readonly major?: number
}

/** The names of the rules of ours that the statement breaks. */
export function brokenRules(statement: Statement, around: Surroundings): readonly string[] {
  const { node, table } = statement
  const isNew = table !== undefined && around.made.has(tableKey(table))
  const nested = nestedRules(node, around.phase)
  const cascades = /"behavior":"DROP_CASCADE"/.test(JSON.stringify(node)) && !('TruncateStmt' in node)
  return [
    ...new Set([...kindRules(statement, around, isNew), ...nested, ...(cascades ? ['drop-cascade'] : [])]),
  ]
}

/** Statements that nothing of the code that runs now can mind, or that squawk judges. */
const harmless: ReadonlySet<string> = new Set([
  'CreateStmt',
  'CreateTableAsStmt',
  'CreateFunctionStmt',
  'CreateTrigStmt',
  'ViewStmt',
  'CreateSeqStmt',
  'CreateEnumStmt',
  'CompositeTypeStmt',
  'CreateDomainStmt',
  'AlterDomainStmt',
  'CreateExtensionStmt',
  'CreateSchemaStmt',
  'CreateStatsStmt',
  'CommentStmt',
  'InsertStmt',
  'DropdbStmt',
])

function kindRules({ node, table }: Statement, around: Surroundings, isNew: boolean): readonly string[] {
  const kind = Object.keys(node)[0] ?? ''
  if (!around.transaction && !isRepeatable(node)) return ['not-repeatable']
  if (harmless.has(kind)) return []
  if ('AlterTableStmt' in node)
    return isNew ? [] : alterations(node).flatMap((alteration) => alterationRules(alteration, table, around))
  if ('IndexStmt' in node) return node.IndexStmt.concurrent && around.transaction ? [concurrently] : []
  if ('DropStmt' in node) {
    const { removeType, concurrent } = node.DropStmt
    if (concurrent && around.transaction) return [concurrently]
    return removeType === 'OBJECT_TABLE' ? [] : ['drop-object']
  }
  if ('RenameStmt' in node) {
    const { renameType } = node.RenameStmt
    const judged = renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_TABLE'
    return judged || renameType === 'OBJECT_INDEX' ? [] : ['rename-object']
  }
  if ('AlterEnumStmt' in node) return node.AlterEnumStmt.oldVal === undefined ? [] : ['rename-object']
  if ('AlterObjectSchemaStmt' in node) return ['rename-object']
  if ('UpdateStmt' in node)
    return node.UpdateStmt.whereClause === undefined && !isNew ? ['update-every-row'] : []
  if ('DeleteStmt' in node || 'TruncateStmt' in node) return isNew ? [] : ['delete-rows']
  if ('GrantStmt' in node)
    return node.GrantStmt.is_grant ? [] : around.phase === 'contract' ? [] : ['not-known-as-safe']
  if ('TransactionStmt' in node) return ['transaction-control']
  if ('VariableSetStmt' in node) {
    const { is_local, name = '' } = node.VariableSetStmt
    return is_local && !name.endsWith('_timeout') ? [] : ['session-setting']
  }
  if ('DoStmt' in node || 'CallStmt' in node || 'SelectStmt' in node) return ['nobody-can-tell']
  if ('VacuumStmt' in node) return node.VacuumStmt.options === undefined ? [] : ['not-known-as-safe']
  return ['not-known-as-safe']
}

/** squawk's name for it, though squawk does not see it in a file of one statement. */
const concurrently = 'ban-concurrent-index-creation-in-transaction'

/** What can be run again when nobody knows whether it ran: all that may stand in a file without a transaction. */
function isRepeatable(node: Node): boolean {
  if ('IndexStmt' in node)
    return node.IndexStmt.idxname !== undefined && node.IndexStmt.if_not_exists === true
  if ('DropStmt' in node) return node.DropStmt.missing_ok === true
  return 'VacuumStmt' in node || alterations(node).some(({ subtype }) => subtype === 'AT_ValidateConstraint')
}

/** Forms of ALTER TABLE that no code minds, that hold their lock for a moment only, or that squawk judges. */
const harmlessAlterations: ReadonlySet<string> = new Set([
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_DropNotNull',
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_SetStorage',
  'AT_SetCompression',
  'AT_ValidateConstraint',
  'AT_EnableTrig',
])

/** What only takes something away: done in a contract. */
const forContract: ReadonlySet<string> = new Set([
  'AT_DropIdentity',
  'AT_DropExpression',
  'AT_DisableTrig',
  'AT_DropInherit',
])

function alterationRules(
  { subtype = 'AT_AddColumn', name = '', def }: AlterTableCmd,
  table: string | undefined,
  { phase, constraints, major }: Surroundings,
): readonly string[] {
  if (harmlessAlterations.has(subtype)) return []
  if (subtype === 'AT_AddColumn') return def !== undefined && 'ColumnDef' in def ? columnRules(def) : []
  if (subtype === 'AT_ColumnDefault') return def === undefined ? ['drop-default'] : []
  if (subtype === 'AT_SetNotNull')
    return isShownNotNull(constraints, table, name) ? [] : ['adding-not-nullable-field']
  if (subtype === 'AT_DropConstraint') return isOurs(constraints, table, name) ? [] : ['drop-constraint']
  if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def) {
    const { contype, skip_validation } = def.Constraint
    if (contype === 'CONSTR_EXCLUSION') return ['adding-exclusion-constraint']
    const isFit = skip_validation === true && major !== undefined && major >= 18
    return contype === 'CONSTR_NOTNULL' && !isFit ? ['add-constraint-not-null'] : []
  }
  if (forContract.has(subtype)) return phase === 'contract' ? [] : ['not-known-as-safe']
  return ['not-known-as-safe']
}

const serials: ReadonlySet<string> = new Set([
  'serial',
  'bigserial',
  'smallserial',
  'serial4',
  'serial8',
  'serial2',
])

function columnRules(def: Extract<Node, { ColumnDef: unknown }>): readonly string[] {
  const { typeName, constraints = [] } = def.ColumnDef
  const of = (kind: ConstrType) =>
    constraints.find((each) => 'Constraint' in each && each.Constraint.contype === kind)
  const byDefault = of('CONSTR_DEFAULT')
  return [
    ...(of('CONSTR_CHECK') ? ['check-in-new-column'] : []),
    ...(of('CONSTR_NOTNULL') && byDefault && isNull(byDefault) ? ['adding-required-field'] : []),
    ...(serials.has(lastString(typeName?.names) ?? '') ? ['serial-column'] : []),
  ]
}

/** Whether a DEFAULT is NULL, which is none. */
function isNull(node: Node): boolean {
  const value = 'Constraint' in node ? node.Constraint.raw_expr : undefined
  return value !== undefined && 'A_Const' in value && value.A_Const.isnull === true
}

/** What hides inside another statement: rows deleted or updated in a WITH. */
function nestedRules(node: Node, phase: Phase): readonly string[] {
  const [outer, inner] = Object.entries(node)[0] ?? ['', node]
  const text = JSON.stringify(inner)
  const hides = (kind: string) => outer !== kind && text.includes(`"${kind}":{`)
  const isBody = outer === 'CreateFunctionStmt'
  if (isBody) return []
  return [
    ...(hides('DeleteStmt') && phase === 'expand' ? ['delete-rows'] : []),
    ...(hides('UpdateStmt') ? ['nobody-can-tell'] : []),
  ]
}
