import { expect, test } from 'vitest'
import type { Figures, Sample } from '../../../../src/world/aws/cloudwatch/figures.ts'
import { noon } from '../../practice.ts'
import { at, practiceAccount } from '../practice-account.ts'

const calm: Figures = {
  requestsPerSecond: 20,
  errorShare: 0,
  p95Ms: 300,
  databaseConnections: 12,
  podCpu: 0.25,
}

/** A sample each 10 seconds in the minutes before noon, oldest first. */
function minutes(...figures: readonly Partial<Figures>[]): readonly Sample[] {
  return figures.flatMap((change, index) =>
    Array.from({ length: 6 }, (_, ten) => ({
      at: noon - (figures.length - index) * 60_000 + ten * 10_000,
      figures: { ...calm, ...change },
    })),
  )
}

const byLoadBalancer = [{ Name: 'LoadBalancer', Value: 'app/loanserve-prod/50dc6c495c0c9188' }]
const metric = (
  MetricName: string,
  Namespace = 'AWS/ApplicationELB',
  Dimensions: unknown = byLoadBalancer,
) => ({
  Namespace,
  MetricName,
  Dimensions,
})
const span = (before: number) => ({
  StartTime: (noon - before * 60_000) / 1000,
  EndTime: new Date(noon).toISOString(),
})

test('metric data and math over it, newest first', () => {
  const aws = practiceAccount(minutes({}, { errorShare: 0.1 }, { errorShare: 0.5, requestsPerSecond: 10 }))
  const query = (Id: string, name: string) => ({
    Id,
    MetricStat: { Metric: metric(name), Period: 60, Stat: 'Sum' },
    ReturnData: false,
  })
  const answer = aws.cloudwatch('GetMetricData', {
    ...span(3),
    MetricDataQueries: [
      query('requests', 'RequestCount'),
      query('errors', 'HTTPCode_Target_5XX_Count'),
      { Id: 'rate', Expression: '100 * errors / requests', Label: '5xx' },
    ],
  })
  expect(answer.MetricDataResults).toEqual([
    {
      Id: 'rate',
      Label: '5xx',
      StatusCode: 'Complete',
      Timestamps: [1, 2, 3].map((minute) => noon / 1000 - minute * 60),
      Values: [50, 10, 0],
    },
  ])
})

test('response times are in seconds, with the percentile that was asked for', () => {
  const aws = practiceAccount(minutes({}, { p95Ms: 3000 }))
  const answer = aws.cloudwatch('GetMetricData', {
    ...span(2),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: ['p95', 'p50', 'Average'].map((Stat) => ({
      Id: Stat.toLowerCase(),
      MetricStat: { Metric: metric('TargetResponseTime'), Period: 60, Stat },
    })),
  })
  expect(at(answer, 'MetricDataResults', 0, 'Values')).toEqual([0.3, 3])
  expect(at(answer, 'MetricDataResults', 1, 'Values', 1)).toBeCloseTo(0.694, 3)
  expect(at(answer, 'MetricDataResults', 2, 'Values', 1)).toBeCloseTo(1.001, 3)
})

test('what happened before the first sample is made up calm, the same each time', () => {
  const aws = practiceAccount(minutes({ errorShare: 0.9 }))
  const read = () =>
    aws.cloudwatch('GetMetricData', {
      ...span(180),
      MetricDataQueries: [
        {
          Id: 'connections',
          MetricStat: {
            Metric: metric('DatabaseConnections', 'AWS/RDS', [
              { Name: 'DBClusterIdentifier', Value: 'loanserve-prod-aurora' },
            ]),
            Period: 300,
            Stat: 'Average',
          },
        },
        {
          Id: 'errors',
          MetricStat: { Metric: metric('HTTPCode_Target_5XX_Count'), Period: 60, Stat: 'Sum' },
        },
        { Id: 'requests', MetricStat: { Metric: metric('RequestCount'), Period: 60, Stat: 'Sum' } },
      ],
    })
  const answer = read()
  expect(read()).toEqual(answer)
  expect(at(answer, 'MetricDataResults', 0, 'Values')).toHaveLength(36)
  const [now, ...before] = [0, ...Array.from({ length: 179 }, (_, index) => index + 1)].map(
    (index) =>
      Number(at(answer, 'MetricDataResults', 1, 'Values', index)) /
      Number(at(answer, 'MetricDataResults', 2, 'Values', index)),
  )
  expect(now).toBeCloseTo(0.9)
  expect(Math.max(...before)).toBeLessThan(0.01)
})

test('a metric that nobody publishes has no data; wrong queries are refused', () => {
  const aws = practiceAccount(minutes({}))
  const ask = (query: object, times: object = span(5)) =>
    aws.cloudwatch('GetMetricData', { ...times, MetricDataQueries: [query] })
  const stat = { Metric: metric('Nothing'), Period: 60, Stat: 'Sum' }
  expect(at(ask({ Id: 'm1', MetricStat: stat }), 'MetricDataResults', 0, 'Values')).toEqual([])
  expect(() => ask({ Id: 'M1', MetricStat: stat })).toThrow('not matching the expected pattern')
  expect(() => ask({ Id: 'm1', MetricStat: { ...stat, Period: 45 } })).toThrow('Period')
  expect(() => ask({ Id: 'm1', MetricStat: { ...stat, Stat: 'median' } })).toThrow('median')
  expect(() => ask({ Id: 'm1', Expression: 'm1 + 1' })).toThrow("the id 'm1'")
  expect(() => ask({ Id: 'm1' })).toThrow('must have either')
  expect(() => ask({ Id: 'm1', MetricStat: stat }, { StartTime: 10, EndTime: 5 })).toThrow(
    'The parameter StartTime must be less than the parameter EndTime.',
  )
})

test('statistics of one metric come together', () => {
  const aws = practiceAccount(minutes({ podCpu: 0.2 }, { podCpu: 0.9 }))
  const answer = aws.cloudwatch('GetMetricStatistics', {
    Namespace: 'ContainerInsights',
    MetricName: 'pod_cpu_utilization_over_pod_limit',
    Dimensions: [
      { Name: 'Namespace', Value: 'loanserve' },
      { Name: 'ClusterName', Value: 'loanserve-prod' },
    ],
    ...span(2),
    Period: 60,
    Statistics: ['Average', 'Maximum', 'SampleCount'],
  })
  expect(answer).toEqual({
    Label: 'pod_cpu_utilization_over_pod_limit',
    Datapoints: [
      { Timestamp: noon / 1000 - 120, Average: 20, Maximum: 20, SampleCount: 6, Unit: 'Percent' },
      { Timestamp: noon / 1000 - 60, Average: 90, Maximum: 90, SampleCount: 6, Unit: 'Percent' },
    ],
  })
  const listed = aws.cloudwatch('ListMetrics', { Namespace: 'AWS/RDS' })
  expect(at(listed, 'Metrics')).toHaveLength(3)
})
