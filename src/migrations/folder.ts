/** The migrations of a folder: `expand/*.sql` and `contract/*.sql` in it, in the order of their numbers. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fault, isMigrationName, type Migration, type Phase, readMigration } from './file.ts'

/** The folder can't be read at all. */
export class NoMigrations extends Error {
  override readonly name = 'NoMigrations'
}

export interface Folder {
  /** By number. */
  readonly migrations: readonly Migration[]
  readonly faults: readonly Fault[]
}

/** Reads both phases; a missing one of the two is empty. Throws NoMigrations when neither is there. */
export async function readFolder(directory: string): Promise<Folder> {
  const [expand, contract] = await Promise.all([
    readPhase(directory, 'expand'),
    readPhase(directory, 'contract'),
  ])
  if (expand === undefined && contract === undefined)
    throw new NoMigrations(
      `${directory} has no migrations: neither ${join(directory, 'expand')} nor ${join(directory, 'contract')} is there.`,
    )
  const folders = [expand, contract].filter((phase) => phase !== undefined)
  const migrations = folders.flatMap((folder) => folder.migrations).toSorted((a, b) => a.number - b.number)
  return { migrations, faults: [...folders.flatMap((folder) => folder.faults), ...sameNumbers(migrations)] }
}

async function readPhase(directory: string, phase: Phase): Promise<Folder | undefined> {
  const folder = join(directory, phase)
  let names: readonly string[]
  try {
    names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted()
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    throw new NoMigrations(
      `${folder} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  const migrations: Migration[] = []
  const faults: Fault[] = []
  for (const name of names) {
    const path = join(folder, name)
    if (!isMigrationName(name)) {
      faults.push({
        path,
        line: 1,
        why: 'This is not named like a migration, e.g. 0007_add_loans_channel.sql: it would never run.',
      })
      continue
    }
    const read = readMigration({ phase, name, path, text: await readFile(path, 'utf8') })
    if (read.ok) migrations.push(read.migration)
    else faults.push(...read.faults)
  }
  return { migrations, faults }
}

function sameNumbers(migrations: readonly Migration[]): readonly Fault[] {
  return migrations.flatMap(({ number, path }, index) => {
    const before = migrations[index - 1]
    return before === undefined || before.number !== number
      ? []
      : [{ path, line: 1, why: `${before.path} has the same number: the order of the two is not known.` }]
  })
}
