/** The real aws CLI for a test, on any machine. */
import { delimiter } from 'node:path'
import { practiceTools, toolCache } from '../src/commands/practice-tools.ts'

/** A PATH with aws on it: the machine's own, or the pinned one behind it. Throws where neither can be had. */
export async function pathWithAws(): Promise<string> {
  const present = process.env.PATH ?? ''
  const { directories, missing } = await practiceTools({
    path: present,
    cache: toolCache(process.env),
    called: new Set(['aws']),
    onProgress: () => {},
  })
  if (missing.length > 0) throw new Error(missing.join('\n'))
  return [present, ...directories].join(delimiter)
}
