/** The time to which a cluster is restored: read without doubt, held against what can be had, and what it costs. */

/** Milliseconds since 1970. */
export interface RestorableWindow {
  readonly earliest: number
  readonly latest: number
}

export type TimeResult =
  | { readonly ok: true; readonly time: number }
  /** A sentence that says what is wrong with the text and how it is written. */
  | { readonly ok: false; readonly why: string }

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,3})?(Z|[+-]\d\d:\d\d)?$/

/**
 * Reads a time in UTC as RDS takes it. One without a zone is refused: the reader's clock on the wall and the
 * database's are hours apart, and hours of data would be gone.
 */
export function readRestoreTime(text: string): TimeResult {
  const match = form.exec(text)
  const example = 'Write it in UTC, e.g. 2025-10-01T10:00:00Z.'
  if (match === null) return { ok: false, why: `"${text}" is no time. ${example}` }
  const zone = match[8]
  if (zone === undefined) return { ok: false, why: `"${text}" doesn't say in which time zone. ${example}` }
  const time = Date.parse(text)
  if (Number.isNaN(time)) return { ok: false, why: `There is no such time as "${text}". ${example}` }
  if (zone !== 'Z')
    return {
      ok: false,
      why: `"${text}" is local time, which is easily read wrong at night. In UTC it is ${timeText(time)}.`,
    }
  // What Date takes for another day, such as 31 April, is no time either.
  if (timeText(time) !== text.replace(/\.\d+Z$/, 'Z'))
    return { ok: false, why: `There is no such time as "${text}". ${example}` }
  return { ok: true, time }
}

export type RestoreTimeDecision =
  | { readonly kind: 'restorable' }
  /** It will be restorable: the backups are a few minutes behind. */
  | { readonly kind: 'not-yet'; readonly waitMs: number }
  | { readonly kind: 'refused'; readonly why: string }

/** Whether a cluster with that window can be restored to `time` at `now`. */
export function judgeRestoreTime(
  time: number,
  now: number,
  { earliest, latest }: RestorableWindow,
): RestoreTimeDecision {
  if (time < earliest)
    return {
      kind: 'refused',
      why: `${timeText(time)} is ${durationText(earliest - time)} before the earliest time that can be restored. Backups don't reach back so far.`,
    }
  if (time > now)
    return {
      kind: 'refused',
      why: `${timeText(time)} is in the future: it comes in ${durationText(time - now)}.`,
    }
  return time > latest ? { kind: 'not-yet', waitMs: time - latest } : { kind: 'restorable' }
}

/** As RDS wants it: whole seconds in UTC. */
export function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}

const units = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  { name: 'second', ms: 1000 },
] as const

/** A duration in words, the two largest units of it: "2 hours 5 minutes". Less than a second is "0 seconds". */
export function durationText(ms: number): string {
  let left = Math.floor(Math.abs(ms) / 1000) * 1000
  const parts = units.flatMap((unit) => {
    const count = Math.floor(left / unit.ms)
    left -= count * unit.ms
    return count === 0 ? [] : [`${count} ${unit.name}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? '0 seconds' : parts.slice(0, 2).join(' ')
}
