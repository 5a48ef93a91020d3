/** The metrics that the account has, and their statistics over a period. */
import { AwsFault } from '../fault.ts'
import type { FigureHistory, Figures, Sample } from './figures.ts'

export interface Dimension {
  readonly name: string
  readonly value: string
}

/** How a metric comes from the figures, in its unit. */
type Measure =
  | { readonly kind: 'gauge'; readonly of: (figures: Figures) => number }
  /** Events a second. */
  | { readonly kind: 'count'; readonly of: (figures: Figures) => number }
  /** How long requests took; given is the time that 95 of 100 stay under. */
  | { readonly kind: 'duration'; readonly of: (figures: Figures) => number }

export interface Metric {
  readonly namespace: string
  readonly name: string
  readonly unit: 'Count' | 'Seconds' | 'Percent'
  /** The sets of dimensions under which it is published: CloudWatch knows no other combination. */
  readonly published: readonly (readonly Dimension[])[]
  readonly measure: Measure
}

const loadBalancer: Dimension = { name: 'LoadBalancer', value: 'app/loanserve-prod/50dc6c495c0c9188' }
const targetGroup: Dimension = { name: 'TargetGroup', value: 'targetgroup/loanserve-api/73e2d6bc24d8a067' }
const albDimensions = [[loadBalancer], [targetGroup, loadBalancer]]

export const metrics: readonly Metric[] = [
  {
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCount',
    unit: 'Count',
    published: albDimensions,
    measure: { kind: 'count', of: (figures) => figures.requestsPerSecond },
  },
  {
    namespace: 'AWS/ApplicationELB',
    name: 'HTTPCode_Target_5XX_Count',
    unit: 'Count',
    published: albDimensions,
    measure: { kind: 'count', of: (figures) => figures.requestsPerSecond * figures.errorShare },
  },
  {
    namespace: 'AWS/ApplicationELB',
    name: 'TargetResponseTime',
    unit: 'Seconds',
    published: albDimensions,
    measure: { kind: 'duration', of: (figures) => figures.p95Ms / 1000 },
  },
  {
    namespace: 'AWS/RDS',
    name: 'DatabaseConnections',
    unit: 'Count',
    published: [
      [{ name: 'DBClusterIdentifier', value: 'loanserve-prod-aurora' }],
      [
        { name: 'Role', value: 'WRITER' },
        { name: 'DBClusterIdentifier', value: 'loanserve-prod-aurora' },
      ],
      [{ name: 'DBInstanceIdentifier', value: 'loanserve-prod-aurora-1' }],
    ],
    measure: { kind: 'gauge', of: (figures) => figures.databaseConnections },
  },
  {
    namespace: 'ContainerInsights',
    name: 'pod_cpu_utilization_over_pod_limit',
    unit: 'Percent',
    published: [
      [
        { name: 'ClusterName', value: 'loanserve-prod' },
        { name: 'Namespace', value: 'loanserve' },
      ],
      [
        { name: 'ClusterName', value: 'loanserve-prod' },
        { name: 'Namespace', value: 'loanserve' },
        { name: 'Service', value: 'api-main' },
      ],
    ],
    measure: { kind: 'gauge', of: (figures) => figures.podCpu * 100 },
  },
]

function sameDimensions(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((x) => b.some((y) => x.name === y.name && x.value === y.value))
}

/** The metric that is published under exactly these dimensions; undefined when there is none. */
export function findMetric(
  namespace: string,
  name: string,
  dimensions: readonly Dimension[],
): Metric | undefined {
  return metrics.find(
    (metric) =>
      metric.namespace === namespace &&
      metric.name === name &&
      metric.published.some((set) => sameDimensions(set, dimensions)),
  )
}

export type Statistic =
  | 'SampleCount'
  | 'Average'
  | 'Sum'
  | 'Minimum'
  | 'Maximum'
  /** A percentile, such as 95 for p95. */
  | { readonly percentile: number }

