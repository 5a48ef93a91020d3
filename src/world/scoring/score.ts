/** The score of a practice: a pure function of what happened. */
import type { LoadSecond, Play, Range, Weight } from '../scenarios/scenario.ts'
import { standing } from './standing.ts'
import type { Timeline } from './timeline.ts'
import { type UnsafeAct, unsafeActs } from './unsafe-acts.ts'

type Outcome =
  /** The trouble came and went by the operator's doing. */
  | 'mitigated'
  /** It was done, and no trouble ever came of it. */
  | 'reached'
  | 'not-mitigated'
  /** The operator left before there was anything to handle. */
  | 'left-early'

interface ScoreLine {
  /** 0 or below. */
  readonly points: number
  readonly why: string
}

/**
 * Times are the operator's own, in milliseconds: `speed` shortens what the world does, not who acts in it. What
 * never came is null, since a score is sent as JSON.
 */
export interface Score {
  readonly outcome: Outcome
  /** From the beginning of the trouble. */
  readonly timeToNoticeMs: number | null
  readonly timeToMitigateMs: number | null
  readonly requestsAsked: number
  readonly requestsLost: number
  readonly requestsSlow: number
  readonly unsafeActs: readonly UnsafeAct[]
  /** 0 to 100. */
  readonly score: number
  readonly grade: string
  /** Reached or mitigated, without an unsafe act. */
  readonly safe: boolean
  /** Why each point went; those without a loss say what was well done. */
  readonly lines: readonly ScoreLine[]
}

/** What can be lost for each. A mitigation that never came costs all of its points and of the noticing's. */
const most = { notice: 15, mitigate: 45, losses: 40 } as const
const cost: Readonly<Record<Weight, number>> = { careless: 10, grave: 30 }
const slowWeighs = 0.5

/** Scores a timeline by its play's limits. */
export function scoreOf(play: Play, timeline: Timeline): Score {
  const { trouble } = timeline
  const { phase, noticedAt, mitigatedAt } = standing(play, timeline)
  const outcome =
    phase === 'before'
      ? play.reached?.(timeline.endsWith) === true
        ? 'reached'
        : 'left-early'
      : phase === 'mitigated'
        ? 'mitigated'
        : 'not-mitigated'
  const since = (at: number | undefined) =>
    trouble === undefined || at === undefined ? null : at - trouble.at
  const load = sumOf(timeline.load)
  const unsafe = unsafeActs(play, timeline)
  const timeToNoticeMs = since(noticedAt)
  const timeToMitigateMs = since(mitigatedAt)
  const lines = [
    ...timeLines(play, outcome, timeToNoticeMs, timeToMitigateMs),
    lossLine(play, timeline.load, load),
    ...unsafeLines(unsafe),
  ]
  const score = Math.max(
    0,
    lines.reduce((sum, { points }) => sum + points, 100),
  )
  const handled = outcome === 'mitigated' || outcome === 'reached'
  return {
    outcome,
    timeToNoticeMs,
    timeToMitigateMs,
    requestsAsked: load.asked,
    requestsLost: load.lost,
    requestsSlow: load.slow,
    unsafeActs: unsafe,
    score,
    grade: gradeOf(score, handled),
    safe: handled && unsafe.length === 0,
    lines,
  }
}

function gradeOf(score: number, handled: boolean): string {
  if (!handled) return 'not handled'
  if (score >= 90) return 'excellent'
  if (score >= 75) return 'good'
  return score >= 50 ? 'shaky' : 'dangerous'
}

function timeLines(
  play: Play,
  outcome: Outcome,
  noticeMs: number | null,
  mitigateMs: number | null,
): readonly ScoreLine[] {
  const { limits } = play
  switch (outcome) {
    case 'reached':
      return [{ points: 0, why: 'What had to be done was done, and no trouble came of it.' }]
    case 'left-early':
      return [{ points: -most.mitigate - most.notice, why: 'You left before anything was handled.' }]
    case 'not-mitigated':
      return [
        noticeMs === null
          ? { points: -most.notice, why: 'You never looked where it showed.' }
          : timed('Noticed', noticeMs, limits.noticeMs, most.notice),
        { points: -most.mitigate, why: 'It was still so when you left.' },
      ]
    case 'mitigated':
      return [
        timed('Noticed', noticeMs ?? 0, limits.noticeMs, most.notice),
        timed('Over for the users', mitigateMs ?? 0, limits.mitigateMs, most.mitigate),
      ]
  }
}

function timed(what: string, ms: number, range: Range, points: number): ScoreLine {
  const lost = share(ms, range) * points
  const wanted = lost > 0 ? `; within ${duration(range.good)} it costs nothing` : ''
  return { points: -Math.round(lost) + 0, why: `${what} after ${duration(ms)}${wanted}.` }
}

interface Sums {
  readonly asked: number
  readonly lost: number
  readonly slow: number
}

function sumOf(load: readonly LoadSecond[]): Sums {
  const sum = (pick: (second: LoadSecond) => number) =>
    load.reduce((total, second) => total + pick(second), 0)
  return { asked: sum(({ asked }) => asked), lost: sum(({ lost }) => lost), slow: sum(({ slow }) => slow) }
}

/** Losses count as seconds of a complete outage, so that it doesn't matter how many users there were. */
function lossLine({ limits }: Play, load: readonly LoadSecond[], { asked, lost, slow }: Sums): ScoreLine {
  if (asked === 0) return { points: 0, why: 'No user asked for anything yet.' }
  if (lost === 0 && slow === 0) return { points: 0, why: `Users lost none of their ${asked} requests.` }
  const perSecond = asked / Math.max(1, load.filter((second) => second.asked > 0).length)
  const outage = (lost + slow * slowWeighs) / perSecond
  const points = -Math.round(share(outage, limits.outageSeconds) * most.losses) + 0
  const waited = slow === 0 ? '' : `, and waited too long for ${slow}`
  const equals = `as much as ${duration(outage * 1000)} without any service`
  return { points, why: `Users lost ${lost} of their ${asked} requests${waited}: ${equals}.` }
}

function unsafeLines(unsafe: readonly UnsafeAct[]): readonly ScoreLine[] {
  return unsafe.map(({ what, why, weight }) => ({ points: -cost[weight], why: `You ${what}: ${why}.` }))
}

/** 0 up to what is good, 1 from what is bad. */
function share(value: number, { good, bad }: Range): number {
  return Math.min(1, Math.max(0, (value - good) / (bad - good)))
}

/** A duration as people say it: `4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return `${seconds} s`
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
}
