import { expect, test } from 'vitest'
import { at, instanceRequest, practiceAccount, restoreRequest, source } from '../practice-account.ts'

/** An account with a restored cluster that is available. */
async function withRollback() {
  const aws = practiceAccount()
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  await aws.pass(21)
  aws.databases.told.length = 0
  return aws
}

const memberNames = (cluster: unknown) => {
  const members = at(cluster, 'DBClusterMembers')
  if (!Array.isArray(members)) throw new Error('the cluster has no members')
  return members.map((member) => `${at(member, 'DBInstanceIdentifier')} ${at(member, 'IsClusterWriter')}`)
}

test('an instance before its cluster is available is refused', () => {
  const aws = practiceAccount()
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  expect(aws.refusal('CreateDBInstance', instanceRequest('rollback-1', 'rollback'))).toBe(
    'InvalidDBClusterStateFault: DbCluster rollback is in creating state but expected it to be one of available.',
  )
})

test('the first instance opens the database when its time comes, and is available only then', async () => {
  const aws = await withRollback()
  const answer = aws.rds('CreateDBInstance', instanceRequest('rollback-1', 'rollback'))
  expect(at(answer, 'DBInstance')).toMatchObject({
    DBInstanceStatus: 'creating',
    DBClusterIdentifier: 'rollback',
    PromotionTier: 1,
    CACertificateIdentifier: 'rds-ca-rsa2048-g1',
  })
  expect(at(answer, 'DBInstance', 'Endpoint')).toBeUndefined()
  aws.passWithout(14)
  expect(aws.databases.told).toEqual([])
  aws.passWithout(1)
  expect(aws.databases.told).toEqual(['open rollback'])
  expect(aws.instanceStatus('rollback-1')).toBe('creating')
  await aws.databases.finish()
  expect(aws.instanceStatus('rollback-1')).toBe('available')
  const described = aws.rds('DescribeDBInstances', { DBInstanceIdentifier: 'rollback-1' })
  expect(at(described, 'DBInstances', 0, 'Endpoint')).toMatchObject({ Address: '127.0.0.1', Port: 40002 })
})

test('a second instance is a reader, and opens nothing again', async () => {
  const aws = await withRollback()
  aws.rds('CreateDBInstance', instanceRequest('rollback-1', 'rollback'))
  await aws.pass(16)
  aws.rds('CreateDBInstance', instanceRequest('rollback-2', 'rollback'))
  await aws.pass(16)
  expect(aws.databases.told).toEqual(['open rollback'])
  const cluster = at(aws.rds('DescribeDBClusters', { DBClusterIdentifier: 'rollback' }), 'DBClusters', 0)
  expect(memberNames(cluster)).toEqual(['rollback-1 true', 'rollback-2 false'])
  expect(at(cluster, 'MultiAZ')).toBe(true)
})

test.each([
  [
    'a name that is taken',
    { DBInstanceIdentifier: `${source}-1` },
    'DBInstanceAlreadyExists: DB instance already exists',
  ],
  [
    'an unknown cluster',
    { DBClusterIdentifier: 'nope' },
    'DBClusterNotFoundFault: DBCluster nope not found.',
  ],
  [
    'another engine',
    { Engine: 'postgres' },
    "InvalidParameterCombination: The engine name requested for your DB instance (postgres) doesn't match the engine name of your DB cluster (aurora-postgresql).",
  ],
  [
    'another engine version',
    { EngineVersion: '16.4' },
    'InvalidParameterCombination: The engine version that you requested for your DB instance (16.4) does not match the engine version of your DB cluster (17.7).',
  ],
  [
    'no class at all',
    { DBInstanceClass: 'large' },
    'InvalidParameterValue: Invalid DB Instance class: large',
  ],
  [
    'a class that Aurora has not',
    { DBInstanceClass: 'db.t3.micro' },
    'InvalidParameterCombination: RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.t3.micro, Engine=aurora-postgresql, EngineVersion=17.7, LicenseModel=postgresql-license. For supported combinations of instance class and database engine version, see the documentation.',
  ],
  [
    'a password, which belongs to the cluster',
    { MasterUserPassword: 'correct-horse' },
    'InvalidParameterCombination: The requested DB Instance will be a member of a DB Cluster. Set master user password for the DB Cluster.',
  ],
  [
    'a bad name',
    { DBInstanceIdentifier: '1st' },
    'InvalidParameterValue: The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
  ],
])('an instance with %s is refused', (_what, change, words) => {
  const aws = practiceAccount()
  expect(aws.refusal('CreateDBInstance', { ...instanceRequest('third', source), ...change })).toBe(words)
  expect(aws.account().instances).toHaveLength(2)
})

