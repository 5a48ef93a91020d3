import { expect, test } from 'vitest'
import { noon } from '../../practice.ts'
import { at, instanceRequest, practiceAccount, restoreRequest, source } from '../practice-account.ts'

const restore = 'RestoreDBClusterToPointInTime'

test('a restore begins a new cluster whose database is made as of that time, and which has no instance', async () => {
  const aws = practiceAccount()
  const answer = aws.rds(restore, restoreRequest('rollback', 20))
  expect(aws.databases.told).toEqual(['restore rollback from primary at 2026-11-23T11:40:00.000Z'])
  expect(at(answer, 'DBCluster')).toMatchObject({
    DBClusterIdentifier: 'rollback',
    Status: 'creating',
    Endpoint: '127.0.0.1',
    Port: 40002,
    DBClusterMembers: [],
    EngineVersion: '17.7',
    MasterUsername: 'loanserve_admin',
    DatabaseName: 'loanserve',
  })
  await aws.pass(21)
  expect(aws.clusterStatus('rollback')).toBe('available')
})

test('a cluster is available only when its time has come and its database is made', async () => {
  const aws = practiceAccount()
  aws.rds(restore, restoreRequest('rollback', 20))
  aws.passWithout(300)
  expect(aws.clusterStatus('rollback')).toBe('creating')
  await aws.databases.finish()
  expect(aws.clusterStatus('rollback')).toBe('available')

  const early = practiceAccount()
  early.rds(restore, restoreRequest('rollback', 20))
  await early.databases.finish()
  early.passWithout(19)
  expect(early.clusterStatus('rollback')).toBe('creating')
  early.passWithout(1)
  expect(early.clusterStatus('rollback')).toBe('available')
})

test('what is not passed falls to the defaults, not to what the source has', () => {
  const aws = practiceAccount()
  const bare = at(aws.rds(restore, restoreRequest('bare', 20)), 'DBCluster')
  expect(bare).toMatchObject({
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-0de1a2b3c4d5e6f70', Status: 'active' }],
    DBSubnetGroup: 'default',
    DBClusterParameterGroup: 'default.aurora-postgresql17',
    IAMDatabaseAuthenticationEnabled: false,
    DeletionProtection: false,
    TagList: [],
  })
  const copied = aws.rds(restore, {
    ...restoreRequest('copied', 20),
    VpcSecurityGroupIds: ['sg-0f12ab34cd56ef789', 'sg-04c8d2e6f0a4b8c1d'],
    DBSubnetGroupName: 'loanserve-prod-db',
    DBClusterParameterGroupName: 'loanserve-prod-aurora-pg17',
    EnableIAMDatabaseAuthentication: true,
    DeletionProtection: true,
    Tags: [{ Key: 'incident', Value: '42' }],
  })
  expect(at(copied, 'DBCluster')).toMatchObject({
    VpcSecurityGroups: [
      { VpcSecurityGroupId: 'sg-0f12ab34cd56ef789' },
      { VpcSecurityGroupId: 'sg-04c8d2e6f0a4b8c1d' },
    ],
    DBSubnetGroup: 'loanserve-prod-db',
    DBClusterParameterGroup: 'loanserve-prod-aurora-pg17',
    IAMDatabaseAuthenticationEnabled: true,
    DeletionProtection: true,
    TagList: [{ Key: 'incident', Value: '42' }],
  })
})

test('the latest restorable time is five minutes behind, and a clone has the data of now', () => {
  const aws = practiceAccount()
  const { RestoreToTime: _time, ...request } = restoreRequest('latest', 0)
  aws.rds(restore, { ...request, UseLatestRestorableTime: true })
  aws.rds(restore, {
    ...request,
    DBClusterIdentifier: 'clone',
    UseLatestRestorableTime: true,
    RestoreType: 'copy-on-write',
  })
  expect(aws.databases.told).toEqual([
    'restore latest from primary at 2026-11-23T11:55:00.000Z',
    'restore clone from primary at 2026-11-23T12:00:00.000Z',
  ])
  const clusters = at(aws.rds('DescribeDBClusters'), 'DBClusters')
  expect(at(clusters, 0, 'CloneGroupId')).toBe(at(clusters, 2, 'CloneGroupId'))
  expect(at(clusters, 1, 'CloneGroupId')).toBeUndefined()
})

