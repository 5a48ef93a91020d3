/** The actions on cluster snapshots. */
import { type Account, isNamed, mustFindCluster, mustFindSnapshot, withEvents } from '../account.ts'
import { type Action, told } from '../action.ts'
import { AwsFault, invalidValue } from '../fault.ts'
import { rdsArn } from '../identity.ts'
import { readFilters, readTags } from '../parameters.ts'
import { list, type Members } from '../value.ts'
import { mustBeAvailable } from './cluster.ts'
import { kmsKeyArn, tagList } from './describe-clusters.ts'
import { snapshotEvent } from './events.ts'
import { checkIdentifier, mustBeNewSnapshot } from './identifiers.ts'
import { mustFindSubnetGroup } from './network.ts'
import { markedPage } from './page.ts'
import { type DbClusterSnapshot, snapshotOf, snapshotStatus } from './snapshot.ts'

function snapshotMembers(snapshot: DbClusterSnapshot, now: number): Members {
  const status = snapshotStatus(snapshot, now)
  const share = (now - snapshot.createdAt) / Math.max(1, snapshot.readyAt - snapshot.createdAt)
  return {
    AvailabilityZones: list('AvailabilityZone', snapshot.zones),
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterIdentifier: snapshot.clusterIdentifier,
    SnapshotCreateTime: new Date(snapshot.createdAt),
    Engine: 'aurora-postgresql',
    EngineMode: 'provisioned',
    AllocatedStorage: 1,
    Status: status,
    Port: 0,
    VpcId: mustFindSubnetGroup(snapshot.subnetGroup).vpc,
    ClusterCreateTime: new Date(snapshot.clusterCreatedAt),
    MasterUsername: snapshot.masterUsername,
    EngineVersion: snapshot.engineVersion,
    LicenseModel: 'postgresql-license',
    SnapshotType: snapshot.type,
    PercentProgress: status === 'available' ? 100 : Math.floor(share * 100),
    StorageEncrypted: true,
    BackupRetentionPeriod: snapshot.backupRetentionDays,
    KmsKeyId: kmsKeyArn,
    DBClusterSnapshotArn: rdsArn('cluster-snapshot', snapshot.identifier),
    IAMDatabaseAuthenticationEnabled: snapshot.iamAuthentication,
    TagList: tagList(snapshot.tags),
    StorageType: 'aurora',
    DbClusterResourceId: snapshot.clusterResourceId,
  }
}

const filterNames = ['db-cluster-id', 'db-cluster-snapshot-id', 'snapshot-type', 'engine']
const types = ['automated', 'manual', 'shared', 'public', 'awsbackup']

function matches(snapshot: DbClusterSnapshot, name: string, values: readonly string[]): boolean {
  switch (name) {
    case 'db-cluster-id':
      return values.some((value) => isNamed(value, 'cluster', snapshot.clusterIdentifier))
    case 'db-cluster-snapshot-id':
      return values.some((value) => isNamed(value, 'cluster-snapshot', snapshot.identifier))
    case 'snapshot-type':
      return values.includes(snapshot.type)
    default:
      return values.includes('aurora-postgresql')
  }
}

export const describeDBClusterSnapshots: Action = (account, parameters, context) => {
  const filters = readFilters(parameters, filterNames)
  const typed = parameters.text('DBClusterSnapshotIdentifier')
  const ofCluster = parameters.text('DBClusterIdentifier')
  const type = parameters.text('SnapshotType')
  const resourceId = parameters.text('DbClusterResourceId')
  if (type !== undefined && !types.includes(type)) throw invalidValue(`Invalid snapshot type: ${type}`)
  const found = (typed === undefined ? account.snapshots : [mustFindSnapshot(account, typed)])
    .filter((snapshot) => filters.every(({ name, values }) => matches(snapshot, name, values)))
    .filter(
      ({ clusterIdentifier }) => ofCluster === undefined || isNamed(ofCluster, 'cluster', clusterIdentifier),
    )
    .filter((snapshot) => type === undefined || snapshot.type === type)
    .filter(({ clusterResourceId }) => resourceId === undefined || clusterResourceId === resourceId)
    .toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1))
  const { page, marker } = markedPage(found, parameters, ({ identifier }) => identifier)
  return told(account, {
    Marker: marker,
    DBClusterSnapshots: list(
      'DBClusterSnapshot',
      page.map((snapshot) => snapshotMembers(snapshot, context.now)),
    ),
  })
}

export const createDBClusterSnapshot: Action = (account, parameters, context) => {
  const { now, pace } = context
  const identifier = checkIdentifier(
    'DBClusterSnapshotIdentifier',
    parameters.required('DBClusterSnapshotIdentifier'),
    255,
  )
  const cluster = mustFindCluster(account, parameters.required('DBClusterIdentifier'))
  mustBeNewSnapshot(account, identifier)
  mustBeAvailable(cluster, now)
  const asked = readTags(parameters)
  const inherited = cluster.copyTagsToSnapshot
    ? cluster.tags.filter(({ key }) => !asked.some((tag) => tag.key === key))
    : []
  const snapshot = snapshotOf(cluster, {
    identifier,
    type: 'manual',
    createdAt: now,
    readyAt: now + pace.snapshotCreating,
    tags: [...asked, ...inherited],
  })
  const next = withEvents({ ...account, snapshots: [...account.snapshots, snapshot] }, [
    snapshotEvent(snapshot, now, 'Creating manual cluster snapshot'),
  ])
  return {
    account: next,
    effects: [],
    answer: () => ({ DBClusterSnapshot: snapshotMembers(snapshot, now) }),
  }
}

/** Whether a cluster or another snapshot still stands on that data. */
function isUsed(account: Account, databaseId: string): boolean {
  return (
    account.clusters.some((cluster) => cluster.databaseId === databaseId) ||
    account.snapshots.some((snapshot) => snapshot.databaseId === databaseId)
  )
}

export const deleteDBClusterSnapshot: Action = (account, parameters, context) => {
  const snapshot = mustFindSnapshot(account, parameters.required('DBClusterSnapshotIdentifier'))
  if (snapshot.type === 'automated')
    throw new AwsFault('InvalidDBClusterSnapshotStateFault', 'Only manual snapshots may be deleted.')
  if (snapshotStatus(snapshot, context.now) !== 'available')
    throw new AwsFault(
      'InvalidDBClusterSnapshotStateFault',
      `The DB cluster snapshot ${snapshot.identifier} is not in available state.`,
    )
  const next = { ...account, snapshots: account.snapshots.filter((each) => each !== snapshot) }
  return {
    account: next,
    effects: isUsed(next, snapshot.databaseId) ? [] : [{ kind: 'remove', databaseId: snapshot.databaseId }],
    answer: () => ({
      DBClusterSnapshot: { ...snapshotMembers(snapshot, context.now), Status: 'deleted' },
    }),
  }
}
