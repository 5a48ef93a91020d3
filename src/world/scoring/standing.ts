/** Where a practice stands: whether the trouble was noticed, and whether it is over for the users. */
import type { Play } from '../scenarios/scenario.ts'
import type { Timeline } from './timeline.ts'

/** So long without a loss, and the users' trouble counts as over. */
export const quietMs = 5000

export interface Standing {
  readonly phase: 'before' | 'trouble' | 'mitigated'
  /** When who acted saw what was wrong, or at the latest mended it. */
  readonly noticedAt: number | undefined
  /** From when on the cause was gone and nobody lost anything. */
  readonly mitigatedAt: number | undefined
  /** A little waiting would change nothing of this. */
  readonly final: boolean
}

/**
 * Noticed is the first act after the trouble began that shows what is wrong to who does it, or the cure itself
 * where none did. Mitigated is when the cause had gone for good and users had lost nothing since, for as long as
 * `quietMs` where there was so much time.
 */
export function standing(play: Play, timeline: Timeline): Standing {
  const { trouble, moments, sighting, now } = timeline
  if (trouble === undefined)
    return { phase: 'before', noticedAt: undefined, mitigatedAt: undefined, final: true }
  const cured = curedAt(timeline, trouble.at)
  const calmAt = cured === undefined ? undefined : play.lossesGoOn ? cured : calmFrom(timeline, cured)
  const saw = moments.find(({ act }) => act.at >= trouble.at && play.tells(act))?.act.at
  return {
    phase: calmAt === undefined ? 'trouble' : 'mitigated',
    noticedAt: earlier(earlier(saw, sighting?.at), calmAt === undefined ? undefined : cured),
    mitigatedAt: calmAt,
    final: cured === undefined || (calmAt !== undefined && (play.lossesGoOn || now - calmAt >= quietMs)),
  }
}

/** When the cause went the last time, if it has not come back since. */
function curedAt({ cures }: Timeline, from: number): number | undefined {
  const last = cures.at(-1)
  return last?.cured === true ? Math.max(last.at, from) : undefined
}

/** The first moment from then on after which no user lost anything for a while; undefined if that hasn't come. */
function calmFrom({ load, now }: Timeline, from: number): number | undefined {
  let calm = from
  for (const { at, lost } of load) {
    const over = at + 1000
    if (lost === 0 || over <= from) continue
    if (at - calm >= quietMs) break
    calm = over
  }
  return calm <= now ? calm : undefined
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}
