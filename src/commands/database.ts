/** `handrail database`: psql, and a Secret's connection URI, without its value ever being seen. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  addressText,
  type Connection,
  connectionEnvironment,
  isSameAddress,
  readConnection,
} from '../database/connection.ts'
import { pointBack, type RepointDecision, repoint, type StoredSecret } from '../database/repointing.ts'
import {
  durationText,
  judgeRestoreTime,
  type RestorableWindow,
  readRestoreTime,
  timeText,
} from '../database/restore-time.ts'
import {
  clusterAddress,
  patchSecret,
  readSecret,
  restorableWindow,
  runPsql,
  type SecretPlace,
  ToolFailed,
} from '../database/tools.ts'
import { createRedactor } from '../journal/redact.ts'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { say } from './say.ts'

/** Which URI is meant: a key of a Secret. */
export interface UriOptions {
  readonly secret: string
  readonly key: string
  readonly namespace?: string
}

/** Runs psql where the URI leads, or with its user and password on the cluster's own address; gives psql's exit code. */
export async function psqlCommand(
  args: readonly string[],
  options: UriOptions & { readonly cluster?: string; readonly write?: boolean },
): Promise<number> {
  const { cluster, write = false } = options
  const secret = await told(() => readSecret(placeOf(options)))
  const connection = connectionOf(secret, options.key)
  const address = cluster === undefined ? connection : await told(() => clusterAddress(cluster))
  const environment = connectionEnvironment({ ...connection, ...address }, { write })
  return await told(() => runPsql(args, environment), secret)
}

/**
 * Prints where the URI leads: host, port and database. Given a cluster, it also says whether that is the cluster, and
 * gives 1 where it isn't.
 */
export async function whereCommand(options: UriOptions & { readonly cluster?: string }): Promise<number> {
  const { cluster, key } = options
  const secret = await told(() => readSecret(placeOf(options)))
  const connection = connectionOf(secret, key)
  const place = `${addressText(connection)}/${connection.database ?? ''}`
  if (cluster === undefined) {
    say(`${place}\n`)
    return exitCode.done
  }
  const address = await told(() => clusterAddress(cluster))
  const leadsThere = isSameAddress(connection, address)
  const elsewhere = `not to ${cluster} at ${addressText(address)}`
  say(`${key} leads to ${place}, ${leadsThere ? `which is ${cluster}` : elsewhere}\n`)
  return leadsThere ? exitCode.done : exitCode.failed
}

/** Leads the URI to the cluster; prints what was done, never a value. */
export async function repointCommand(
  options: UriOptions & { readonly cluster: string; readonly keepAs: string },
): Promise<number> {
  const { keepAs, cluster } = options
  const secret = await told(() => readSecret(placeOf(options)))
  const to = await told(() => clusterAddress(cluster))
  return await carryOut(
    repoint(secret, options, to),
    secret,
    options,
    `the value before is kept as ${keepAs}`,
  )
}

/** Leads the URI back to where it led before, with the value that was kept; prints what was done, never a value. */
export async function pointBackCommand(options: UriOptions & { readonly keepAs: string }): Promise<number> {
  const secret = await told(() => readSecret(placeOf(options)))
  return await carryOut(pointBack(secret, options), secret, options, `${options.keepAs} is gone`)
}

async function carryOut(
  decision: RepointDecision,
  secret: StoredSecret,
  options: UriOptions,
  aside: string,
): Promise<number> {
  if (decision.kind === 'refused') throw new Refusal(`${decision.why} Nothing was changed.`)
  if (decision.kind === 'nothing') {
    say(`${decision.why} Nothing was changed.\n`)
    return exitCode.done
  }
  const { patch, from, to } = decision
  await told(() => patchSecret(placeOf(options), patch), secret)
  const led = `${addressText(to)} instead of ${addressText(from)}`
  say(`${options.key} of the Secret ${secret.name} leads to ${led}; ${aside}.\n`)
  return exitCode.done
}

/** How long between two looks at what can be restored, in milliseconds. */
const lookEveryMs = 10_000

/**
 * Prints which times the cluster can be restored to, and what is lost by that one. Waits for a time that the backups
 * have not reached yet. Gives 1 for a time that can't be had.
 */
export async function restorableCommand(options: {
  readonly cluster: string
  readonly to: string
}): Promise<number> {
  const { cluster, to } = options
  const read = readRestoreTime(to)
  if (!read.ok) throw new Refusal(`${read.why} Nothing was changed.`, exitCode.usage)
  const { time } = read
  for (let looks = 0; ; looks += 1) {
    const window = await told(() => restorableWindow(cluster))
    const now = Date.now()
    if (looks === 0) say(`${windowText(cluster, window)}\n`)
    const decision = judgeRestoreTime(time, now, window)
    if (decision.kind === 'refused')
      throw new Refusal(`${decision.why} Nothing was changed. Choose another time.`, exitCode.failed)
    if (decision.kind === 'restorable') {
      const ago = durationText(now - time)
      say(
        `${timeText(time)} can be restored. It is ${ago} ago: what was written in these ${ago} is not in the restored data.\n`,
      )
      return exitCode.done
    }
    say(
      `${timeText(time)} can't be restored yet: the backups are ${durationText(now - window.latest)} behind. Waiting for about ${durationText(Math.ceil(decision.waitMs / 1000) * 1000)}.\n`,
    )
    await pause(Math.min(lookEveryMs, Math.max(1000, decision.waitMs)))
  }
}

function windowText(cluster: string, { earliest, latest }: RestorableWindow): string {
  return `${cluster} can be restored to any time from ${timeText(earliest)} to ${timeText(latest)}, in UTC.`
}

function placeOf({ secret, namespace }: UriOptions): SecretPlace {
  return namespace === undefined ? { name: secret } : { name: secret, namespace }
}

function connectionOf({ name, values }: StoredSecret, key: string): Connection {
  const uri = values[key]
  if (uri === undefined) throw new Refusal(`the Secret ${name} has no key ${key}. Nothing was changed.`)
  const read = readConnection(uri)
  if (!read.ok) throw new Refusal(`${key} of the Secret ${name} ${read.why}. Nothing was changed.`)
  return read.connection
}

/** What a tool said when it failed, as a refusal: kubectl prints a refused Secret with all its values. */
async function told<T>(work: () => Promise<T>, secret?: StoredSecret): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error
    const redact = createRedactor({ values: Object.values(secret?.values ?? {}) })
    throw new Refusal(`${redact(error.message)}\nNothing was changed.`, exitCode.failed)
  }
}
