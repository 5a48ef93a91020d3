/** Before any test: what is built is as new as the source, since tests start the built program and the built world. */
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** When the youngest file of a folder was written, in milliseconds since 1970; 0 without any. */
function youngest(folder: string): number {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  const written = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs)
  return Math.max(0, ...written)
}

function builtAt(): number {
  return statSync(join(root, 'dist', 'handrail.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

export default function setup(): void {
  const sources = Math.max(...['src', 'machines', 'bin'].map(youngest))
  const packages = statSync(join(root, 'package-lock.json')).mtimeMs
  if (Math.max(sources, packages) < builtAt()) return
  execFileSync(process.execPath, [join(root, 'bin', 'build.js')], { stdio: ['ignore', 'ignore', 'inherit'] })
}
