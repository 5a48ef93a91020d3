/** What squawk, a linter for migrations, says about one file. */
import { spawn } from 'node:child_process'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

export interface SquawkRemark {
  /** Its name for the rule, e.g. `ban-drop-column`. */
  readonly rule: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** squawk is not there for this machine, or did not answer. */
export class SquawkFailed extends Error {
  override readonly name = 'SquawkFailed'
}

const report = z.array(z.object({ line: z.int(), rule_name: z.string(), message: z.string() }))

/** The runner itself sets both timeouts for every file. */
const settled = ['require-lock-timeout', 'require-statement-timeout']

export interface SquawkOptions {
  /** Whether the runner puts the file into a transaction. */
  readonly transaction: boolean
  /** The server's, e.g. `15.4`; squawk's own default without. */
  readonly serverVersion?: string
}

/**
 * Runs squawk over SQL and gives every remark. Comments that would silence it are not heard: what a file may break, its
 * head says with a reason. Throws SquawkFailed.
 */
export async function squawk(sql: string, options: SquawkOptions): Promise<readonly SquawkRemark[]> {
  const { transaction, serverVersion } = options
  const args = [
    '--reporter=json',
    `--exclude=${settled.join(',')}`,
    ...(transaction ? ['--assume-in-transaction'] : []),
    ...(serverVersion === undefined ? [] : [`--pg-version=${serverVersion}`]),
    // Without a configuration of its own it would look for one upwards from here.
    '--config=/dev/null',
  ]
  const child = spawn(program(), args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(new SquawkFailed(`squawk can't be started: ${error.message}.`)))
    child.on('close', resolve)
  })
  child.stdin.on('error', () => {})
  // The same length, so that every line and column stays where it is.
  child.stdin.end(sql.replaceAll(/squawk-ignore/gi, 'squawk ignore'))
  const [code, printed, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  const remarks = report.safeParse(jsonOf(printed))
  if (!remarks.success)
    throw new SquawkFailed(`squawk ended with ${code}: ${complained.trim() || printed.trim()}`)
  return remarks.data.map(({ line, rule_name, message }) => ({ line: line + 1, rule: rule_name, message }))
}

function jsonOf(printed: string): unknown {
  try {
    return JSON.parse(printed)
  } catch {
    return undefined
  }
}

/** The program itself, without the Node script around it. */
function program(): string {
  const name = `@squawk-cli/${process.platform}-${process.arch}`
  const manifest = find(name, find('squawk-cli', import.meta.url))
  if (manifest === undefined)
    throw new SquawkFailed(`the npm package ${name} is not installed, so nobody can judge migrations here.`)
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'squawk.exe' : 'squawk')
}

function find(name: string, from: string | undefined): string | undefined {
  try {
    return from === undefined ? undefined : findPackageJSON(name, from)
  } catch {
    return undefined
  }
}
