/** The alarms of the account: what they watch, and when they change their state. */
import { accountId, region } from '../identity.ts'
import type { AlarmHistoryItem, AlarmState, Alarms } from './alarm-state.ts'
import { evaluate } from './expression.ts'
import type { FigureHistory } from './figures.ts'
import { type Dimension, findMetric, periodStarts, readStatistic, type Series, series } from './metrics.ts'

export interface MetricQuery {
  readonly id: string
  readonly namespace: string
  readonly metric: string
  readonly dimensions: readonly Dimension[]
  readonly stat: string
}

export interface Alarm {
  readonly name: string
  readonly description: string
  readonly metrics: readonly MetricQuery[]
  /** Metric math over the metrics' ids; undefined when the one metric itself is watched. */
  readonly expression: { readonly id: string; readonly text: string; readonly label: string } | undefined
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold'
  readonly threshold: number
  /** Seconds. */
  readonly period: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  readonly missing: 'missing' | 'notBreaching' | 'breaching'
}

const alb = 'AWS/ApplicationELB'
const byLoadBalancer = [{ name: 'LoadBalancer', value: 'app/loanserve-prod/50dc6c495c0c9188' }]

export const alarms: readonly Alarm[] = [
  {
    name: 'loanserve-prod-api-5xx-rate',
    description: 'More than 1 % of the answers of the LoanServe API are 5xx',
    metrics: [
      { id: 'requests', namespace: alb, metric: 'RequestCount', dimensions: byLoadBalancer, stat: 'Sum' },
      {
        id: 'errors',
        namespace: alb,
        metric: 'HTTPCode_Target_5XX_Count',
        dimensions: byLoadBalancer,
        stat: 'Sum',
      },
    ],
    expression: { id: 'rate', text: '100 * errors / requests', label: '5xx rate in percent' },
    comparison: 'GreaterThanThreshold',
    threshold: 1,
    period: 60,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    missing: 'notBreaching',
  },
  {
    name: 'loanserve-prod-api-latency-p95',
    description: '5 % of the answers of the LoanServe API take longer than 2 seconds',
    metrics: [
      {
        id: 'm1',
        namespace: alb,
        metric: 'TargetResponseTime',
        dimensions: byLoadBalancer,
        stat: 'p95',
      },
    ],
    expression: undefined,
    comparison: 'GreaterThanThreshold',
    threshold: 2,
    period: 60,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    missing: 'missing',
  },
  {
    name: 'loanserve-prod-api-no-traffic',
    description: 'The LoanServe API gets fewer than 6 requests a minute',
    metrics: [{ id: 'm1', namespace: alb, metric: 'RequestCount', dimensions: byLoadBalancer, stat: 'Sum' }],
    expression: undefined,
    comparison: 'LessThanThreshold',
    threshold: 6,
    period: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missing: 'breaching',
  },
  {
    name: 'loanserve-prod-db-connections',
    description: 'The primary database has more than 80 of its 100 connections in use',
    metrics: [
      {
        id: 'm1',
        namespace: 'AWS/RDS',
        metric: 'DatabaseConnections',
        dimensions: [{ name: 'DBClusterIdentifier', value: 'loanserve-prod-aurora' }],
        stat: 'Average',
      },
    ],
    expression: undefined,
    comparison: 'GreaterThanThreshold',
    threshold: 80,
    period: 60,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    missing: 'missing',
  },
  {
    name: 'loanserve-prod-api-cpu',
    description: 'The pods of the LoanServe API use more than 85 % of their CPU limit',
    metrics: [
      {
        id: 'm1',
        namespace: 'ContainerInsights',
        metric: 'pod_cpu_utilization_over_pod_limit',
        dimensions: [
          { name: 'ClusterName', value: 'loanserve-prod' },
          { name: 'Namespace', value: 'loanserve' },
          { name: 'Service', value: 'api-main' },
        ],
        stat: 'Average',
      },
    ],
    expression: undefined,
    comparison: 'GreaterThanThreshold',
    threshold: 85,
    period: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missing: 'missing',
  },
]

export function alarmArn(name: string): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`
}

/** What the alarm compares in its last complete periods, newest first. */
function watched(
  alarm: Alarm,
  history: FigureHistory,
  now: number,
  speed: number,
): readonly { readonly at: number; readonly value: number | undefined }[] {
  const periodMs = (alarm.period * 1000) / speed
  const to = Math.floor(now / periodMs) * periodMs
  const window = { from: to - alarm.evaluationPeriods * periodMs, to, periodMs, seconds: alarm.period }
  const byId = new Map<string, Series>(
    alarm.metrics.map(({ id, namespace, metric, dimensions, stat }) => {
      const found = findMetric(namespace, metric, dimensions)
      return [id, found === undefined ? new Map() : series(found, readStatistic(stat), window, history, now)]
    }),
  )
  const periods = periodStarts(window)
  const result =
    alarm.expression === undefined
      ? byId.get(alarm.metrics[0]?.id ?? '')
      : evaluate(alarm.expression.text, { operandOf: (id) => byId.get(id) ?? new Map(), periods })
  const points = result === undefined || typeof result === 'number' ? new Map<number, number>() : result
  return periods.map((at) => ({ at, value: points.get(at) })).reverse()
}

/** As the service writes times in reasons: 23/11/26 11:58:00. */
function shortTime(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  const [year = '', month, day] = date.split('-')
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`
}

