/** DescribeDBInstances, and an instance as every action that speaks of one shows it. */
import { type Account, isNamed, mustFindInstance } from '../account.ts'
import { type Action, type Context, told } from '../action.ts'
import { AwsFault } from '../fault.ts'
import { rdsArn } from '../identity.ts'
import { readFilters } from '../parameters.ts'
import { list, type Members } from '../value.ts'
import type { DbCluster } from './cluster.ts'
import { hostedZone, kmsKeyArn, restorableWindow, securityGroupList, tagList } from './describe-clusters.ts'
import { type DbInstance, instanceStatus } from './instance.ts'
import { mustFindSubnetGroup } from './network.ts'
import { markedPage } from './page.ts'

/** How long Amazon's server certificates are good for. */
const certificateMs = 365 * 24 * 60 * 60 * 1000

/** The cluster that an instance belongs to; there is always one here. */
export function clusterOf(account: Account, instance: DbInstance): DbCluster {
  const cluster = account.clusters.find(({ resourceId }) => resourceId === instance.cluster)
  if (cluster === undefined) throw new Error(`the instance ${instance.identifier} has no cluster`)
  return cluster
}

function subnetGroupMembers(name: string): Members {
  const group = mustFindSubnetGroup(name)
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupDescription: group.description,
    VpcId: group.vpc,
    SubnetGroupStatus: 'Complete',
    Subnets: list(
      'Subnet',
      group.subnets.map(({ id, zone }) => ({
        SubnetIdentifier: id,
        SubnetAvailabilityZone: { Name: zone },
        SubnetOutpost: {},
        SubnetStatus: 'Active',
      })),
    ),
    DBSubnetGroupArn: rdsArn('subgrp', group.name),
    SupportedNetworkTypes: list('member', ['IPV4']),
  }
}

/** An instance with what a real one of Aurora PostgreSQL has. It has no endpoint until it is made. */
export function instanceMembers(account: Account, instance: DbInstance, context: Context): Members {
  const { now } = context
  const cluster = clusterOf(account, instance)
  const status = instanceStatus(instance, now)
  const address = status === 'creating' ? undefined : context.addressOf(cluster.databaseId)
  return {
    DBInstanceIdentifier: instance.identifier,
    DBInstanceClass: instance.instanceClass,
    Engine: 'aurora-postgresql',
    DBInstanceStatus: status,
    MasterUsername: cluster.masterUsername,
    DBName: cluster.databaseName,
    Endpoint:
      address === undefined
        ? undefined
        : { Address: address.host, Port: address.port, HostedZoneId: hostedZone },
    AllocatedStorage: 1,
    InstanceCreateTime: status === 'creating' ? undefined : new Date(instance.createdAt),
    PreferredBackupWindow: cluster.backupWindow,
    BackupRetentionPeriod: cluster.backupRetentionDays,
    DBSecurityGroups: list('DBSecurityGroup', []),
    VpcSecurityGroups: securityGroupList(cluster.securityGroups),
    DBParameterGroups: list('DBParameterGroup', [
      { DBParameterGroupName: instance.parameterGroup, ParameterApplyStatus: 'in-sync' },
    ]),
    AvailabilityZone: instance.zone,
    DBSubnetGroup: subnetGroupMembers(cluster.subnetGroup),
    PreferredMaintenanceWindow: instance.maintenanceWindow,
    PendingModifiedValues: {
      DBInstanceClass: instance.pending.instanceClass,
      DBInstanceIdentifier: instance.pending.identifier,
    },
    LatestRestorableTime:
      status === 'creating' ? undefined : new Date(restorableWindow(cluster, context).latest),
    MultiAZ: false,
    EngineVersion: cluster.engineVersion,
    AutoMinorVersionUpgrade: instance.autoMinorVersionUpgrade,
    ReadReplicaDBInstanceIdentifiers: list('ReadReplicaDBInstanceIdentifier', []),
    LicenseModel: 'postgresql-license',
    OptionGroupMemberships: list('OptionGroupMembership', [
      { OptionGroupName: 'default:aurora-postgresql-17', Status: 'in-sync' },
    ]),
    PubliclyAccessible: instance.publiclyAccessible,
    StorageType: 'aurora',
    DbInstancePort: 0,
    DBClusterIdentifier: cluster.identifier,
    StorageEncrypted: true,
    KmsKeyId: kmsKeyArn,
    DbiResourceId: instance.resourceId,
    CACertificateIdentifier: instance.caCertificate,
    DomainMemberships: list('DomainMembership', []),
    CopyTagsToSnapshot: false,
    MonitoringInterval: instance.monitoringInterval,
    MonitoringRoleArn: instance.monitoringRoleArn,
    PromotionTier: instance.promotionTier,
    DBInstanceArn: rdsArn('db', instance.identifier),
    IAMDatabaseAuthenticationEnabled: cluster.iamAuthentication,
    DatabaseInsightsMode: 'standard',
    PerformanceInsightsEnabled: instance.performanceInsights,
    PerformanceInsightsKMSKeyId: instance.performanceInsights ? kmsKeyArn : undefined,
    PerformanceInsightsRetentionPeriod: instance.performanceInsights ? 7 : undefined,
    EnabledCloudwatchLogsExports:
      cluster.logExports.length === 0 ? undefined : list('member', cluster.logExports),
    DeletionProtection: false,
    AssociatedRoles: list('DBInstanceRole', []),
    TagList: tagList(instance.tags),
    CustomerOwnedIpEnabled: false,
    NetworkType: 'IPV4',
    ActivityStreamStatus: 'stopped',
    BackupTarget: 'region',
    CertificateDetails: {
      CAIdentifier: instance.caCertificate,
      ValidTill: new Date(instance.createdAt + certificateMs),
    },
    DedicatedLogVolume: false,
    IsStorageConfigUpgradeAvailable: false,
    EngineLifecycleSupport: 'open-source-rds-extended-support',
  }
}

