/** Copies the output that a screen holds to a file of the operator's choice. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { BlockOutput } from '../run/session.ts'
import { grouped } from '../shell/grouped.ts'

/**
 * Writes the kept lines (cleaned and masked, as on the screen) to a new file that only its owner reads, and says what
 * came of it. A file that is there already is left as it is. `record` is named for the lines that the screen let go.
 * Never rejects.
 */
export async function copyOutput(path: string, output: BlockOutput, record: string): Promise<string> {
  const { writeFile } = await import('node:fs/promises')
  const to = resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path)
  const older =
    output.dropped === 0
      ? []
      : [`… ${grouped(output.dropped)} older lines are not in this copy; the record is in ${record} …`]
  const lines = [...older, ...output.lines.map(({ text }) => text)]
  try {
    await writeFile(to, `${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 })
    const count = output.lines.length
    return `${grouped(count)} ${count === 1 ? 'line is' : 'lines are'} in ${to}`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST')
      return `Nothing was written: ${to} is there already. Press c and give another name.`
    return `Nothing was written to ${to}: ${error instanceof Error ? error.message : String(error)}`
  }
}
