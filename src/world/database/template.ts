/** A new server's files, kept between worlds: to copy them takes a tenth of the time that it takes to make them. */
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresProgram } from './postgres-program.ts'
import { rolesSql } from './sql/roles.ts'

/** Counts up when what a template holds changes. */
const format = 1

/**
 * Puts the files of a server with LoanServe's empty database and its user, both without a password, into `data`: those
 * kept below `cache`, or new ones, which are then kept there. A cache that can't be read or written is done without.
 */
export async function placeTemplate(
  program: PostgresProgram,
  data: string,
  cache: string | undefined,
): Promise<void> {
  const kept = cache === undefined ? undefined : join(cache, `postgres-${program.version}-${format}.tar`)
  if (kept !== undefined && (await isOurs(kept))) {
    try {
      return await program.unpack(kept, data)
    } catch {
      await rm(data, { recursive: true, force: true })
    }
  }
  await program.initialize(data)
  await program.script(data, 'template1', rolesSql)
  if (cache !== undefined && kept !== undefined)
    await keepTemplate(program, data, cache, kept).catch(() => {})
}

/** Whether it is there and nobody else can have put anything into it. */
async function isOurs(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found?.isFile() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}

/** It appears under its name as a whole or not at all, whoever else is doing the same. */
async function keepTemplate(
  program: PostgresProgram,
  data: string,
  cache: string,
  kept: string,
): Promise<void> {
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const draft = `${kept}.${randomUUID()}`
  try {
    await program.pack(data, draft)
    await chmod(draft, 0o600)
    await rename(draft, kept)
  } finally {
    await rm(draft, { force: true })
  }
}
