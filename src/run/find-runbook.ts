/** Finds the file that a runbook's name or path means, and where its blocks run. */
import { readdirSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printable } from '../health/printable.ts'
import { exitCode } from './exit-code.ts'
import { Refusal } from './refusal.ts'

export interface FoundRunbook {
  readonly file: string
  readonly source: string
  /** Where blocks run: the folder that holds `runbooks/` for a named one, the current folder for a path. */
  readonly cwd: string
}

/** Handrail's own folder, two above both this source file and its bundle's chunk. */
const ownFolder = packageFolder(dirname(fileURLToPath(import.meta.url)))

function packageFolder(from: string): string {
  const parent = dirname(from)
  return /[/\\](src|dist)$/.test(from) || parent === from ? parent : packageFolder(parent)
}

/** Folders searched for named runbooks, nearest first: of the current folder and each above it, then Handrail's own. */
function runbookFolders(cwd: string): readonly string[] {
  const above: string[] = []
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    above.push(join(folder, 'runbooks'))
    if (dirname(folder) === folder) break
  }
  return [...new Set([...above, join(ownFolder, 'runbooks')])]
}

/** Finds and reads a runbook; throws a Refusal that names the places searched. */
export async function findRunbook(nameOrPath: string, cwd: string): Promise<FoundRunbook> {
  const isPath = nameOrPath.includes('/') || nameOrPath.endsWith('.md')
  if (isPath) {
    const file = resolve(cwd, nameOrPath)
    return { file, source: await readRunbook(file, nameOrPath), cwd }
  }
  for (const folder of runbookFolders(cwd)) {
    const file = join(folder, `${nameOrPath}.md`)
    if (await isFile(file)) return { file, source: await readRunbook(file, nameOrPath), cwd: dirname(folder) }
  }
  const known = namedRunbooks(cwd)
  const list = known.map(({ name }) => printable(name)).join(', ')
  throw new Refusal(
    `there is no runbook "${nameOrPath}". Known here: ${list === '' ? 'none' : list}. A path works too: handrail run ./my.md`,
    exitCode.usage,
  )
}

export interface NamedRunbook {
  readonly name: string
  readonly file: string
}

/**
 * Every runbook that can be run by name from a folder; a nearer one hides a farther one of the same name. The first frame
 * waits for this: a few folders are read sooner than threads are started to read them, and sorted without a collation.
 */
export function namedRunbooks(cwd: string): readonly NamedRunbook[] {
  const found = new Map<string, NamedRunbook>()
  for (const folder of runbookFolders(cwd)) {
    for (const entry of entriesOf(folder)) {
      const name = entry.replace(/\.md$/, '')
      if (entry.endsWith('.md') && !found.has(name)) found.set(name, { name, file: join(folder, entry) })
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function readRunbook(file: string, asked: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file'
        : String(error)
    throw new Refusal(`the runbook ${asked} can't be read: ${why}. Nothing was run.`, exitCode.usage)
  }
}
