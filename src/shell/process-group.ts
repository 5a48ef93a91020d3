/** All processes of a block: seen, signalled, ended. */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

export interface GroupMember {
  readonly pid: number
  /** The program's name, where the system tells it. */
  readonly name: string
}

export interface Escalation {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'
  /** Milliseconds until the next one, or until what still lives is given up. */
  readonly waitMs: number
}

const pollMs = 15

/**
 * The living processes of the group, and on Linux of the session too: `set -m` gives each job a group of its own.
 * A process that made a session of its own (`setsid`, a daemon) is out of reach. Dead ones that nobody has waited for
 * don't count. Elsewhere than on Linux the leader stands for all, under no name.
 * @param leader the pid of a process that was started as the leader of its own session
 */
export function groupMembers(leader: number): readonly GroupMember[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap((entry) => memberOf(leader, entry))
  return reaches(leader) ? [{ pid: leader, name: '' }] : []
}

/**
 * Sends one signal after the other, each to every living process of the group, until none is left.
 * Resolves to what could not be ended.
 */
export async function endGroup(
  leader: number,
  escalation: readonly Escalation[],
): Promise<readonly GroupMember[]> {
  let members = groupMembers(leader)
  for (const { signal, waitMs } of escalation) {
    const deadline = performance.now() + waitMs
    signalAll(leader, members, signal)
    while (members.length > 0 && performance.now() < deadline) {
      await pause(pollMs)
      members = groupMembers(leader)
    }
    if (members.length === 0) return members
  }
  return members
}

function signalAll(leader: number, members: readonly GroupMember[], signal: NodeJS.Signals) {
  if (members.length === 0) return
  send(-leader, signal)
  if (process.platform === 'linux') {
    for (const { pid } of members) if (groupOf(pid) !== leader) send(pid, signal)
  }
}

/** A process that has ended meanwhile, or that another user's rights protect, is found by the next look at the group. */
function send(target: number, signal: NodeJS.Signals) {
  try {
    process.kill(target, signal)
  } catch {}
}

function reaches(leader: number): boolean {
  try {
    process.kill(-leader, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function memberOf(leader: number, entry: string): GroupMember[] {
  const pid = Number(entry)
  if (!Number.isInteger(pid)) return []
  const stat = statOf(pid)
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return []
  return stat.group === leader || stat.session === leader ? [{ pid, name: stat.name }] : []
}

function groupOf(pid: number): number | undefined {
  return statOf(pid)?.group
}

/** As proc_pid_stat(5) has it; the name stands in parentheses and may hold some itself. */
function statOf(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    const [state, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { name, state, group: Number(group), session: Number(session) }
  } catch {
    return undefined
  }
}
