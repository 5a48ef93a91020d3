/** The application's log, one JSON object a line: its requests, its errors, and the state of its connection pool. */
import { z } from 'zod'
import { printable } from './printable.ts'

const poolSchema = z.object({
  size: z.number(),
  in_use: z.number(),
  waiting: z.number(),
})

const lineSchema = z.object({
  time: z.string().nullish(),
  level: z.union([z.string(), z.number()]).nullish(),
  msg: z.string().nullish(),
  status: z.number().nullish(),
  error: z.string().nullish(),
  size: z.number().nullish(),
  in_use: z.number().nullish(),
  waiting: z.number().nullish(),
  pool: poolSchema.nullish().catch(undefined),
})

/** What the connections of one pod were at some time. */
interface PoolState {
  readonly size: number
  readonly inUse: number
  readonly waiting: number
}

export interface LogTally {
  readonly lines: number
  readonly requests: number
  /** Requests that were answered by a status of 500 or more. */
  readonly failed: number
  /** Lines of the level error or above that are not requests. */
  readonly errors: number
  /** Lines that are not JSON objects. */
  readonly unreadable: number
  /** The newest words of an error. */
  readonly lastError: string | undefined
  /** The newest state of the pool that was written. */
  readonly pool: PoolState | undefined
}

/** pino's and bunyan's number for errors; fatal ones have a higher number. */
const errorNumber = 50

/** Counts the lines of one log. What can't be read is counted as such and never guessed at. */
export function tallyLog(text: string): LogTally {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const read = lines.flatMap((line) => readLine(line) ?? [])
  const requests = read.filter(({ status }) => typeof status === 'number')
  const errors = read.filter((line) => typeof line.status !== 'number' && isError(line.level))
  const last = errors.at(-1)
  return {
    lines: lines.length,
    requests: requests.length,
    failed: requests.filter(({ status }) => (status ?? 0) >= 500).length,
    errors: errors.length,
    unreadable: lines.length - read.length,
    lastError:
      last === undefined ? undefined : printable([last.msg, last.error].filter(Boolean).join(': '), 120),
    pool: read.flatMap((line) => poolOf(line) ?? []).at(-1),
  }
}

type Line = z.infer<typeof lineSchema>

function readLine(line: string): Line | undefined {
  try {
    const read = lineSchema.safeParse(JSON.parse(line))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}

function isError(level: Line['level']): boolean {
  return typeof level === 'number'
    ? level >= errorNumber
    : /^(error|fatal|critical|panic)$/i.test(level ?? '')
}

function poolOf({ pool, size, in_use, waiting }: Line): PoolState | undefined {
  if (pool) return { size: pool.size, inUse: pool.in_use, waiting: pool.waiting }
  if (typeof size !== 'number' || typeof in_use !== 'number') return undefined
  return { size, inUse: in_use, waiting: waiting ?? 0 }
}
