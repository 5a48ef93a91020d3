/** Lengths of time as runbooks write them. */

/** A day: more is a mistake, and timers overflow at 24.8 days. */
const LONGEST_MS = 24 * 60 * 60 * 1000

export type Duration =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly why: string; readonly mend: string }

/** Reads `500ms`, `300s`, `5m`, `1h`, `1m30s`; milliseconds. A bare number has no unit and is refused. */
export function parseDuration(text: string): Duration {
  if (/^\d+(\.\d+)?$/.test(text)) {
    return {
      ok: false,
      why: `${text} has no unit`,
      mend: `Write ${text}s for seconds, or give it in ms, m or h.`,
    }
  }
  const match = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/.exec(text)
  if (match === null || text === '') {
    return {
      ok: false,
      why: `"${text}" is not a length of time`,
      mend: 'Write a number with ms, s, m or h, such as 300s.',
    }
  }
  const [hours, minutes, seconds, milliseconds] = match.slice(1).map((part) => Number(part ?? 0))
  const whole = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)
  const ms = Math.round(whole * 1000 + (milliseconds ?? 0))
  if (ms < 1) return { ok: false, why: `${text} is no time at all`, mend: 'Write at least 1ms.' }
  if (ms > LONGEST_MS) return { ok: false, why: `${text} is more than a day`, mend: 'Write at most 24h.' }
  return { ok: true, ms }
}