test.each([
  [
    'an unknown source',
    { ...restoreRequest('rollback', 20), SourceDBClusterIdentifier: 'nope' },
    'DBClusterNotFoundFault: DBCluster nope not found.',
  ],
  [
    'a name that is taken',
    restoreRequest(source, 20),
    'DBClusterAlreadyExistsFault: DB Cluster already exists',
  ],
  [
    'a time before the backups begin',
    restoreRequest('rollback', 8 * 24 * 60),
    'InvalidParameterValue: The specified instance cannot be restored to a time earlier than 2026-11-16T12:00:00Z because its backup retention period is set to 7 days.',
  ],
  [
    'a time that is not backed up yet',
    restoreRequest('rollback', 4),
    'InvalidParameterValue: The specified instance cannot be restored to a time later than 2026-11-23T11:55:00Z.',
  ],
  [
    'a time in the future',
    restoreRequest('rollback', -60),
    'InvalidParameterValue: The specified instance cannot be restored to a time later than 2026-11-23T11:55:00Z.',
  ],
  [
    'a time together with the latest',
    { ...restoreRequest('rollback', 20), UseLatestRestorableTime: true },
    'InvalidParameterCombination: RestoreToTime and UseLatestRestorableTime cannot be specified together.',
  ],
  [
    'a time for a clone',
    { ...restoreRequest('rollback', 20), RestoreType: 'copy-on-write' },
    'InvalidParameterCombination: RestoreToTime cannot be specified when RestoreType is copy-on-write.',
  ],
  [
    'no time at all',
    { DBClusterIdentifier: 'rollback', SourceDBClusterIdentifier: source },
    'InvalidParameterCombination: Either RestoreToTime or UseLatestRestorableTime must be specified.',
  ],
  [
    'no source',
    { DBClusterIdentifier: 'rollback', UseLatestRestorableTime: true },
    'MissingParameter: The request must contain the parameter SourceDBClusterIdentifier.',
  ],
  [
    'a name with two hyphens together',
    restoreRequest('roll--back', 20),
    'InvalidParameterValue: The parameter DBClusterIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
  ],
  [
    'a security group of another VPC than the subnet group',
    { ...restoreRequest('rollback', 20), VpcSecurityGroupIds: ['sg-0f12ab34cd56ef789'] },
    'InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB instance is in vpc-0d3f5a7b9c1e20468 and the EC2 security group is in vpc-0a7c41e9b2d58f360',
  ],
  [
    'a subnet group that does not exist',
    { ...restoreRequest('rollback', 20), DBSubnetGroupName: 'nope' },
    "DBSubnetGroupNotFoundFault: DB subnet group 'nope' does not exist.",
  ],
  [
    'a parameter group that does not exist',
    { ...restoreRequest('rollback', 20), DBClusterParameterGroupName: 'nope' },
    'DBClusterParameterGroupNotFound: DBClusterParameterGroup not found: nope',
  ],
])('%s is refused and begins nothing', (_what, request, words) => {
  const aws = practiceAccount()
  expect(aws.refusal(restore, request)).toBe(words)
  expect(aws.databases.told).toEqual([])
  expect(aws.account().clusters).toHaveLength(1)
})

test('names of 64 characters, of a digit first and of a hyphen last are refused; 63 are not', () => {
  const aws = practiceAccount()
  for (const name of ['a'.repeat(64), '1rollback', 'rollback-', 'roll_back', 'röllback'])
    expect(aws.refusal(restore, restoreRequest(name, 20))).toContain('is not a valid identifier')
  expect(aws.refusal(restore, restoreRequest(`A${'b'.repeat(62)}`, 20))).toBeUndefined()
  expect(aws.clusterStatus(`a${'b'.repeat(62)}`)).toBe('creating')
})

test('a restore whose data could not be had ends as incompatible-restore', async () => {
  const aws = practiceAccount()
  aws.databases.failNext()
  aws.rds(restore, restoreRequest('rollback', 20))
  await aws.pass(21)
  expect(aws.clusterStatus('rollback')).toBe('incompatible-restore')
  expect(aws.errors).toEqual([new Error('no such data')])
})

test('a restored cluster can be restored from in its turn, from its own beginning on', async () => {
  const aws = practiceAccount()
  aws.rds(restore, restoreRequest('rollback', 20))
  expect(aws.refusal(restore, { ...restoreRequest('again', 0), SourceDBClusterIdentifier: 'rollback' })).toBe(
    'InvalidDBClusterStateFault: DbCluster rollback is in creating state but expected it to be one of available.',
  )
  await aws.pass(20)
  expect(
    aws.refusal(restore, { ...restoreRequest('again', 20), SourceDBClusterIdentifier: 'rollback' }),
  ).toContain('cannot be restored to a time earlier than 2026-11-23T12:00:20Z')
  await aws.pass(3600)
  aws.rds(restore, { ...restoreRequest('again', -30), SourceDBClusterIdentifier: 'rollback' })
  expect(aws.databases.told.at(-1)).toBe('restore again from rollback at 2026-11-23T12:30:00.000Z')
})

test('another region of the account is empty', () => {
  const aws = practiceAccount()
  expect(aws.rds('DescribeDBClusters', {}, 'us-west-2')).toEqual({ DBClusters: [] })
  expect(() => aws.rds(restore, restoreRequest('rollback', 20), 'us-west-2')).toThrow(
    'DBCluster loanserve-prod-aurora not found.',
  )
  expect(aws.account().clusters).toHaveLength(1)
})

test('a saved account goes on where it was, and makes again what was being made', async () => {
  const before = practiceAccount()
  before.rds(restore, restoreRequest('made', 20))
  await before.pass(21)
  before.rds('CreateDBInstance', instanceRequest('made-1', 'made'))
  before.rds(restore, restoreRequest('making', 20))

  const after = practiceAccount([], JSON.parse(JSON.stringify(before.account())))
  expect(after.databases.told).toEqual(['restore making from primary at 2026-11-23T11:40:00.000Z'])
  await after.pass(60)
  expect(after.clusterStatus('made')).toBe('available')
  expect(after.clusterStatus('making')).toBe('available')
  expect(after.instanceStatus('made-1')).toBe('available')
  expect(after.databases.told.at(-1)).toBe('open made')
  expect(() => practiceAccount([], { clusters: 'none' })).toThrow()
})

test('a snapshot is restored with the data of the moment at which it was begun', async () => {
  const aws = practiceAccount()
  const from = 'RestoreDBClusterFromSnapshot'
  const request = {
    DBClusterIdentifier: 'from-snapshot',
    SnapshotIdentifier: 'loanserve-prod-before-v1-2-2',
    Engine: 'aurora-postgresql',
  }
  expect(aws.refusal(from, { ...request, SnapshotIdentifier: 'nope' })).toBe(
    'DBClusterSnapshotNotFoundFault: DBClusterSnapshot not found: nope',
  )
  aws.rds(from, request)
  const then = new Date(noon - 69 * 3_600_000).toISOString()
  expect(aws.databases.told).toEqual([`restore from-snapshot from primary at ${then}`])
  await aws.pass(21)
  expect(aws.clusterStatus('from-snapshot')).toBe('available')
})
