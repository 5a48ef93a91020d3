/** What came of users' requests, counted by the second. */
import { z } from 'zod'

const share = z.object({
  color: z.string(),
  version: z.string(),
  served: z.number(),
  lost: z.number(),
})

export const secondSchema = z.object({
  /** When it began, in milliseconds since 1970. */
  at: z.number(),
  asked: z.number(),
  /** Answered without an error of the server's. */
  served: z.number(),
  /** Answered with an error of the server's, or not at all. */
  lost: z.number(),
  /** Served, but after more than two seconds. */
  slow: z.number(),
  /** By who answered; without those that nobody did. */
  by: z.array(share),
})

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Share = Readonly<z.infer<typeof share>>

/** One second. A request is asked in one, and served or lost in the one in which that is known. */
export type LoadSecond = Readonly<Omit<z.infer<typeof secondSchema>, 'by'>> & {
  readonly by: readonly Share[]
}

/** Who answered a request, and how; undefined status for one that nobody answered. */
interface Ending {
  readonly at: number
  readonly status: number | undefined
  readonly ms: number
  readonly color: string
  readonly version: string
}

export interface LoadFigures {
  readonly requestsPerSecond: number
  /** 0 to 1. */
  readonly errorShare: number
  /** The time within which 95 of 100 answers came, in milliseconds. */
  readonly p95Ms: number
}

export interface LoadHistory {
  readonly asked: (at: number) => void
  readonly ended: (ending: Ending) => void
  /** Oldest first, of the last hour. */
  readonly seconds: () => readonly LoadSecond[]
  /** Of the minute before `now`. */
  readonly figures: (now: number) => LoadFigures
  /** Since the beginning. */
  readonly lost: () => number
}

/** An answer that takes longer counts as slow, in milliseconds. */
const slowMs = 2000
const keptSeconds = 3600
const figuresOverMs = 60_000

/** A history that goes on from those seconds and that many lost requests. */
export function createLoadHistory(from: readonly LoadSecond[] = [], lostBefore = 0): LoadHistory {
  const seconds: (Writable<Omit<LoadSecond, 'by'>> & { by: Writable<Share>[] })[] = from.map((second) => ({
    ...second,
    by: second.by.map((each) => ({ ...each })),
  }))
  let endings: Ending[] = []
  let lost = lostBefore

  function secondOf(time: number) {
    const at = Math.floor(time / 1000) * 1000
    const last = seconds.at(-1)
    if (last !== undefined && last.at >= at) return last
    const next = { at, asked: 0, served: 0, lost: 0, slow: 0, by: [] }
    seconds.push(next)
    if (seconds.length > keptSeconds) seconds.shift()
    return next
  }

  return {
    asked(at) {
      secondOf(at).asked++
    },
    ended(ending) {
      const { at, status, ms, color, version } = ending
      const second = secondOf(at)
      const isLost = status === undefined || status >= 500
      if (isLost) {
        second.lost++
        lost++
      } else {
        second.served++
        if (ms > slowMs) second.slow++
      }
      endings.push(ending)
      const first = endings[0]
      if (first !== undefined && first.at < at - 2 * figuresOverMs)
        endings = endings.filter((each) => each.at >= at - figuresOverMs)
      if (status === undefined) return
      let own = second.by.find((each) => each.color === color && each.version === version)
      if (own === undefined) {
        own = { color, version, served: 0, lost: 0 }
        second.by.push(own)
      }
      if (isLost) own.lost++
      else own.served++
    },
    seconds: () => seconds,
    lost: () => lost,
    figures(now) {
      const since = now - figuresOverMs
      const recent = endings.filter(({ at }) => at >= since && at <= now)
      const failed = recent.filter(({ status }) => status === undefined || status >= 500).length
      const asked = seconds
        .filter(({ at }) => at >= since - 1000)
        .reduce((sum, second) => sum + second.asked, 0)
      const begun = Math.max(since, seconds[0]?.at ?? now)
      const times = recent
        .flatMap(({ status, ms }) => (status === undefined ? [] : [ms]))
        .sort((a, b) => a - b)
      return {
        requestsPerSecond: asked / Math.max(1, (now - begun) / 1000),
        errorShare: recent.length === 0 ? 0 : failed / recent.length,
        p95Ms: times[Math.max(0, Math.ceil(times.length * 0.95) - 1)] ?? 0,
      }
    },
  }
}
