/** What the logs of a color's pods say: of its errors, and of its connection pool. */
import type { Judgment } from './judgment.ts'
import { type LogTally, tallyLog } from './log-lines.ts'
import type { Thresholds } from './thresholds.ts'

/** One pod's log, or why it could not be read. */
type PodLog =
  | { readonly pod: string; readonly text: string }
  | { readonly pod: string; readonly unread: string }

/** The logs of a color's pods within a time such as `60s`; or why there are none. */
export type Logs = { readonly since: string; readonly pods: readonly PodLog[] } | { readonly unread: string }

/**
 * Bad when more than the allowed share of requests has failed, or of lines without requests are errors. A log without
 * a request proves nothing: then it is unknown.
 */
export function judgeErrors(logs: Logs, { errorPercent }: Thresholds): Judgment {
  if ('unread' in logs) return { kind: 'unknown', why: logs.unread }
  const tallies = talliesOf(logs.pods)
  const unread = logs.pods.flatMap((log) => ('unread' in log ? [log.unread] : []))
  const sum = (of: (tally: LogTally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
  const requests = sum((tally) => tally.requests)
  const failed = sum((tally) => tally.failed)
  const errors = sum((tally) => tally.errors)
  const unreadable = sum((tally) => tally.unreadable)
  const lines = sum((tally) => tally.lines)
  const last = tallies.flatMap(({ lastError }) => lastError ?? []).at(-1)
  const because = last === undefined ? '' : `, last: ${last}`
  const within = `in ${logs.since}`
  const percent = requests === 0 ? 0 : (100 * failed) / requests
  const value = Math.round(percent * 10) / 10
  if (requests > 0 && percent > errorPercent) {
    const why = `${value} % of ${requests} requests failed ${within}${because}`
    return { kind: 'bad', why, cause: 'requests-fail', figure: { value, unit: 'percent' } }
  }
  if (errors > 0 && (100 * errors) / lines > errorPercent) {
    return { kind: 'bad', why: `${count(errors, 'error line')} ${within}${because}`, cause: 'error-lines' }
  }
  if (requests === 0) {
    const [why] = unread
    if (why !== undefined) return { kind: 'unknown', why: `the logs can't be read: ${why}` }
    if (unreadable > 0)
      return {
        kind: 'unknown',
        why: `${count(unreadable, 'line')} ${within}, none of them JSON with a status`,
      }
    return { kind: 'unknown', why: `no request was logged ${within}` }
  }
  const beside = unreadable === 0 ? '' : `, ${count(unreadable, 'line')} unreadable`
  const says = `${value} % of ${requests} requests failed ${within} (up to ${errorPercent} %)${beside}`
  return { kind: 'good', says, figure: { value, unit: 'percent' } }
}

/** The share of connections in use from which a pool is nearly dry. */
const nearlyDry = 0.9

/** Bad when requests wait for a connection in a pod, or nearly all of its connections are in use. */
export function judgePool(logs: Logs): Judgment {
  if ('unread' in logs) return { kind: 'unknown', why: logs.unread }
  const states = logs.pods.flatMap((log) => {
    const pool = 'text' in log ? tallyLog(log.text).pool : undefined
    return pool === undefined ? [] : [{ pod: log.pod, ...pool }]
  })
  const [fullest] = states.toSorted((a, b) => b.inUse / b.size - a.inUse / a.size || b.waiting - a.waiting)
  if (fullest === undefined) {
    const why = logs.pods.flatMap((log) => ('unread' in log ? [log.unread] : []))[0]
    return { kind: 'unknown', why: why ?? `no line of the log tells of a pool in ${logs.since}` }
  }
  const { pod, inUse, size, waiting } = fullest
  const figure = { value: inUse, unit: 'connections' } as const
  const used = `${inUse} of ${size} connections in use in ${pod}, ${waiting} waiting`
  if (inUse < nearlyDry * size) return { kind: 'good', says: used, figure }
  return waiting > 0 || inUse >= size
    ? { kind: 'bad', why: `the pool is dry: ${used}`, cause: 'pool-dry', figure }
    : { kind: 'bad', why: `the pool is nearly dry: ${used}`, cause: 'pool-nearly-dry', figure }
}

function talliesOf(logs: readonly PodLog[]): readonly LogTally[] {
  return logs.flatMap((log) => ('text' in log ? [tallyLog(log.text)] : []))
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