const filterNames = ['db-cluster-id', 'db-instance-id', 'dbi-resource-id', 'domain', 'engine']

function matches(account: Account, instance: DbInstance, name: string, values: readonly string[]): boolean {
  switch (name) {
    case 'db-cluster-id':
      return values.some((value) => isNamed(value, 'cluster', clusterOf(account, instance).identifier))
    case 'db-instance-id':
      return values.some((value) => isNamed(value, 'db', instance.identifier))
    case 'dbi-resource-id':
      return values.includes(instance.resourceId)
    case 'engine':
      return values.includes('aurora-postgresql')
    default:
      return false
  }
}

export const describeDBInstances: Action = (account, parameters, context) => {
  const filters = readFilters(parameters, filterNames)
  const typed = parameters.text('DBInstanceIdentifier')
  const found = (typed === undefined ? account.instances : [mustFindInstance(account, typed)])
    .filter((instance) => filters.every(({ name, values }) => matches(account, instance, name, values)))
    .toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1))
  const { page, marker } = markedPage(found, parameters, ({ identifier }) => identifier)
  return told(account, {
    Marker: marker,
    DBInstances: list(
      'DBInstance',
      page.map((instance) => instanceMembers(account, instance, context)),
    ),
  })
}

/** DescribeDBSnapshots: snapshots of single instances, which Aurora does not have. */
export const describeDBSnapshots: Action = (account, parameters) => {
  const typed = parameters.text('DBSnapshotIdentifier')
  if (typed !== undefined) throw new AwsFault('DBSnapshotNotFound', `DBSnapshot ${typed} not found.`, 404)
  return told(account, { DBSnapshots: list('DBSnapshot', []) })
}

/** DescribeTenantDatabases: those of Oracle and SQL Server, of which the account has none. */
export const describeTenantDatabases: Action = (account, parameters) => {
  const typed = parameters.text('DBInstanceIdentifier')
  if (typed !== undefined) mustFindInstance(account, typed)
  return told(account, { TenantDatabases: list('TenantDatabase', []) })
}
