import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { AwsAct } from '../../../src/world/acts.ts'
import { type Aws, startAws } from '../../../src/world/aws/aws.ts'
import { credentials, region } from '../../../src/world/aws/identity.ts'
import { createWorldClock, type WorldClock } from '../../../src/world/clock.ts'
import { createFaults } from '../../../src/world/faults.ts'
import { createRandom } from '../../../src/world/random.ts'
import { pathWithAws } from '../../aws-path.ts'
import { noon } from '../practice.ts'
import { type FakeDatabases, fakeDatabases } from './practice-account.ts'

const run = promisify(execFile)

let path = ''
beforeAll(async () => {
  path = await pathWithAws()
})

let aws: Aws
let clock: WorldClock
let databases: FakeDatabases
let acts: AwsAct[]
beforeEach(async () => {
  clock = createWorldClock(noon)
  databases = fakeDatabases(true)
  acts = []
  aws = await startAws({
    databases,
    clock,
    random: createRandom(5),
    speed: 1,
    faults: createFaults(),
    figures: () => ({
      requestsPerSecond: 20,
      errorShare: 0.05,
      p95Ms: 300,
      databaseConnections: 12,
      podCpu: 0.25,
    }),
    onAct: (act) => acts.push(act),
  })
  return () => aws.close()
})

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The real CLI, as it runs inside the world. */
async function cli(...args: readonly string[]): Promise<Ended> {
  const env = {
    PATH: path,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: aws.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PAGER: '',
  }
  try {
    const { stdout, stderr } = await run('aws', [...args], { env })
    return { code: 0, out: stdout.trim(), err: stderr.trim() }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stdout' in error) || !('stderr' in error))
      throw error
    return { code: Number(error.code), out: String(error.stdout).trim(), err: String(error.stderr).trim() }
  }
}

/** A call that must do what it says; gives what it prints. */
async function done(...args: readonly string[]): Promise<string> {
  const ended = await cli(...args)
  expect(ended, ended.err).toMatchObject({ code: 0, err: '' })
  return ended.out
}

