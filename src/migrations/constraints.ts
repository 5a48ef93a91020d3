/** What the migrations before a statement have done with CHECK constraints: the way to NOT NULL leads over them. */
import type { Constraint, Node } from 'libpg-query'
import { alterations, type Statement } from './statements.ts'

interface Known {
  readonly table: string
  readonly name: string
  /** The column that it shows to have no NULL, if it is such a check. */
  readonly column?: string
  readonly validated: boolean
}

/** Constraints that migrations have added and not dropped again. */
export type Constraints = readonly Known[]

/** The constraints after one more statement. */
export function after(constraints: Constraints, statement: Statement): Constraints {
  const table = tableKey(statement.table)
  return alterations(statement.node).reduce<Constraints>((known, { subtype, name, def }) => {
    const isIt = (each: Known) => each.table === table && each.name === name
    if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def) {
      const { conname, skip_validation } = def.Constraint
      const column = notNullColumn(def.Constraint)
      if (conname === undefined) return known
      const added = { table, name: conname, validated: skip_validation !== true }
      return known.concat(column === undefined ? added : { ...added, column })
    }
    if (subtype === 'AT_ValidateConstraint')
      return known.map((each) => (isIt(each) ? { ...each, validated: true } : each))
    return subtype === 'AT_DropConstraint' ? known.filter((each) => !isIt(each)) : known
  }, constraints)
}

/** Whether a validated CHECK already shows that the column has no NULL, so that SET NOT NULL need not look. */
export function isShownNotNull(constraints: Constraints, table: string | undefined, column: string): boolean {
  const key = tableKey(table)
  return constraints.some((each) => each.table === key && each.column === column && each.validated)
}

/** Whether a migration has added it. */
export function isOurs(constraints: Constraints, table: string | undefined, name: string): boolean {
  const key = tableKey(table)
  return constraints.some((each) => each.table === key && each.name === name)
}

/** `loans` and `public.loans` are one table nearly everywhere. */
export function tableKey(table = ''): string {
  return table.replace(/^public\./, '')
}

function notNullColumn({ contype, raw_expr }: Constraint): string | undefined {
  if (contype !== 'CONSTR_CHECK' || raw_expr === undefined || !('NullTest' in raw_expr)) return undefined
  const { arg, nulltesttype } = raw_expr.NullTest
  if (nulltesttype !== 'IS_NOT_NULL' || arg === undefined || !('ColumnRef' in arg)) return undefined
  return lastString(arg.ColumnRef.fields)
}

/** The last of the names: that of `loans.status` is `status`. */
export function lastString(nodes: readonly Node[] | undefined): string | undefined {
  const last = nodes?.at(-1)
  return last !== undefined && 'String' in last ? last.String.sval : undefined
}
