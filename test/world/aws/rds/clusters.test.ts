import { expect, test } from 'vitest'
import { at, instanceRequest, practiceAccount, restoreRequest, source } from '../practice-account.ts'

test('filters choose clusters and instances; an unknown one is refused', () => {
  const aws = practiceAccount()
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  const named = (filter: string, ...values: readonly string[]) => ({
    Filters: [{ Name: filter, Values: values }],
  })
  const clusters = (filter: object) => at(aws.rds('DescribeDBClusters', { ...filter }), 'DBClusters')
  expect(clusters(named('db-cluster-id', 'ROLLBACK', 'other'))).toMatchObject([
    { DBClusterIdentifier: 'rollback' },
  ])
  expect(clusters(named('engine', 'aurora-mysql'))).toEqual([])
  expect(clusters(named('engine', 'aurora-postgresql'))).toHaveLength(2)
  const instances = (filter: object) => at(aws.rds('DescribeDBInstances', { ...filter }), 'DBInstances')
  expect(instances(named('db-cluster-id', source))).toHaveLength(2)
  expect(instances(named('db-cluster-id', 'rollback'))).toEqual([])
  expect(instances(named('db-instance-id', `${source}-2`))).toMatchObject([{ PromotionTier: 1 }])
  expect(aws.refusal('DescribeDBClusters', named('color', 'blue'))).toBe(
    'InvalidParameterValue: Unrecognized filter name: color',
  )
})

test('a cluster is found by its ARN too', () => {
  const aws = practiceAccount()
  const arn = `arn:aws:rds:eu-central-1:123456789012:cluster:${source}`
  expect(at(aws.rds('DescribeDBClusters', { DBClusterIdentifier: arn }), 'DBClusters')).toHaveLength(1)
  expect(aws.refusal('DescribeDBClusters', { DBClusterIdentifier: 'nope' })).toBe(
    'DBClusterNotFoundFault: DBCluster nope not found.',
  )
})

test('long lists come in pages of at most MaxRecords, each cluster once', () => {
  const aws = practiceAccount()
  for (let number = 10; number < 35; number++)
    aws.rds('RestoreDBClusterToPointInTime', restoreRequest(`copy-${number}`, 20))
  const first = aws.rds('DescribeDBClusters', { MaxRecords: 20 })
  const second = aws.rds('DescribeDBClusters', { MaxRecords: 20, Marker: at(first, 'Marker') })
  const names = [at(first, 'DBClusters'), at(second, 'DBClusters')].flatMap((page) =>
    Array.isArray(page) ? page.map((cluster) => at(cluster, 'DBClusterIdentifier')) : [],
  )
  expect(new Set(names).size).toBe(26)
  expect(names).toHaveLength(26)
  expect(at(second, 'Marker')).toBeUndefined()
  expect(aws.refusal('DescribeDBClusters', { MaxRecords: 5 })).toBe(
    'InvalidParameterValue: Invalid value 5 for MaxRecords. Must be between 20 and 100',
  )
  expect(aws.refusal('DescribeDBClusters', { Marker: 'x' })).toContain('InvalidParameterValue')
})

test('a protected cluster, and one with instances, is not deleted', () => {
  const aws = practiceAccount()
  const remove = { DBClusterIdentifier: source, SkipFinalSnapshot: true }
  expect(aws.refusal('DeleteDBCluster', remove)).toBe(
    'InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.',
  )
  const answer = aws.rds('ModifyDBCluster', { DBClusterIdentifier: source, DeletionProtection: false })
  expect(at(answer, 'DBCluster', 'DeletionProtection')).toBe(false)
  expect(aws.refusal('DeleteDBCluster', remove)).toBe(
    'InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
  )
})