const pass = (seconds: number) => clock.advance(clock.now() + seconds * 1000)
/** Lets what was begun for a database end. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

const restore = ['rds', 'restore-db-cluster-to-point-in-time', '--db-cluster-identifier']
const fromSource = ['--source-db-cluster-identifier', 'loanserve-prod-aurora']
const rollback = ['--db-cluster-identifier', 'rollback']
const instance = [
  'rds',
  'create-db-instance',
  '--db-instance-identifier',
  'rollback-1',
  ...rollback,
  '--db-instance-class',
  'db.r6g.large',
  '--engine',
  'aurora-postgresql',
]

test('the whole restore walk: describe, restore, wait, create the instance, wait, tag, delete', async () => {
  const [identity, window] = await Promise.all([
    done('sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'),
    done(
      'rds',
      'describe-db-clusters',
      '--db-cluster-identifier',
      'loanserve-prod-aurora',
      '--query',
      'DBClusters[0].[EarliestRestorableTime,LatestRestorableTime,VpcSecurityGroups[].VpcSecurityGroupId]',
    ),
  ])
  expect(identity).toBe('123456789012')
  expect(JSON.parse(window)).toEqual([
    expect.stringMatching(/^2026-11-16T12:00:00/),
    expect.stringMatching(/^2026-11-23T11:55:00/),
    ['sg-0f12ab34cd56ef789', 'sg-04c8d2e6f0a4b8c1d'],
  ])

  const restored = await done(
    ...restore,
    'rollback',
    ...fromSource,
    '--restore-to-time',
    '2026-11-23T11:40:00Z',
    '--vpc-security-group-ids',
    'sg-0f12ab34cd56ef789',
    '--db-subnet-group-name',
    'loanserve-prod-db',
    '--enable-iam-database-authentication',
    '--tags',
    'Key=incident,Value=42',
  )
  expect(JSON.parse(restored).DBCluster).toMatchObject({
    Status: 'creating',
    Endpoint: '127.0.0.1',
    Port: 40002,
    IAMDatabaseAuthenticationEnabled: true,
    DBSubnetGroup: 'loanserve-prod-db',
    DBClusterMembers: [],
  })
  expect(await cli(...instance)).toEqual({
    code: 255,
    out: '',
    err: 'An error occurred (InvalidDBClusterStateFault) when calling the CreateDBInstance operation: DbCluster rollback is in creating state but expected it to be one of available.',
  })

  pass(20)
  await done('rds', 'wait', 'db-cluster-available', ...rollback)
  expect(JSON.parse(await done(...instance)).DBInstance.DBInstanceStatus).toBe('creating')
  pass(15)
  await turn()
  await done('rds', 'wait', 'db-instance-available', '--db-instance-identifier', 'rollback-1')
  expect(databases.told).toEqual([
    'restore rollback from primary at 2026-11-23T11:40:00.000Z',
    'open rollback',
  ])

  const arn = 'arn:aws:rds:eu-central-1:123456789012:cluster:rollback'
  await done('rds', 'add-tags-to-resource', '--resource-name', arn, '--tags', 'Key=keep,Value=no')
  const tags = ['rds', 'list-tags-for-resource', '--resource-name', arn, '--query', 'TagList[].Key']
  expect(JSON.parse(await done(...tags))).toEqual(['incident', 'keep'])

  await done('rds', 'delete-db-instance', '--db-instance-identifier', 'rollback-1', '--skip-final-snapshot')
  await done('rds', 'delete-db-cluster', ...rollback, '--skip-final-snapshot')
  pass(30)
  await Promise.all([
    done('rds', 'wait', 'db-instance-deleted', '--db-instance-identifier', 'rollback-1'),
    done('rds', 'wait', 'db-cluster-deleted', ...rollback),
  ])
  expect(databases.told.slice(2)).toEqual(['close rollback', 'remove rollback'])
  expect(acts.map(({ action }) => action)).toContain('RestoreDBClusterToPointInTime')
  expect(acts.find(({ action }) => action === 'DeleteDBCluster')).toEqual({
    kind: 'aws',
    at: noon + 35_000,
    action: 'DeleteDBCluster',
    parameters: { DBClusterIdentifier: 'rollback', SkipFinalSnapshot: 'true' },
    fault: undefined,
  })
})

test('faults are printed as from the real service, with exit code 255', async () => {
  const [unknown, tooLate, taken, waits, action, service] = await Promise.all([
    cli('rds', 'describe-db-clusters', '--db-cluster-identifier', 'nope'),
    cli(...restore, 'rollback', ...fromSource, '--restore-to-time', '2026-11-23T11:59:00Z'),
    cli(...restore, 'loanserve-prod-aurora', ...fromSource, '--use-latest-restorable-time'),
    cli('rds', 'wait', 'db-cluster-available', '--db-cluster-identifier', 'nope'),
    cli('rds', 'describe-db-engine-versions'),
    cli('s3', 'ls'),
  ])
  const all = [unknown, tooLate, taken, waits, action, service]
  expect(all.map(({ code }) => code)).toEqual([255, 255, 255, 255, 255, 255])
  expect(all.map(({ err }) => err)).toEqual([
    'An error occurred (DBClusterNotFoundFault) when calling the DescribeDBClusters operation: DBCluster nope not found.',
    'An error occurred (InvalidParameterValue) when calling the RestoreDBClusterToPointInTime operation: The specified instance cannot be restored to a time later than 2026-11-23T11:55:00Z.',
    'An error occurred (DBClusterAlreadyExistsFault) when calling the RestoreDBClusterToPointInTime operation: DB Cluster already exists',
    'Waiter DBClusterAvailable failed: An error occurred (DBClusterNotFoundFault): DBCluster nope not found.',
    'An error occurred (InvalidAction) when calling the DescribeDBEngineVersions operation: The action DescribeDBEngineVersions is not valid for this web service.',
    'An error occurred (UnknownService) when calling the ListBuckets operation: There is no s3 in the practice world: its AWS account has rds, sts and cloudwatch.',
  ])
  expect(acts.find(({ fault }) => fault === 'DBClusterAlreadyExistsFault')?.action).toBe(
    'RestoreDBClusterToPointInTime',
  )
})

// The CLI prints times as the protocol has them: seconds since 1970 in JSON.
test('alarms and metrics come out of the CLI whole', async () => {
  pass(300)
  const query = {
    Id: 'requests',
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCount',
        Dimensions: [{ Name: 'LoadBalancer', Value: 'app/loanserve-prod/50dc6c495c0c9188' }],
      },
      Period: 60,
      Stat: 'Sum',
    },
  }
  const [alarms, data, wrong] = await Promise.all([
    done(
      'cloudwatch',
      'describe-alarms',
      '--state-value',
      'ALARM',
      '--query',
      'MetricAlarms[].[AlarmName,StateUpdatedTimestamp,Metrics[2].Expression]',
    ),
    done(
      'cloudwatch',
      'get-metric-data',
      '--metric-data-queries',
      JSON.stringify([query]),
      '--start-time',
      '2026-11-23T12:00:00Z',
      '--end-time',
      '2026-11-23T12:05:00Z',
    ),
    cli(
      'cloudwatch',
      'get-metric-data',
      '--metric-data-queries',
      '[{"Id":"X","Expression":"1"}]',
      '--start-time',
      '1',
      '--end-time',
      '2',
    ),
  ])
  expect(JSON.parse(alarms)).toEqual([
    ['loanserve-prod-api-5xx-rate', noon / 1000 + 120, '100 * errors / requests'],
  ])
  const [result] = JSON.parse(data).MetricDataResults
  expect(result).toMatchObject({ Id: 'requests', Label: 'RequestCount', StatusCode: 'Complete' })
  expect(result.Values).toEqual([1200, 1200, 1200, 1200, 1200])
  expect(result.Timestamps[0]).toBe(noon / 1000 + 240)
  expect(wrong.code).toBe(255)
  expect(wrong.err).toContain(
    'An error occurred (ValidationError) when calling the GetMetricData operation: The value X',
  )
})
