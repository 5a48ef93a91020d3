/** Makes a database's data from the base that all have in common and the archive of what was done since. */
import { join } from 'node:path'
import { asAdmin, type Home } from './database.ts'
import type { PostgresProgram } from './postgres-program.ts'
import { recoverySettings } from './recovery.ts'
import { trimBorrowersSql, trimLoansSql, trimSql } from './sql/trim.ts'

/** The primary's data as they were before its server was started for the first time, packed. */
export function baseFile(program: PostgresProgram): string {
  return join(program.directory, 'base.tar')
}

/**
 * Recovers the data up to `time`, by the machine's clock, or to the archive's end. What is younger than `trimTo`, by
 * the world's clock, is taken out afterwards: for times from before the base was made. The server is ended then.
 */
export async function recover(
  program: PostgresProgram,
  home: Home,
  adminPassword: string,
  to: { readonly time?: number; readonly trimTo?: number } = {},
): Promise<void> {
  const { time, trimTo } = to
  await program.unpack(baseFile(program), home.data)
  await program.write(join(home.data, 'recovery.signal'), '')
  const server = await program.start(home.data, recoverySettings(time))
  try {
    if (trimTo === undefined) return
    await asAdmin(server, adminPassword, async (client) => {
      for (const sql of [trimSql, trimLoansSql, trimBorrowersSql])
        await client.query(sql, [new Date(trimTo).toISOString()])
    })
  } finally {
    await server.stop()
  }
}