test('a cluster goes with its automated backups, and its data when no snapshot is left of it', async () => {
  const aws = practiceAccount()
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  const remove = { DBClusterIdentifier: 'rollback' }
  expect(aws.refusal('DeleteDBCluster', { ...remove, SkipFinalSnapshot: true })).toBe(
    'InvalidDBClusterStateFault: DB cluster rollback is not currently in the available state.',
  )
  await aws.pass(21)
  expect(aws.refusal('DeleteDBCluster', remove)).toBe(
    'InvalidParameterCombination: FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
  )
  expect(
    aws.refusal('DeleteDBCluster', { ...remove, SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' }),
  ).toContain('InvalidParameterCombination')
  aws.rds('DeleteDBCluster', { ...remove, FinalDBSnapshotIdentifier: 'last' })
  expect(aws.clusterStatus('rollback')).toBe('deleting')
  expect(aws.refusal('CreateDBInstance', instanceRequest('late', 'rollback'))).toBe(
    'InvalidDBClusterStateFault: DbCluster rollback is in deleting state but expected it to be one of available.',
  )
  await aws.pass(19)
  expect(aws.refusal('DescribeDBClusters', remove)).toBe(
    'DBClusterNotFoundFault: DBCluster rollback not found.',
  )
  expect(aws.databases.told).toHaveLength(1)
  const described = aws.rds('DescribeDBClusterSnapshots', { DBClusterSnapshotIdentifier: 'last' })
  expect(at(described, 'DBClusterSnapshots', 0)).toMatchObject({
    Status: 'available',
    SnapshotType: 'manual',
  })
  aws.rds('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: 'last' })
  expect(aws.databases.told.at(-1)).toBe('remove rollback')
})

test('the data of a deleted cluster is kept apart from that of a new one with its name', async () => {
  const aws = practiceAccount()
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  await aws.pass(21)
  aws.rds('DeleteDBCluster', { DBClusterIdentifier: 'rollback', FinalDBSnapshotIdentifier: 'last' })
  await aws.pass(19)
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  expect(aws.databases.told.at(-1)).toMatch(/^restore cluster-[a-z2-7]{26} from primary /)
})

test('two clusters change their names, and keep their databases', async () => {
  const aws = practiceAccount()
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  await aws.pass(21)
  const rename = (from: string, to: string) =>
    aws.rds('ModifyDBCluster', {
      DBClusterIdentifier: from,
      NewDBClusterIdentifier: to,
      ApplyImmediately: true,
    })
  expect(
    aws.refusal('ModifyDBCluster', { DBClusterIdentifier: 'rollback', NewDBClusterIdentifier: source }),
  ).toBe('DBClusterAlreadyExistsFault: DB Cluster already exists')
  rename(source, 'broken')
  expect(aws.clusterStatus(source)).toBe('renaming')
  await aws.pass(7)
  rename('rollback', source)
  await aws.pass(7)
  const described = aws.rds('DescribeDBClusters')
  expect(at(described, 'DBClusters')).toMatchObject([
    { DBClusterIdentifier: 'broken', Port: 40001 },
    { DBClusterIdentifier: source, Port: 40002 },
  ])
  const instances = at(
    aws.rds('DescribeDBInstances', { DBInstanceIdentifier: `${source}-1` }),
    'DBInstances',
    0,
  )
  expect(at(instances, 'DBClusterIdentifier')).toBe('broken')
})

test('a rename that is not applied immediately waits', () => {
  const aws = practiceAccount()
  const answer = aws.rds('ModifyDBCluster', { DBClusterIdentifier: source, NewDBClusterIdentifier: 'later' })
  expect(at(answer, 'DBCluster', 'PendingModifiedValues')).toEqual({ DBClusterIdentifier: 'later' })
  expect(aws.clusterStatus(source)).toBe('available')
})

test('a new master password is checked, and resets the credentials at once', async () => {
  const aws = practiceAccount()
  const change = (password: string) => ({ DBClusterIdentifier: source, MasterUserPassword: password })
  expect(aws.refusal('ModifyDBCluster', change('short'))).toContain(
    'is not a valid password because it is shorter',
  )
  expect(aws.refusal('ModifyDBCluster', change('with a space'))).toContain('Only printable ASCII')
  aws.rds('ModifyDBCluster', change('correct-horse'))
  expect(aws.clusterStatus(source)).toBe('resetting-master-credentials')
  expect(aws.refusal('ModifyDBCluster', change('correct-horse'))).toContain(
    'resetting-master-credentials state',
  )
  await aws.pass(7)
  expect(aws.clusterStatus(source)).toBe('available')
  expect(JSON.stringify(aws.account())).not.toContain('correct-horse')
})

test('snapshots: automated ones of a week, manual ones that take their time', async () => {
  const aws = practiceAccount()
  const automated = aws.rds('DescribeDBClusterSnapshots', { SnapshotType: 'automated' })
  expect(at(automated, 'DBClusterSnapshots')).toHaveLength(7)
  expect(at(automated, 'DBClusterSnapshots', 6)).toMatchObject({
    DBClusterSnapshotIdentifier: `rds:${source}-2026-11-23-03-09`,
    SnapshotType: 'automated',
    Status: 'available',
  })
  const create = { DBClusterIdentifier: source, DBClusterSnapshotIdentifier: 'before-contract' }
  expect(aws.refusal('CreateDBClusterSnapshot', { ...create, DBClusterIdentifier: 'nope' })).toBe(
    'DBClusterNotFoundFault: DBCluster nope not found.',
  )
  const answer = aws.rds('CreateDBClusterSnapshot', create)
  expect(at(answer, 'DBClusterSnapshot')).toMatchObject({ Status: 'creating', PercentProgress: 0 })
  expect(at(answer, 'DBClusterSnapshot', 'TagList')).toHaveLength(4)
  expect(aws.refusal('CreateDBClusterSnapshot', create)).toBe(
    'DBClusterSnapshotAlreadyExistsFault: Cannot create the cluster snapshot because one with the identifier before-contract already exists.',
  )
  expect(
    aws.refusal('RestoreDBClusterFromSnapshot', {
      DBClusterIdentifier: 'early',
      SnapshotIdentifier: 'before-contract',
      Engine: 'aurora-postgresql',
    }),
  ).toContain('InvalidDBClusterSnapshotStateFault')
  await aws.pass(10)
  const done = aws.rds('DescribeDBClusterSnapshots', { DBClusterSnapshotIdentifier: 'before-contract' })
  expect(at(done, 'DBClusterSnapshots', 0)).toMatchObject({ Status: 'available', PercentProgress: 100 })
  expect(aws.refusal('DescribeDBClusterSnapshots', { DBClusterSnapshotIdentifier: 'nope' })).toBe(
    'DBClusterSnapshotNotFoundFault: DBClusterSnapshot not found: nope',
  )
  expect(
    aws.refusal('DeleteDBClusterSnapshot', {
      DBClusterSnapshotIdentifier: `rds:${source}-2026-11-23-03-09`,
    }),
  ).toContain('Only manual snapshots')
})

test('tags are added, replaced, removed and listed by ARN', () => {
  const aws = practiceAccount()
  const arn = `arn:aws:rds:eu-central-1:123456789012:cluster:${source}`
  aws.rds('AddTagsToResource', {
    ResourceName: arn,
    Tags: [
      { Key: 'env', Value: 'drill' },
      { Key: 'incident', Value: '42' },
    ],
  })
  aws.rds('RemoveTagsFromResource', { ResourceName: arn, TagKeys: ['owner', 'none'] })
  const listed = at(aws.rds('ListTagsForResource', { ResourceName: arn }), 'TagList')
  expect(listed).toEqual([
    { Key: 'Name', Value: source },
    { Key: 'app', Value: 'loanserve' },
    { Key: 'env', Value: 'drill' },
    { Key: 'incident', Value: '42' },
  ])
  const list = (ResourceName: string) => aws.refusal('ListTagsForResource', { ResourceName })
  expect(list(source)).toBe(`InvalidParameterValue: Invalid resource name: ${source}`)
  expect(list('arn:aws:rds:eu-central-1:123456789012:cluster:nope')).toBe(
    'DBClusterNotFoundFault: DBCluster nope not found.',
  )
  expect(list('arn:aws:rds:us-east-1:123456789012:cluster:nope')).toBe(
    'InvalidParameterValue: The specified resource name does not match an RDS resource in this region.',
  )
  expect(
    aws.refusal('AddTagsToResource', { ResourceName: arn, Tags: [{ Key: 'aws:x', Value: '' }] }),
  ).toContain('System tags cannot be added')
})

test('events tell what happened, for the last hour', async () => {
  const aws = practiceAccount()
  aws.rds('RestoreDBClusterToPointInTime', restoreRequest('rollback', 20))
  await aws.pass(21)
  aws.rds('CreateDBInstance', instanceRequest('rollback-1', 'rollback'))
  await aws.pass(16)
  aws.rds('CreateDBClusterSnapshot', { DBClusterIdentifier: source, DBClusterSnapshotIdentifier: 's1' })
  await aws.pass(11)
  const events = at(aws.rds('DescribeEvents'), 'Events')
  if (!Array.isArray(events)) throw new Error('no events')
  expect(events.map((event) => `${at(event, 'SourceIdentifier')}: ${at(event, 'Message')}`)).toEqual([
    'rollback: DB cluster created',
    'rollback-1: DB instance created',
    's1: Creating manual cluster snapshot',
    's1: Manual cluster snapshot created',
  ])
  const ofOne = aws.rds('DescribeEvents', { SourceType: 'db-cluster', SourceIdentifier: 'rollback' })
  expect(at(ofOne, 'Events')).toHaveLength(1)
  await aws.pass(3600)
  expect(at(aws.rds('DescribeEvents'), 'Events')).toEqual([])
  expect(at(aws.rds('DescribeEvents', { Duration: 120 }), 'Events')).toHaveLength(4)
})
