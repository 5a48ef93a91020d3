/** The launcher under a Node that is too old for the program. */
import { execFile, execFileSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { which } from '../../src/shell/which.ts'
import { bin } from '../e2e/terminal.ts'

const run = promisify(execFile)

/** The machine's own Node, not the pinned one, if it is older than that. */
const older = olderNode()

function olderNode(): string | undefined {
  const outside = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
  const node = which('node', outside.join(delimiter))
  if (node === undefined) return undefined
  const major = Number(execFileSync(node, ['-p', 'process.versions.node']).toString().split('.')[0])
  return major < 24 ? node : undefined
}

test.runIf(older !== undefined)(
  'an older Node hands over to the pinned one, with arguments and exit code',
  async () => {
    const { stdout } = await run(older ?? '', [bin, '--version'])
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const failed = await run(older ?? '', [bin, 'run', 'no-such-runbook'], { cwd: join(bin, '..') }).catch(
      (error) => error,
    )
    expect(failed.code).toBe(2)
    expect(failed.stderr).toContain('there is no runbook "no-such-runbook"')
  },
)
