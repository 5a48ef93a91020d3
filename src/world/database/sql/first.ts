/** Everything that a new server's database is filled with. */
import type { Book } from '../book.ts'
import { passwordsSql } from './roles.ts'
import { rowsSql } from './rows.ts'
import { schemaSql } from './schema.ts'

/** One script: the passwords, then as the application's user the tables and their rows. */
export function firstSql(passwords: { readonly admin: string; readonly app: string }, book: Book): string {
  return `${passwordsSql(passwords)}SET ROLE app;\n${schemaSql}${rowsSql(book)}\n`
}
