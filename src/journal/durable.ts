/** Directories and files that are still there after a power cut: made, written whole, and fsynced. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Fsyncs a directory, so that the names in it last. Throws the system's error. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a directory and its missing parents (0700) and fsyncs each that holds a new name. Throws the system's error. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const top = dirname(resolve(first))
  for (let made = dirname(resolve(directory)); made.length >= top.length; made = dirname(made)) {
    await syncDirectory(made)
    if (made === dirname(made)) break
  }
}

/**
 * Writes a file (0600) so that its name never stands for less than the whole content: written under a temporary name,
 * fsynced, then given its name. `replace` overwrites a file of that name; `link` refuses with EEXIST. Throws the system's
 * error; then no temporary file is left.
 */
export async function writeDurably(path: string, content: string, how: 'replace' | 'link'): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    if (how === 'replace') await rename(temporary, path)
    else await link(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  await syncDirectory(dirname(path))
}
