/** What the API server of LoanServe writes to its log: one JSON object a line. */
import type { AppBehavior } from './behavior.ts'

/** A line to be written some milliseconds after the application started. */
export interface TimedLine {
  readonly afterMs: number
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly msg: string
  readonly fields?: Readonly<Record<string, unknown>>
}

export type LogLine = Omit<TimedLine, 'afterMs'>

/** The connections of an application to its database. */
export interface PoolFigures {
  readonly size: number
  /** Taken by a query, or never given back. */
  readonly in_use: number
  readonly idle: number
  /** Requests that wait for a connection. */
  readonly waiting: number
}

function storeOf({ database }: AppBehavior): string {
  return database.url === undefined ? 'memory' : 'postgres'
}

/** A line as it is written; `at` in milliseconds since 1970. */
export function logText(at: number, { level, msg, fields }: LogLine): string {
  return JSON.stringify({ time: new Date(at).toISOString(), level, msg, ...fields })
}

/** The first lines of a run, and the last words of one that crashes, in order. */
export function startLines(behavior: AppBehavior, port: number): readonly TimedLine[] {
  const { crash, listensAfterMs, version, flags, database } = behavior
  const begin: TimedLine[] = [
    { afterMs: 20, level: 'info', msg: 'starting loanserve api', fields: { version, port } },
    { afterMs: 60, level: 'info', msg: 'feature flags read', fields: { flags } },
  ]
  if (crash !== undefined) {
    const fields = { error: crash.error, exit_code: 1 }
    return [
      ...begin,
      { afterMs: crash.afterMs - 10, level: 'fatal', msg: 'uncaught exception, exiting', fields },
    ]
  }
  const warmUp: TimedLine[] =
    listensAfterMs < 5000
      ? []
      : [
          {
            afterMs: 500,
            level: 'warn',
            msg: 'warming the rate cache before listening',
            fields: { expected_ms: listensAfterMs },
          },
        ]
  const lines: TimedLine[] = [
    ...begin,
    ...warmUp,
    {
      afterMs: Math.min(120, listensAfterMs),
      level: 'info',
      msg: 'connection pool ready',
      fields: { store: storeOf(behavior), size: database.poolSize },
    },
    { afterMs: listensAfterMs, level: 'info', msg: 'listening', fields: { port } },
  ]
  return lines.toSorted((a, b) => a.afterMs - b.afterMs)
}

/** How often the state of the connection pool is written, in milliseconds. */
export const poolEveryMs = 30 * 60 * 1000

/** What a pool looks like that was not needed yet. */
const unused: PoolFigures = { size: 10, in_use: 0, idle: 0, waiting: 0 }

/** The state of the connection pool; `requests` were served since the last such line. */
export function poolLine(requests: number, figures: PoolFigures = unused): LogLine {
  const isDry = figures.in_use >= figures.size && figures.waiting > 0
  return { level: isDry ? 'warn' : 'info', msg: 'connection pool', fields: { ...figures, requests } }
}

/** Something behind the application failed. */
export function troubleLine(what: string, path: string, figures: PoolFigures): LogLine {
  return { level: 'error', msg: what, fields: { path, pool: figures } }
}

/** One request that was answered. */
export function requestLine(request: {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
}): LogLine {
  const { method, path, status, ms } = request
  const fields = { method, path, status, duration_ms: Math.round(ms * 10) / 10 }
  return { level: status >= 500 ? 'error' : 'info', msg: 'request', fields }
}

/** The last words of a run that was told to end. */
export const stopLines: readonly LogLine[] = [
  { level: 'info', msg: 'SIGTERM received, closing connections' },
  { level: 'info', msg: 'stopped' },
]
