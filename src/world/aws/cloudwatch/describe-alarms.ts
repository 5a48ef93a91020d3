/** The actions that speak of alarms. */
import { type Action, told } from '../action.ts'
import { AwsFault } from '../fault.ts'
import { accountId, region } from '../identity.ts'
import type { Parameters } from '../parameters.ts'
import { list, type Members } from '../value.ts'
import type { AlarmHistoryItem, AlarmState } from './alarm-state.ts'
import { type Alarm, alarmArn, alarms, type MetricQuery } from './alarms.ts'
import { type Dimension, findMetric, readStatistic } from './metrics.ts'
import { nextPage } from './page.ts'

export function dimensionsMember(dimensions: readonly Dimension[]): Members[string] {
  return list(
    'member',
    dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
  )
}

/** Whom alarms tell: nobody hears it. */
const onCallTopic = `arn:aws:sns:${region}:${accountId}:loanserve-on-call`

function metricsMember(alarm: Alarm): Members[string] {
  const { expression } = alarm
  if (expression === undefined) return undefined
  const query = ({ id, namespace, metric, dimensions, stat }: MetricQuery): Members => ({
    Id: id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metric, Dimensions: dimensionsMember(dimensions) },
      Period: alarm.period,
      Stat: stat,
    },
    ReturnData: false,
  })
  const result = { Id: expression.id, Expression: expression.text, Label: expression.label, ReturnData: true }
  return list('member', [...alarm.metrics.map(query), result])
}

/** What an alarm on one metric says of it; an alarm on an expression says none of it. */
function singleMetric(alarm: Alarm): Members {
  const [metric] = alarm.metrics
  if (alarm.expression !== undefined || metric === undefined) return { Dimensions: list('member', []) }
  const statistic = readStatistic(metric.stat)
  return {
    MetricName: metric.metric,
    Namespace: metric.namespace,
    ...(typeof statistic === 'string' ? { Statistic: statistic } : { ExtendedStatistic: metric.stat }),
    Dimensions: dimensionsMember(metric.dimensions),
    Period: alarm.period,
  }
}

function alarmMembers(alarm: Alarm, state: AlarmState): Members {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(alarm.name),
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(state.configuredAt),
    ActionsEnabled: state.actionsEnabled,
    OKActions: list('member', []),
    AlarmActions: list('member', [onCallTopic]),
    InsufficientDataActions: list('member', []),
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.updatedAt),
    ...singleMetric(alarm),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.missing,
    Metrics: metricsMember(alarm),
    StateTransitionedTimestamp: new Date(state.transitionedAt),
  }
}

interface Found {
  readonly alarm: Alarm
  readonly state: AlarmState
}

function known(states: readonly AlarmState[]): readonly Found[] {
  return states.flatMap((state) => {
    const alarm = alarms.find(({ name }) => name === state.name)
    return alarm === undefined ? [] : [{ alarm, state }]
  })
}

export const describeAlarms: Action = (account, parameters) => {
  const names = parameters.texts('AlarmNames', 'member')
  const prefix = parameters.text('AlarmNamePrefix')
  const stateValue = parameters.text('StateValue')
  const types = parameters.texts('AlarmTypes', 'member')
  if (names !== undefined && prefix !== undefined)
    throw new AwsFault('ValidationError', 'AlarmNamePrefix and AlarmNames cannot be used together')
  const found = known(account.alarms.alarms)
    .filter(({ alarm }) => names === undefined || names.includes(alarm.name))
    .filter(({ alarm }) => prefix === undefined || alarm.name.startsWith(prefix))
    .filter(({ state }) => stateValue === undefined || state.value === stateValue)
    .filter(() => types === undefined || types.includes('MetricAlarm'))
    .toSorted((a, b) => (a.alarm.name < b.alarm.name ? -1 : 1))
  const { page, token } = nextPage(found, parameters, 50)
  return told(account, {
    CompositeAlarms: list('member', []),
    MetricAlarms: list(
      'member',
      page.map(({ alarm, state }) => alarmMembers(alarm, state)),
    ),
    NextToken: token,
  })
}

export function readDimensions(parameters: Parameters): readonly Dimension[] {
  return parameters
    .structures('Dimensions', 'member')
    .map((dimension) => ({ name: dimension.required('Name'), value: dimension.required('Value') }))
}

export const describeAlarmsForMetric: Action = (account, parameters) => {
  const namespace = parameters.required('Namespace')
  const name = parameters.required('MetricName')
  const metric = findMetric(namespace, name, readDimensions(parameters))
  const found = known(account.alarms.alarms).filter(({ alarm }) =>
    alarm.metrics.some(
      (query) =>
        metric !== undefined && findMetric(query.namespace, query.metric, query.dimensions) === metric,
    ),
  )
  return told(account, {
    MetricAlarms: list(
      'member',
      found.map(({ alarm, state }) => alarmMembers(alarm, state)),
    ),
  })
}

function itemMembers(item: AlarmHistoryItem): Members {
  return {
    AlarmName: item.name,
    AlarmType: 'MetricAlarm',
    Timestamp: new Date(item.at),
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: item.data,
  }
}

export const describeAlarmHistory: Action = (account, parameters) => {
  const name = parameters.text('AlarmName')
  const type = parameters.text('HistoryItemType')
  const from = parameters.time('StartDate') ?? 0
  const to = parameters.time('EndDate') ?? Number.POSITIVE_INFINITY
  const found = account.alarms.history
    .filter((item) => name === undefined || item.name === name)
    .filter((item) => type === undefined || item.type === type)
    .filter((item) => item.at >= from && item.at <= to)
  const ordered = parameters.text('ScanBy') === 'TimestampAscending' ? found : found.toReversed()
  const { page, token } = nextPage(ordered, parameters, 100)
  return told(account, { AlarmHistoryItems: list('member', page.map(itemMembers)), NextToken: token })
}

/** EnableAlarmActions and DisableAlarmActions: names that don't exist are passed over, as the service does. */
function switchActions(enabled: boolean): Action {
  return (account, parameters) => {
    const names = parameters.texts('AlarmNames', 'member') ?? []
    const states = account.alarms.alarms.map((state) =>
      names.includes(state.name) ? { ...state, actionsEnabled: enabled } : state,
    )
    return told({ ...account, alarms: { ...account.alarms, alarms: states } }, {})
  }
}

export const enableAlarmActions = switchActions(true)
export const disableAlarmActions = switchActions(false)
