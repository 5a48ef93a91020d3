/** What the application in a container writes to its log by itself. */
import type { AppBehavior } from '../app/behavior.ts'
import { logText, poolEveryMs, poolLine, startLines } from '../app/log-lines.ts'
import type { Tenant } from './tenant.ts'

/**
 * Puts the lines of a run that began at `startedAt` (milliseconds since 1970) on the clock: `later` runs a task at a
 * time unless the pod has gone, `write` writes a line of this run unless it has ended.
 */
export function keepAppLog(
  tenant: Tenant,
  {
    behavior,
    port,
    startedAt,
    speed,
  }: {
    readonly behavior: AppBehavior
    readonly port: number
    readonly startedAt: number
    readonly speed: number
  },
  later: (time: number, task: () => void) => void,
  write: (at: number, text: string) => boolean,
): void {
  for (const line of startLines(behavior, port)) {
    const at = startedAt + line.afterMs / speed
    later(at, () => write(at, logText(at, line)))
  }
  if (behavior.crash === undefined) keepPoolLines(tenant, startedAt, later, write)
}

/** The state of the connection pool every half hour after `from`, as long as nobody asks anything. */
export function keepPoolLines(
  tenant: Tenant,
  from: number,
  later: (time: number, task: () => void) => void,
  write: (at: number, text: string) => boolean,
): void {
  const everyHalfHour = (at: number) =>
    later(at, () => {
      // An application that is asked something tells of its pool itself.
      const isQuiet = tenant.requests === 0
      tenant.requests = 0
      if (!isQuiet || write(at, logText(at, poolLine(0)))) everyHalfHour(at + poolEveryMs)
    })
  everyHalfHour(from + poolEveryMs)
}
