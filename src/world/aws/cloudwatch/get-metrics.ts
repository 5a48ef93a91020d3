/** The actions that read metrics. */
import { type Action, type Context, told } from '../action.ts'
import { AwsFault, invalidCombination, invalidValue, missingParameter } from '../fault.ts'
import type { Parameters } from '../parameters.ts'
import { Dictionary, list, type Members } from '../value.ts'
import { dimensionsMember, readDimensions } from './describe-alarms.ts'
import { evaluate, type Operand } from './expression.ts'
import {
  findMetric,
  metrics,
  periodStarts,
  readStatistic,
  type Series,
  type Statistic,
  series,
  type Window,
} from './metrics.ts'
import { nextPage } from './page.ts'

/** What one GetMetricStatistics may return. */
const datapointLimit = 1440

function checkPeriod(period: number): void {
  if (period < 1 || (![1, 5, 10, 20, 30].includes(period) && period % 60 !== 0))
    throw new AwsFault(
      'ValidationError',
      'The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.',
    )
}

interface Query {
  readonly id: string
  readonly label: string
  readonly returned: boolean
  /** Seconds. */
  readonly period: number | undefined
  readonly value: (names: (id: string) => Operand) => Operand
}

function readSpan(parameters: Parameters): { readonly from: number; readonly to: number } {
  parameters.required('StartTime')
  parameters.required('EndTime')
  const from = parameters.time('StartTime') ?? 0
  const to = parameters.time('EndTime') ?? 0
  if (from >= to)
    throw new AwsFault('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.')
  return { from, to }
}

function windowOf(span: { readonly from: number; readonly to: number }, seconds: number): Window {
  return { ...span, periodMs: seconds * 1000, seconds }
}

