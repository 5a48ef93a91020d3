/** DescribeDBClusters, and a cluster as every action that speaks of one shows it. */
import { type Account, instancesOf, isNamed, mustFindCluster } from '../account.ts'
import { type Action, type Context, told } from '../action.ts'
import { accountId, rdsArn, region } from '../identity.ts'
import { readFilters, type Tag } from '../parameters.ts'
import { list, type Members, type Value } from '../value.ts'
import { clusterStatus, type DbCluster } from './cluster.ts'
import { markedPage } from './page.ts'

const dayMs = 24 * 60 * 60 * 1000

/** The key that everything of the account is encrypted with. */
export const kmsKeyArn = `arn:aws:kms:${region}:${accountId}:key/5b0f6a52-2c1d-4f7e-9a3b-8d6e1f20c947`

/** Where RDS names of the region are kept in Route 53. */
export const hostedZone = 'Z1RLNUO7B9Q6NB'

export interface RestorableWindow {
  /** Milliseconds since 1970. */
  readonly earliest: number
  readonly latest: number
}

/** The times to which the cluster can be restored at `now`: as far as its backups go, but not before it was. */
export function restorableWindow(
  cluster: DbCluster,
  { now, pace }: Pick<Context, 'now' | 'pace'>,
): RestorableWindow {
  const earliest = Math.max(cluster.readyAt, now - cluster.backupRetentionDays * dayMs)
  return { earliest, latest: Math.max(earliest, now - pace.restorableBehind) }
}

export function tagList(tags: readonly Tag[]): Value {
  return list(
    'Tag',
    tags.map(({ key, value }) => ({ Key: key, Value: value })),
  )
}

export function securityGroupList(ids: readonly string[]): Value {
  return list(
    'VpcSecurityGroupMembership',
    ids.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
  )
}

function pendingMembers({ pending }: DbCluster): Members | undefined {
  const members: Members = {
    DBClusterIdentifier: pending.identifier,
    IAMDatabaseAuthenticationEnabled: pending.iamAuthentication,
    EngineVersion: pending.engineVersion,
    BackupRetentionPeriod: pending.backupRetentionDays,
  }
  return Object.values(members).every((value) => value === undefined) ? undefined : members
}

/**
 * A cluster with what a real Aurora PostgreSQL cluster has, in the order of the service's model. Its endpoints
 * are where its database really is, so that psql gets there.
 */
export function clusterMembers(account: Account, cluster: DbCluster, context: Context): Members {
  const { now } = context
  const status = clusterStatus(cluster, now)
  const address = context.addressOf(cluster.databaseId)
  const instances = instancesOf(account, cluster)
  const { earliest, latest } = restorableWindow(cluster, context)
  const hasBackups = status !== 'creating' && status !== 'incompatible-restore'
  return {
    AllocatedStorage: 1,
    AvailabilityZones: list('AvailabilityZone', cluster.zones),
    BackupRetentionPeriod: cluster.backupRetentionDays,
    DatabaseName: cluster.databaseName,
    DBClusterIdentifier: cluster.identifier,
    DBClusterParameterGroup: cluster.parameterGroup,
    DBSubnetGroup: cluster.subnetGroup,
    Status: status,
    EarliestRestorableTime: hasBackups ? new Date(earliest) : undefined,
    Endpoint: address?.host,
    ReaderEndpoint: address?.host,
    MultiAZ: new Set(instances.map(({ zone }) => zone)).size > 1,
    Engine: 'aurora-postgresql',
    EngineVersion: cluster.engineVersion,
    LatestRestorableTime: hasBackups ? new Date(latest) : undefined,
    Port: address?.port ?? cluster.port,
    MasterUsername: cluster.masterUsername,
    PreferredBackupWindow: cluster.backupWindow,
    PreferredMaintenanceWindow: cluster.maintenanceWindow,
    ReadReplicaIdentifiers: list('ReadReplicaIdentifier', []),
    DBClusterMembers: list(
      'DBClusterMember',
      instances.map((instance) => ({
        DBInstanceIdentifier: instance.identifier,
        IsClusterWriter: instance.resourceId === cluster.writer,
        DBClusterParameterGroupStatus: 'in-sync',
        PromotionTier: instance.promotionTier,
      })),
    ),
    VpcSecurityGroups: securityGroupList(cluster.securityGroups),
    HostedZoneId: hostedZone,
    StorageEncrypted: true,
    KmsKeyId: kmsKeyArn,
    DbClusterResourceId: cluster.resourceId,
    DBClusterArn: rdsArn('cluster', cluster.identifier),
    AssociatedRoles: list('DBClusterRole', []),
    IAMDatabaseAuthenticationEnabled: cluster.iamAuthentication,
    CloneGroupId: cluster.cloneGroupId,
    ClusterCreateTime: new Date(cluster.createdAt),
    EnabledCloudwatchLogsExports:
      cluster.logExports.length === 0 ? undefined : list('member', cluster.logExports),
    PendingModifiedValues: pendingMembers(cluster),
    EngineMode: 'provisioned',
    StorageType: cluster.storageType === 'aurora' ? undefined : cluster.storageType,
    AutoMinorVersionUpgrade: cluster.autoMinorVersionUpgrade,
    DeletionProtection: cluster.deletionProtection,
    HttpEndpointEnabled: false,
    ActivityStreamStatus: 'stopped',
    CopyTagsToSnapshot: cluster.copyTagsToSnapshot,
    CrossAccountClone: false,
    DomainMemberships: list('DomainMembership', []),
    TagList: tagList(cluster.tags),
    NetworkType: 'IPV4',
    DatabaseInsightsMode: 'standard',
    LocalWriteForwardingStatus: 'disabled',
    EngineLifecycleSupport: 'open-source-rds-extended-support',
  }
}

const filterNames = ['clone-group-id', 'db-cluster-id', 'db-cluster-resource-id', 'domain', 'engine']

function matches(cluster: DbCluster, name: string, values: readonly string[]): boolean {
  switch (name) {
    case 'clone-group-id':
      return values.some((value) => value === cluster.cloneGroupId)
    case 'db-cluster-id':
      return values.some((value) => isNamed(value, 'cluster', cluster.identifier))
    case 'db-cluster-resource-id':
      return values.includes(cluster.resourceId)
    case 'engine':
      return values.includes('aurora-postgresql')
    default:
      return false
  }
}

export const describeDBClusters: Action = (account, parameters, context) => {
  const filters = readFilters(parameters, filterNames)
  const typed = parameters.text('DBClusterIdentifier')
  const found = (typed === undefined ? account.clusters : [mustFindCluster(account, typed)])
    .filter((cluster) => filters.every(({ name, values }) => matches(cluster, name, values)))
    .toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1))
  const { page, marker } = markedPage(found, parameters, ({ identifier }) => identifier)
  return told(account, {
    Marker: marker,
    DBClusters: list(
      'DBCluster',
      page.map((cluster) => clusterMembers(account, cluster, context)),
    ),
  })
}
