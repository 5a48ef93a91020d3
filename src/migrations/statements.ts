/** The statements of a file as PostgreSQL's own parser reads them, each with its line. */
import type { AlterTableCmd, Node, RangeVar } from 'libpg-query'

export interface Statement {
  /** Of its first word, from 1. */
  readonly line: number
  /** Of its last word. */
  readonly lastLine: number
  readonly node: Node
  /** As it is written, without what stands before it. */
  readonly text: string
  /** `schema.table` or `table`, where the statement is about one. */
  readonly table?: string | undefined
}

export type ReadStatements =
  | { readonly ok: true; readonly statements: readonly Statement[] }
  | { readonly ok: false; readonly line: number; readonly why: string }

/** Parses SQL as PostgreSQL 18 does. Loads the parser, which is WASM, at its first call. */
export async function readStatements(sql: string): Promise<ReadStatements> {
  const { hasSqlDetails, parse } = await import('libpg-query')
  try {
    const { stmts = [] } = sql.trim() === '' ? {} : await parse(sql)
    // The parser counts bytes.
    const bytes = Buffer.from(sql)
    const statements = stmts.flatMap(({ stmt, stmt_location = 0, stmt_len }) => {
      if (stmt === undefined) return []
      const end = stmt_len === undefined ? undefined : stmt_location + stmt_len
      const before = bytes.subarray(0, stmt_location).toString()
      const own = bytes.subarray(stmt_location, end).toString()
      const skipped = /^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(own)?.[0] ?? ''
      const line = lineAt(before + skipped)
      const lastLine = lineAt(before + own.trimEnd())
      const text = own.slice(skipped.length).trimEnd()
      return [{ line, lastLine, node: stmt, text, table: tableOf(stmt) }]
    })
    return { ok: true, statements }
  } catch (error) {
    if (!hasSqlDetails(error)) throw error
    const line = lineAt(sql.slice(0, error.sqlDetails?.cursorPosition ?? 0))
    return { ok: false, line, why: error.message }
  }
}

/** The actions of an ALTER TABLE; none for another statement. */
export function alterations(node: Node): readonly AlterTableCmd[] {
  if (!('AlterTableStmt' in node)) return []
  return (node.AlterTableStmt.cmds ?? []).flatMap((cmd) =>
    'AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : [],
  )
}

/** `schema.table` of a table as SQL names it. */
function qualified({ schemaname, relname = '' }: RangeVar): string {
  return schemaname === undefined ? relname : `${schemaname}.${relname}`
}

/** What the index is called and on which schema, for a CREATE INDEX CONCURRENTLY with a name. */
export function concurrentIndex(
  node: Node,
): { readonly name: string; readonly schema: string | undefined } | undefined {
  if (!('IndexStmt' in node) || !node.IndexStmt.concurrent || node.IndexStmt.idxname === undefined)
    return undefined
  return { name: node.IndexStmt.idxname, schema: node.IndexStmt.relation?.schemaname }
}

function tableOf(node: Node): string | undefined {
  const relation =
    'AlterTableStmt' in node
      ? node.AlterTableStmt.relation
      : 'IndexStmt' in node
        ? node.IndexStmt.relation
        : 'CreateStmt' in node
          ? node.CreateStmt.relation
          : 'RenameStmt' in node
            ? node.RenameStmt.relation
            : 'UpdateStmt' in node
              ? node.UpdateStmt.relation
              : 'DeleteStmt' in node
                ? node.DeleteStmt.relation
                : undefined
  return relation === undefined ? undefined : qualified(relation)
}

function lineAt(before: string): number {
  return before.split('\n').length
}
