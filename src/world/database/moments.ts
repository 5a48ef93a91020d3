/**
 * How the world's clock and the machine's belong together. PostgreSQL stamps each commit by the machine's clock, and
 * a restore is asked for by the world's: they are the same in a live world, and not in one whose clock is moved by
 * hand or that was saved and loaded.
 */

/** Both clocks at one moment, in milliseconds since 1970. */
export interface Moment {
  readonly world: number
  readonly machine: number
}

/** From how much on two moments don't lie on one line any more. */
const driftMs = 100

/** Whether the moment, which is the newest, says anything that the others don't. */
export function isNews(moments: readonly Moment[], moment: Moment): boolean {
  const last = moments.at(-1)
  if (last === undefined) return true
  return Math.abs(moment.world - moment.machine - (last.world - last.machine)) > driftMs
}

/** PostgreSQL counts in microseconds, and takes what was done at the very time along. In milliseconds. */
const justBefore = 0.001

/** When it was on the machine, when it was `time` in the world: what was done before a moment lies before it. */
export function machineTime(moments: readonly Moment[], time: number): number {
  const after = moments.findIndex(({ world }) => world > time)
  const from = moments.at(after === -1 ? -1 : Math.max(0, after - 1))
  if (from === undefined) return time
  const next = after > 0 ? moments[after] : undefined
  const machine = from.machine + (time - from.world)
  return next === undefined ? machine : Math.min(machine, next.machine - justBefore)
}
