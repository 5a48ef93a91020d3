/** What the practice world measures of itself, and the record of it that CloudWatch shows. */
import { z } from 'zod'

const figuresSchema = z
  .object({
    /** What users ask of LoanServe's front door. */
    requestsPerSecond: z.number(),
    /** The share of those answers that were 5xx, 0 to 1. */
    errorShare: z.number(),
    /** The time within which 95 of 100 answers came, in milliseconds. */
    p95Ms: z.number(),
    /** Sessions at the primary database. */
    databaseConnections: z.number(),
    /** How much of their CPU limit the pods of the API use, 0 to 1. */
    podCpu: z.number(),
  })
  .readonly()

export type Figures = z.infer<typeof figuresSchema>

export const sampleSchema = z.object({ at: z.number(), figures: figuresSchema }).readonly()

/** The figures at a moment, in milliseconds since 1970. */
export type Sample = z.infer<typeof sampleSchema>

export interface FigureHistory {
  /** Whether users have been seen at all. */
  readonly hasBegun: boolean
  /** Oldest first, `from` up to but without `to`, about one for every `every` milliseconds where there is that much. */
  readonly samples: (from: number, to: number, every: number) => readonly Sample[]
}

/** Six hours of a sample each 10 seconds. */
const sampleLimit = 2160

/** The samples with one more, the oldest dropped when there are too many. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples, sample].slice(-sampleLimit)
}

/** A number in [0, 1) that belongs to a whole number: the same past whenever it is asked for. */
function jitter(whole: number): number {
  let mixed = Math.imul(whole | 0, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32
}

/**
 * How it was before the first sample: a day's wave through what was seen first, without an incident. The world
 * has a past of forty days, and a dashboard of the last hours should not begin with the practice run.
 */
function past(first: Sample, at: number): Sample {
  const hour = (at / 3_600_000) % 24
  const firstHour = (first.at / 3_600_000) % 24
  const wave = (time: number) => 1 + 0.35 * Math.sin(((time - 9) / 24) * 2 * Math.PI)
  const minute = Math.floor(at / 60_000)
  const share = (wave(hour) / wave(firstHour)) * (0.95 + 0.1 * jitter(minute))
  const { figures } = first
  return {
    at,
    figures: {
      requestsPerSecond: figures.requestsPerSecond * share,
      errorShare: jitter(minute + 7) < 0.03 ? 0.001 : 0,
      p95Ms: figures.p95Ms * (0.9 + 0.2 * jitter(minute + 13)),
      databaseConnections: Math.round(figures.databaseConnections * (0.9 + 0.2 * jitter(minute + 29))),
      podCpu: figures.podCpu * share,
    },
  }
}

/** What is read out of samples; the past before the first of them with users in it is made up. */
export function figureHistory(samples: readonly Sample[]): FigureHistory {
  const first = samples.find(({ figures }) => figures.requestsPerSecond > 0)
  return {
    hasBegun: first !== undefined,
    samples(from, to, every) {
      const known = samples.filter(({ at }) => at >= from && at < to)
      const begun = samples[0]?.at
      if (first === undefined || begun === undefined || from >= begun) return known
      const before: Sample[] = []
      for (let at = from; at < Math.min(to, begun); at += every) before.push(past(first, at))
      return [...before, ...known]
    },
  }
}