/** Such as `Average` or `p99.9`. Throws ValidationError for what CloudWatch has no word for here. */
export function readStatistic(text: string): Statistic {
  if (
    text === 'SampleCount' ||
    text === 'Average' ||
    text === 'Sum' ||
    text === 'Minimum' ||
    text === 'Maximum'
  )
    return text
  const percentile = Number(/^p(\d{1,2}(\.\d{1,10})?|100)$/.exec(text)?.[1] ?? Number.NaN)
  if (Number.isNaN(percentile))
    throw new AwsFault('ValidationError', `The value ${text} for parameter Stat is not supported.`)
  return { percentile }
}

/**
 * Response times follow the exponential law here, since the figures know one percentile of them: it gives the
 * others and the mean.
 */
const nine5 = Math.log(20)
function percentileOf(p95: number, percentile: number): number {
  const value = (p95 * -Math.log(1 - Math.min(percentile, 99.99) / 100)) / nine5
  // What went in as a p95 comes out as it was.
  return Number(value.toPrecision(12))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** One statistic of samples that cover `seconds`; undefined without a sample. */
function statisticOf(
  metric: Metric,
  statistic: Statistic,
  samples: readonly Sample[],
  seconds: number,
): number | undefined {
  if (samples.length === 0) return undefined
  const values = samples.map(({ figures }) => metric.measure.of(figures))
  const ordered = [...values].sort((a, b) => a - b)
  switch (metric.measure.kind) {
    case 'count': {
      // Published once a minute: a longer period holds several values.
      const total = mean(values) * seconds
      if (statistic === 'Sum') return total
      if (statistic === 'SampleCount') return Math.max(1, Math.round(seconds / 60))
      return (total * Math.min(60, seconds)) / seconds
    }
    case 'duration': {
      const requests = mean(samples.map(({ figures }) => figures.requestsPerSecond)) * seconds
      const p95 = mean(values)
      if (statistic === 'SampleCount') return requests
      if (statistic === 'Average') return p95 / nine5
      if (statistic === 'Sum') return (p95 / nine5) * requests
      if (statistic === 'Minimum') return percentileOf(ordered[0] ?? p95, 1)
      if (statistic === 'Maximum') return percentileOf(ordered.at(-1) ?? p95, 99.9)
      return percentileOf(p95, statistic.percentile)
    }
    case 'gauge': {
      if (statistic === 'SampleCount') return values.length
      if (statistic === 'Sum') return mean(values) * values.length
      if (statistic === 'Average') return mean(values)
      if (statistic === 'Minimum') return ordered[0]
      if (statistic === 'Maximum') return ordered.at(-1)
      return ordered[Math.min(ordered.length - 1, Math.floor((statistic.percentile / 100) * ordered.length))]
    }
  }
}

/** A stretch of time in equal periods; times in milliseconds since 1970. */
export interface Window {
  readonly from: number
  readonly to: number
  readonly periodMs: number
  /** How long a period is said to be, in seconds: longer than it is when the world's time is sped up. */
  readonly seconds: number
}

/** Values by the time at which their period begins, oldest first. */
export type Series = ReadonlyMap<number, number>

/** The starts of the window's periods, oldest first: they stand on whole periods since 1970. */
export function periodStarts({ from, to, periodMs }: Window): readonly number[] {
  const starts: number[] = []
  for (let at = Math.floor(from / periodMs) * periodMs; at < to; at += periodMs) starts.push(at)
  return starts
}

/** A metric's statistic in each period of the window that has samples. Nothing is known of the time from `now` on. */
export function series(
  metric: Metric,
  statistic: Statistic,
  window: Window,
  history: FigureHistory,
  now: number,
): Series {
  const found = new Map<number, number>()
  const starts = periodStarts(window)
  const first = starts[0]
  const last = starts.at(-1)
  if (first === undefined || last === undefined) return found
  const all = history.samples(first, Math.min(last + window.periodMs, now), Math.min(window.periodMs, 60_000))
  const byPeriod = Map.groupBy(all, ({ at }) => Math.floor(at / window.periodMs) * window.periodMs)
  for (const start of starts) {
    const covered = Math.min(window.periodMs, now - start) / window.periodMs
    const value = statisticOf(metric, statistic, byPeriod.get(start) ?? [], window.seconds * covered)
    if (value !== undefined) found.set(start, value)
  }
  return found
}
