/** As whom PostgreSQL runs, and where: it refuses to run as root. */
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The user `nobody` for root; undefined for an ordinary user, who runs it as himself. */
export function unprivilegedUser(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  // PostgreSQL looks its user up by id, so it has to be one that exists.
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new Error('this machine has no user "nobody" to run PostgreSQL as')
  return { uid: Number(uid), gid: Number(gid) }
}

/** A directory for temporary files that another user can pass through, when one has to. */
export async function reachableTemporary(byOthers: boolean): Promise<string> {
  if (!byOthers) return tmpdir()
  for (const candidate of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await isReachable(candidate)) return candidate
  }
  throw new Error('there is no directory for temporary files that the user "nobody" can reach')
}

async function isReachable(path: string): Promise<boolean> {
  const { mode } = await stat(path).catch(() => ({ mode: 0 }))
  if ((mode & 0o001) === 0) return false
  return path === dirname(path) || isReachable(dirname(path))
}