function readQuery(
  query: Parameters,
  span: { readonly from: number; readonly to: number },
  context: Context,
  standardPeriod: number,
): Query {
  const id = query.required('Id')
  if (!/^[a-z][A-Za-z0-9_]*$/.test(id))
    throw new AwsFault(
      'ValidationError',
      `The value ${id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    )
  const returned = query.flag('ReturnData') ?? true
  const expression = query.text('Expression')
  if ((expression === undefined) !== query.has('MetricStat'))
    throw new AwsFault(
      'ValidationError',
      `The query ${id} must have either the parameter MetricStat or the parameter Expression.`,
    )
  if (expression !== undefined) {
    const period = query.integer('Period')
    const periods = periodStarts(windowOf(span, period ?? standardPeriod))
    return {
      id,
      label: query.text('Label') ?? id,
      returned,
      period,
      value: (names) => evaluate(expression, { operandOf: names, periods }),
    }
  }
  const stat = query.inside('MetricStat')
  const about = stat.inside('Metric')
  const name = about.required('MetricName')
  const metric = findMetric(about.required('Namespace'), name, readDimensions(about))
  const period = stat.integer('Period')
  if (period === undefined) throw missingParameter('Period')
  checkPeriod(period)
  const statistic = readStatistic(stat.required('Stat'))
  return {
    id,
    label: query.text('Label') ?? name,
    returned,
    period,
    // A metric that nobody publishes has no data, which is no error to CloudWatch.
    value: () =>
      metric === undefined
        ? new Map()
        : series(metric, statistic, windowOf(span, period), context.figures, context.now),
  }
}

export const getMetricData: Action = (account, parameters, context) => {
  const span = readSpan(parameters)
  const asked = parameters.structures('MetricDataQueries', 'member')
  if (asked.length === 0) throw missingParameter('MetricDataQueries')
  const periods = asked.flatMap((query) => query.inside('MetricStat').integer('Period') ?? [])
  const standardPeriod = periods[0] ?? 60
  const queries = asked.map((query) => readQuery(query, span, context, standardPeriod))

  const busy = new Set<string>()
  const known = new Map<string, Operand>()
  function operandOf(id: string): Operand {
    const present = known.get(id)
    if (present !== undefined) return present
    const query = queries.find((each) => each.id === id)
    if (query === undefined || busy.has(id))
      throw new AwsFault(
        'ValidationError',
        `Error in expression: the id '${id}' is not a query that can be used here`,
      )
    busy.add(id)
    const value = query.value(operandOf)
    known.set(id, value)
    return value
  }

  const newestFirst = parameters.text('ScanBy') !== 'TimestampAscending'
  const results = queries
    .filter(({ returned }) => returned)
    .map(({ id, label, period }): Members => {
      const points = pointsOf(operandOf(id), windowOf(span, period ?? standardPeriod))
      const ordered = newestFirst ? points.toReversed() : points
      return {
        Id: id,
        Label: label,
        Timestamps: list(
          'member',
          ordered.map(([at]) => new Date(at)),
        ),
        Values: list(
          'member',
          ordered.map(([, value]) => value),
        ),
        StatusCode: 'Complete',
      }
    })
  return told(account, { MetricDataResults: list('member', results), Messages: list('member', []) })
}

/** A single number stands in every period. */
function pointsOf(operand: Operand, window: Window): readonly (readonly [number, number])[] {
  return typeof operand === 'number' ? periodStarts(window).map((at) => [at, operand] as const) : [...operand]
}

export const getMetricStatistics: Action = (account, parameters, context) => {
  const namespace = parameters.required('Namespace')
  const name = parameters.required('MetricName')
  const { from, to } = readSpan(parameters)
  const period = parameters.integer('Period')
  if (period === undefined) throw missingParameter('Period')
  checkPeriod(period)
  const plain = parameters.texts('Statistics', 'member') ?? []
  const extended = parameters.texts('ExtendedStatistics', 'member') ?? []
  if (plain.length + extended.length === 0)
    throw invalidCombination(
      'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
    )
  const window = windowOf({ from, to }, period)
  const starts = periodStarts(window)
  if (starts.length > datapointLimit)
    throw invalidCombination(
      `You have requested up to ${starts.length} datapoints, which exceeds the limit of ${datapointLimit}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    )
  const wrong = plain.find((text) => typeof readStatistic(text) !== 'string')
  if (wrong !== undefined) throw invalidValue(`The value ${wrong} for parameter Statistics is not supported.`)
  const metric = findMetric(namespace, name, readDimensions(parameters))
  const read = (statistic: Statistic): Series =>
    metric === undefined ? new Map() : series(metric, statistic, window, context.figures, context.now)
  const byPlain = plain.map((text) => [text, read(readStatistic(text))] as const)
  const byExtended = extended.map((text) => [text, read(readStatistic(text))] as const)
  const at = (all: typeof byPlain, start: number) =>
    Object.fromEntries(
      all.flatMap(([text, points]) => {
        const value = points.get(start)
        return value === undefined ? [] : [[text, value] as const]
      }),
    )
  const datapoints = starts.flatMap((start): Members[] => {
    const values = at(byPlain, start)
    const percentiles = at(byExtended, start)
    if (Object.keys(values).length + Object.keys(percentiles).length === 0) return []
    return [
      {
        Timestamp: new Date(start),
        ...values,
        Unit: metric?.unit,
        ...(byExtended.length === 0
          ? {}
          : { ExtendedStatistics: new Dictionary(Object.entries(percentiles)) }),
      },
    ]
  })
  return told(account, { Label: name, Datapoints: list('member', datapoints) })
}

export const listMetrics: Action = (account, parameters) => {
  const namespace = parameters.text('Namespace')
  const name = parameters.text('MetricName')
  const wanted = parameters
    .structures('Dimensions', 'member')
    .map((filter) => ({ name: filter.required('Name'), value: filter.text('Value') }))
  const found = metrics
    .filter((metric) => namespace === undefined || metric.namespace === namespace)
    .filter((metric) => name === undefined || metric.name === name)
    .flatMap((metric) => metric.published.map((dimensions) => ({ metric, dimensions })))
    .filter(({ dimensions }) =>
      wanted.every((filter) =>
        dimensions.some(
          (each) => each.name === filter.name && (filter.value === undefined || each.value === filter.value),
        ),
      ),
    )
  const { page, token } = nextPage(found, parameters, 100)
  return told(account, {
    Metrics: list(
      'member',
      page.map(({ metric, dimensions }) => ({
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: dimensionsMember(dimensions),
      })),
    ),
    NextToken: token,
  })
}
