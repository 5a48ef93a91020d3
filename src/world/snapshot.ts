/** A whole world put away in a directory, and taken out again: the cluster, its pods, the account, the data. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { z } from 'zod'
import type { Load } from './app/load.ts'
import type { FaultState } from './faults.ts'
import type { SavedKubelet } from './kubelet/saved-kubelet.ts'
import type { SavedCluster } from './kubernetes/cluster.ts'

/** What stands in the one file; the databases have a directory of their own beside it. */
export interface SavedWorld {
  readonly format: typeof format
  /** When it was saved by the world's own clock, in milliseconds since 1970. */
  readonly now: number
  readonly speed: number
  readonly seed: number
  /** The address that pods and Secret have of the primary database. */
  readonly databaseUrl: string
  readonly cluster: SavedCluster
  readonly kubelet: SavedKubelet
  readonly load: ReturnType<Load['save']>
  readonly faults: FaultState
  /** The AWS account, which reads it itself. */
  readonly aws: unknown
}

/** Counts up when what is saved changes. */
const format = 1
const fileName = 'world.bin'

/** What has to hold before anything in the file is believed: it is ours, and of this format. */
const headSchema = z.looseObject({ format: z.literal(format), now: z.number(), databaseUrl: z.string() })

/** Where the databases of a saved world are. */
export function savedDatabases(directory: string): string {
  return join(directory, 'databases')
}

/**
 * Writes a world into a new or empty directory. `saveDatabases` writes into a directory of theirs. Rejects with an
 * Error when the directory holds something already.
 */
export async function saveWorld(
  directory: string,
  world: Omit<SavedWorld, 'format'>,
  saveDatabases: (directory: string) => Promise<void>,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if ((await readdir(directory)).length > 0)
    throw new Error(`${directory} is not empty. Nothing was written; name a directory that isn't there yet.`)
  await mkdir(savedDatabases(directory), { mode: 0o700 })
  await saveDatabases(savedDatabases(directory))
  // Last, and under its name only when it is whole: without it the directory is no saved world.
  const draft = join(directory, `${fileName}.part`)
  await writeFile(draft, serialize({ format, ...world }), { mode: 0o600 })
  await rename(draft, join(directory, fileName))
}

/** Reads what `saveWorld` wrote. Rejects with an Error that says what is wrong with the directory. */
export async function readSavedWorld(directory: string): Promise<SavedWorld> {
  const file = join(directory, fileName)
  const bytes = await readFile(file).catch(() => {
    throw new Error(`${directory} holds no saved world: there is no ${fileName} in it.`)
  })
  const read = readBytes(bytes)
  if (!isSavedWorld(read))
    throw new Error(`${file} was not written by this version of the practice world. Save the world anew.`)
  return read
}

function readBytes(bytes: Buffer): unknown {
  try {
    const value: unknown = deserialize(bytes)
    return value
  } catch {
    return undefined
  }
}

/** The file is our own, in a directory of the user's: its head tells enough. */
function isSavedWorld(value: unknown): value is SavedWorld {
  return headSchema.safeParse(value).success
}