/** As Java prints a double, which is what the service's reasons show. */
function double(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

const plural = (count: number) => (count === 1 ? 'datapoint' : 'datapoints')

interface Point {
  readonly at: number
  readonly value: number
}

const isOver = (alarm: Alarm, value: number) =>
  alarm.comparison === 'GreaterThanThreshold' ? value > alarm.threshold : value < alarm.threshold

/** Why an alarm has a state, in the service's words; `known` newest first, of that many periods. */
function reasonFor(alarm: Alarm, value: 'OK' | 'ALARM', known: readonly Point[], periods: number): string {
  const against = known.filter((point) => isOver(alarm, point.value) === (value === 'ALARM'))
  const shown = value === 'ALARM' ? against : against.slice(0, 1)
  if (shown.length === 0)
    return `Threshold Crossed: no datapoints were received for ${periods} periods and ${periods} missing datapoints were treated as [${alarm.missing === 'breaching' ? 'Breaching' : 'NonBreaching'}].`
  const side = alarm.comparison === 'GreaterThanThreshold' ? 'greater' : 'less'
  const verb = shown.length === 1 ? 'was' : 'were'
  const listed = shown.map((point) => `${double(point.value)} (${shortTime(point.at)})`).join(', ')
  const minimum =
    value === 'ALARM'
      ? `(minimum ${alarm.datapointsToAlarm} ${plural(alarm.datapointsToAlarm)} for OK -> ALARM transition)`
      : '(minimum 1 datapoint for ALARM -> OK transition)'
  return `Threshold Crossed: ${shown.length} out of the last ${periods} datapoints [${listed}] ${verb} ${value === 'ALARM' ? '' : 'not '}${side} than the threshold (${double(alarm.threshold)}) ${minimum}.`
}

function reasonDataFor(alarm: Alarm, known: readonly Point[], from: number, now: number): string {
  const serviceTime = (at: number) => new Date(at).toISOString().replace('Z', '+0000')
  return JSON.stringify({
    version: '1.0',
    queryDate: serviceTime(now),
    startDate: serviceTime(from),
    ...(alarm.expression === undefined ? { statistic: alarm.metrics[0]?.stat } : {}),
    period: alarm.period,
    recentDatapoints: known.map((point) => point.value).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: known.map((point) => ({ timestamp: serviceTime(point.at), value: point.value })),
  })
}

/** An alarm that was configured at that time (milliseconds since 1970) and has had nothing to say since. */
export function calmState(alarm: Alarm, configuredAt: number): AlarmState {
  const at = Math.floor(configuredAt / 60_000) * 60_000
  const value = alarm.comparison === 'GreaterThanThreshold' ? 0 : alarm.threshold * 10
  const known = [{ at, value }]
  const updatedAt = at + 2 * alarm.period * 1000
  return {
    name: alarm.name,
    value: 'OK',
    reason: reasonFor(alarm, 'OK', known, alarm.evaluationPeriods),
    reasonData: reasonDataFor(alarm, known, at, updatedAt),
    updatedAt,
    transitionedAt: updatedAt,
    actionsEnabled: true,
    configuredAt,
  }
}

/** What the alarm's state is at `now`, after the one that it had: the same object when nothing changed. */
function nextState(
  alarm: Alarm,
  before: AlarmState,
  history: FigureHistory,
  now: number,
  speed: number,
): AlarmState {
  const points = watched(alarm, history, now, speed)
  const known = points.flatMap(({ at, value }) => (value === undefined ? [] : [{ at, value }]))
  // An alarm keeps its state for want of data, unless its missing data says something.
  if (known.length === 0 && alarm.missing === 'missing') return before
  const breaching = points.filter(({ value }) =>
    value === undefined ? alarm.missing === 'breaching' : isOver(alarm, value),
  )
  const value = breaching.length >= alarm.datapointsToAlarm ? 'ALARM' : 'OK'
  if (value === before.value) return before
  return {
    ...before,
    value,
    reason: reasonFor(alarm, value, known, points.length),
    reasonData: reasonDataFor(alarm, known, points.at(-1)?.at ?? now, now),
    updatedAt: now,
    transitionedAt: now,
  }
}

function stateUpdate(before: AlarmState, after: AlarmState): AlarmHistoryItem {
  const part = (state: AlarmState) => ({
    stateValue: state.value,
    stateReason: state.reason,
    stateReasonData: JSON.parse(state.reasonData),
  })
  return {
    name: after.name,
    at: after.updatedAt,
    type: 'StateUpdate',
    summary: `Alarm updated from ${before.value} to ${after.value}`,
    data: JSON.stringify({ version: '1.0', oldState: part(before), newState: part(after) }),
  }
}

/** All alarms evaluated at `now`; the same object when none changed. */
export function evaluateAlarms(state: Alarms, history: FigureHistory, now: number, speed: number): Alarms {
  const items: AlarmHistoryItem[] = []
  const next = state.alarms.map((before) => {
    const alarm = alarms.find(({ name }) => name === before.name)
    if (alarm === undefined) return before
    const after = nextState(alarm, before, history, now, speed)
    if (after !== before) items.push(stateUpdate(before, after))
    return after
  })
  return items.length === 0 ? state : { alarms: next, history: [...state.history, ...items].slice(-500) }
}