test('the last instance of a cluster takes the database with it, and the next writer is the reader', async () => {
  const aws = await withRollback()
  aws.rds('CreateDBInstance', instanceRequest('rollback-1', 'rollback'))
  await aws.pass(16)
  aws.rds('CreateDBInstance', instanceRequest('rollback-2', 'rollback'))
  await aws.pass(16)
  const answer = aws.rds('DeleteDBInstance', { DBInstanceIdentifier: 'rollback-1', SkipFinalSnapshot: true })
  expect(at(answer, 'DBInstance', 'DBInstanceStatus')).toBe('deleting')
  expect(aws.refusal('DeleteDBInstance', { DBInstanceIdentifier: 'rollback-1' })).toBe(
    'InvalidDBInstanceState: Instance rollback-1 is already being deleted.',
  )
  const cluster = () =>
    at(aws.rds('DescribeDBClusters', { DBClusterIdentifier: 'rollback' }), 'DBClusters', 0)
  expect(memberNames(cluster())).toEqual(['rollback-1 false', 'rollback-2 true'])
  await aws.pass(9)
  expect(aws.refusal('DescribeDBInstances', { DBInstanceIdentifier: 'rollback-1' })).toBe(
    'DBInstanceNotFound: DBInstance rollback-1 not found.',
  )
  expect(aws.databases.told).toEqual(['open rollback'])
  aws.rds('DeleteDBInstance', { DBInstanceIdentifier: 'rollback-2' })
  await aws.pass(9)
  expect(aws.databases.told).toEqual(['open rollback', 'close rollback'])
  expect(memberNames(cluster())).toEqual([])
  expect(aws.clusterStatus('rollback')).toBe('available')
})

test('a reboot of the writer ends all sessions, and the instance is available when clients can connect', async () => {
  const aws = practiceAccount()
  const answer = aws.rds('RebootDBInstance', { DBInstanceIdentifier: `${source}-1` })
  expect(at(answer, 'DBInstance', 'DBInstanceStatus')).toBe('rebooting')
  expect(aws.refusal('RebootDBInstance', { DBInstanceIdentifier: `${source}-1` })).toBe(
    'InvalidDBInstanceState: Instance cannot currently reboot due to an in-progress management operation.',
  )
  await aws.databases.finish()
  aws.passWithout(7)
  expect(aws.instanceStatus(`${source}-1`)).toBe('rebooting')
  await aws.databases.finish()
  expect(aws.instanceStatus(`${source}-1`)).toBe('available')
  expect(aws.instanceStatus(`${source}-2`)).toBe('available')
  expect(aws.databases.told).toEqual(['close primary', 'open primary'])
})

test('a reboot of a reader leaves the sessions alone', async () => {
  const aws = practiceAccount()
  aws.rds('RebootDBInstance', { DBInstanceIdentifier: `${source}-2` })
  await aws.pass(7)
  expect(aws.instanceStatus(`${source}-2`)).toBe('available')
  expect(aws.databases.told).toEqual([])
})

test('a failover makes the reader the writer and drops the sessions meanwhile', async () => {
  const aws = practiceAccount()
  expect(
    aws.refusal('FailoverDBCluster', {
      DBClusterIdentifier: source,
      TargetDBInstanceIdentifier: `${source}-1`,
    }),
  ).toBe(`InvalidDBClusterStateFault: Cluster ${source} has no available reader instance to fail over to.`)
  aws.rds('FailoverDBCluster', { DBClusterIdentifier: source })
  expect(aws.clusterStatus(source)).toBe('failing-over')
  await aws.pass(7)
  expect(aws.clusterStatus(source)).toBe('available')
  const cluster = at(aws.rds('DescribeDBClusters'), 'DBClusters', 0)
  expect(memberNames(cluster)).toEqual([`${source}-1 false`, `${source}-2 true`])
  expect(aws.databases.told).toEqual(['close primary', 'open primary'])
})

test('a change of class waits for the maintenance window unless it is applied immediately', async () => {
  const aws = practiceAccount()
  const change = { DBInstanceIdentifier: `${source}-2`, DBInstanceClass: 'db.r6g.xlarge' }
  const later = aws.rds('ModifyDBInstance', change)
  expect(at(later, 'DBInstance')).toMatchObject({
    DBInstanceClass: 'db.r6g.large',
    PendingModifiedValues: { DBInstanceClass: 'db.r6g.xlarge' },
  })
  aws.rds('ModifyDBInstance', { ...change, ApplyImmediately: true })
  expect(aws.instanceStatus(`${source}-2`)).toBe('modifying')
  await aws.pass(7)
  const described = at(
    aws.rds('DescribeDBInstances', { DBInstanceIdentifier: `${source}-2` }),
    'DBInstances',
    0,
  )
  expect(described).toMatchObject({
    DBInstanceStatus: 'available',
    DBInstanceClass: 'db.r6g.xlarge',
    PendingModifiedValues: {},
  })
})
