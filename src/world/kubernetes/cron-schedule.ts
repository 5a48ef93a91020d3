/** Schedules of cron jobs: five fields or a word such as `@hourly`, as cron has them. */
import { Cron } from 'croner'

function read(schedule: string, timeZone: string | undefined): Cron {
  return new Cron(schedule, { paused: true, timezone: timeZone ?? 'Etc/UTC', mode: '5-part' })
}

/** What is wrong with a schedule, or undefined. */
export function scheduleFault(schedule: string): string | undefined {
  try {
    read(schedule, undefined)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The first time after `after` (both milliseconds since 1970), or undefined when there is none any more. */
export function nextTime(schedule: string, timeZone: string | undefined, after: number): number | undefined {
  return read(schedule, timeZone).nextRun(new Date(after))?.getTime()
}
