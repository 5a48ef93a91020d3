/** The lease of a run: one process drives it, others are told who. */
import { execFile } from 'node:child_process'
import { readdir, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { makeDirectory, writeDurably } from './durable.ts'
import { isSystemError } from './read.ts'

const holderShape = z.object({
  pid: z.int().positive(),
  /** What tells this process from a later one with the same pid; empty where the system doesn't say. */
  started: z.string(),
  host: z.string(),
  operator: z.string(),
  /** ISO 8601, UTC: when the lease was taken. */
  since: z.string(),
  /** ISO 8601, UTC: when it was given back. */
  released: z.string().optional(),
})

export type Holder = z.infer<typeof holderShape>

export interface Lease {
  readonly holder: Holder
  /** Gives the lease back; a second call does nothing. `at`: ISO 8601, UTC. */
  readonly release: (at: string) => Promise<void>
}

export type LeaseResult =
  | {
      readonly ok: true
      readonly lease: Lease
      /** Whose lease was taken over, since that process is gone without giving it back. */
      readonly from?: Holder
    }
  | {
      readonly ok: false
      /** Undefined when a lease is there but can't be read. */
      readonly holder?: Holder
      readonly message: string
    }

/**
 * Takes the lease of the run in `directory` for this process, or says who holds it since when. The lease of a process
 * that is gone is taken over; one from another host is not, since its process can't be looked for. `since`: ISO 8601, UTC.
 * Throws the system's error when the directory can't be written.
 *
 * Each taking is a file of its own, `lease-<n>.json`, and the highest n counts. The highest is never deleted, so n only
 * grows, and making n+1 exclusively is all it takes: of two that find the same dead holder, one gets the name.
 */
export async function takeLease(
  directory: string,
  { operator, since }: { readonly operator: string; readonly since: string },
): Promise<LeaseResult> {
  await makeDirectory(directory)
  const holder: Holder = {
    pid: process.pid,
    started: (await processStart(process.pid)) ?? '',
    host: hostname(),
    operator,
    since,
  }
  for (;;) {
    const takings = await takingsIn(directory)
    const highest = takings.at(-1)
    const before = highest === undefined ? undefined : await readHolder(join(directory, leaseFile(highest)))
    if (highest !== undefined) {
      // It can vanish between the two looks when others take and give back meanwhile: look again.
      if (before === 'gone') continue
      const refused = await refusal(before, join(directory, leaseFile(highest)))
      if (refused !== undefined) return refused
    }
    const mine = (highest ?? 0) + 1
    const path = join(directory, leaseFile(mine))
    try {
      await writeDurably(path, JSON.stringify(holder), 'link')
    } catch (error) {
      if (isSystemError(error) && error.code === 'EEXIST') continue
      throw error
    }
    const after = await takingsIn(directory)
    if (after.at(-1) !== mine) {
      // Looked at a state long past: others have taken higher numbers, and this one's file was deleted as old.
      await rm(path, { force: true })
      continue
    }
    await Promise.all(
      after.filter((n) => n < mine).map((n) => rm(join(directory, leaseFile(n)), { force: true })),
    )
    const abandoned =
      before !== undefined && before !== 'gone' && before.released === undefined ? before : undefined
    return { ok: true, lease: held(path, holder), ...(abandoned === undefined ? {} : { from: abandoned }) }
  }
}

/** Who holds the run's lease now; undefined when nobody does, or when the one who did is gone. */
export async function leaseHolder(directory: string): Promise<Holder | undefined> {
  const highest = (await takingsIn(directory)).at(-1)
  if (highest === undefined) return undefined
  const holder = await readHolder(join(directory, leaseFile(highest)))
  if (holder === undefined || holder === 'gone' || holder.released !== undefined) return undefined
  return (await isGone(holder)) ? undefined : holder
}

function held(path: string, holder: Holder): Lease {
  let released: Promise<void> | undefined
  return {
    holder,
    release: (at) => {
      released ??= writeDurably(path, JSON.stringify({ ...holder, released: at }), 'replace')
      return released
    },
  }
}

async function refusal(holder: Holder | undefined, path: string): Promise<LeaseResult | undefined> {
  if (holder === undefined) {
    return {
      ok: false,
      message: `The run is held by somebody, but ${path} can't be read. Make sure that nobody drives the run, then delete that file.`,
    }
  }
  if (holder.released !== undefined || (await isGone(holder))) return undefined
  const who = `${holder.operator} (process ${holder.pid} on ${holder.host}) since ${holder.since}`
  const elsewhere = holder.host !== hostname()
  const then = elsewhere
    ? `Whether that process still lives can't be seen from here: ask ${holder.operator}; if it is gone, delete ${path}.`
    : 'End it there, or look on meanwhile.'
  return { ok: false, holder, message: `The run is driven by ${who}. Nothing was changed. ${then}` }
}

async function isGone(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return false
  const started = await processStart(holder.pid)
  if (started === undefined) return true
  return holder.started !== '' && started !== '' && started !== holder.started
}

/**
 * What tells a live process from any other that has had its pid: on Linux the boot's id and the start in clock ticks
 * since (proc(5), /proc/PID/stat field 22), elsewhere what `ps` prints as its start. Undefined when no such process
 * lives (a zombie doesn't), empty when there is one and nothing more is known.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may hold anything, parentheses included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
    return `${boot.trim()} ${fields[19] ?? ''}`.trim()
  } catch {
    return isAlive(pid) ? startFromPs(pid) : undefined
  }
}

function startFromPs(pid: number): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      'ps',
      ['-o', 'lstart=', '-p', String(pid)],
      { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } },
      (error, stdout) => {
        resolve(error === null ? stdout.trim() : '')
      },
    )
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM'
  }
}

function leaseFile(n: number): string {
  return `lease-${n}.json`
}

/** The numbers of all lease files, lowest first. */
async function takingsIn(directory: string): Promise<number[]> {
  const names = await readdir(directory)
  return names
    .map((name) => /^lease-(\d+)\.json$/.exec(name)?.[1])
    .filter((n) => n !== undefined)
    .map(Number)
    .sort((one, other) => one - other)
}

async function readHolder(path: string): Promise<Holder | 'gone' | undefined> {
  try {
    const parsed = holderShape.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    return isSystemError(error) && error.code === 'ENOENT' ? 'gone' : undefined
  }
}
