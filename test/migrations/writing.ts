/** Folders of migrations for tests: written to disk, or read without one. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Migration, type Phase, readMigration } from '../../src/migrations/file.ts'

export interface WrittenFolder {
  readonly dir: string
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>
  readonly remove: () => Promise<void>
}

/** A new folder with files by their path in it, e.g. `expand/0001_a.sql`. */
export async function writeFolder(files: Readonly<Record<string, string>>): Promise<WrittenFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'handrail-migrations-'))
  const write = async (more: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(more)) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text)
    }
  }
  await write(files)
  return { dir, write, remove: () => rm(dir, { recursive: true, force: true }) }
}

/** A migration from its text; a contract gets a head that says what it requires. */
export function migration(
  sql: string,
  { number = 1, phase = 'expand' }: { number?: number; phase?: Phase } = {},
): Migration {
  const name = `${String(number).padStart(4, '0')}_${phase}.sql`
  const head = phase === 'contract' && !sql.includes('requires:') ? `${contractHead}\n` : ''
  const read = readMigration({ phase, name, path: `${phase}/${name}`, text: head + sql })
  if (!read.ok) throw new Error(read.faults.map(({ why }) => why).join())
  return read.migration
}

export const contractHead = '-- requires: loanserve/api >= v1.3.0 behind loanserve/api-main'
