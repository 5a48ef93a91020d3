/** RestoreDBClusterToPointInTime and RestoreDBClusterFromSnapshot: a new cluster, without an instance, from old data. */
import { type Account, mustFindCluster, mustFindSnapshot, withCluster, withEvents } from '../account.ts'
import type { Action, Context, Decision } from '../action.ts'
import { AwsFault, invalidCombination, invalidValue, missingParameter } from '../fault.ts'
import { type Parameters, readTags } from '../parameters.ts'
import { clusterStatus, type DbCluster } from './cluster.ts'
import { clusterMembers, restorableWindow } from './describe-clusters.ts'
import { clusterEvent } from './events.ts'
import { checkIdentifier, mustBeNewCluster, newDatabaseId, newResourceId, newUuid } from './identifiers.ts'
import {
  checkClusterParameterGroup,
  defaultClusterParameterGroup,
  mustFindSubnetGroup,
  securityGroupsIn,
} from './network.ts'
import { snapshotStatus } from './snapshot.ts'

/** As error messages write a time, in whole seconds. */
function inSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}

interface Source {
  readonly databaseId: string
  readonly time: number
  readonly databaseName: string
  readonly masterUsername: string
  readonly engineVersion: string
  readonly zones: readonly string[]
  readonly backupRetentionDays: number
  readonly backupWindow: string
  readonly maintenanceWindow: string
}

/**
 * The new cluster's record. What the request doesn't say falls to the defaults: security group of the VPC,
 * subnet group and parameter group `default`, no IAM authentication, no deletion protection, no tags.
 */
function restored(
  account: Account,
  parameters: Parameters,
  context: Context,
  source: Source,
  identifier: string,
): DbCluster {
  const { now, random, pace } = context
  if (
    ['EnablePerformanceInsights', 'MonitoringInterval', 'MonitoringRoleArn'].some((name) =>
      parameters.has(name),
    )
  )
    throw invalidCombination(
      'You can enable Performance Insights or set the Enhanced Monitoring interval only when restoring from a source Aurora Limitless DB cluster',
    )
  const subnetGroup = mustFindSubnetGroup(parameters.text('DBSubnetGroupName') ?? 'default')
  const resourceId = newResourceId('cluster', random)
  const port = parameters.integer('Port') ?? 5432
  if (port < 1150 || port > 65535)
    throw invalidValue(`Invalid database endpoint port: ${port}. Valid values are from 1150 to 65535.`)
  return {
    identifier,
    resourceId,
    databaseId: newDatabaseId(account, identifier, resourceId),
    createdAt: now,
    readyAt: now + pace.clusterCreating,
    database: 'making',
    origin: { databaseId: source.databaseId, time: source.time },
    engineVersion: source.engineVersion,
    databaseName: source.databaseName,
    masterUsername: source.masterUsername,
    port,
    parameterGroup: checkClusterParameterGroup(
      parameters.text('DBClusterParameterGroupName') ?? defaultClusterParameterGroup,
    ),
    subnetGroup: subnetGroup.name,
    securityGroups: securityGroupsIn(
      subnetGroup,
      parameters.texts('VpcSecurityGroupIds', 'VpcSecurityGroupId'),
    ),
    zones: source.zones,
    iamAuthentication: parameters.flag('EnableIAMDatabaseAuthentication') ?? false,
    deletionProtection: parameters.flag('DeletionProtection') ?? false,
    copyTagsToSnapshot: parameters.flag('CopyTagsToSnapshot') ?? false,
    autoMinorVersionUpgrade: true,
    backupRetentionDays: parameters.integer('BackupRetentionPeriod') ?? source.backupRetentionDays,
    backupWindow: parameters.text('PreferredBackupWindow') ?? source.backupWindow,
    maintenanceWindow: source.maintenanceWindow,
    storageType: parameters.text('StorageType') === 'aurora-iopt1' ? 'aurora-iopt1' : 'aurora',
    logExports: parameters.texts('EnableCloudwatchLogsExports', 'member') ?? [],
    tags: readTags(parameters),
    pending: {},
  }
}

function decide(account: Account, cluster: DbCluster, context: Context): Decision {
  const { origin } = cluster
  const created = clusterEvent(cluster, context.now, 'DB cluster created', 'creation')
  const next = withEvents(withCluster(account, cluster), [created])
  return {
    account: next,
    effects:
      origin === undefined
        ? []
        : [
            {
              kind: 'restore',
              databaseId: cluster.databaseId,
              sourceId: origin.databaseId,
              time: origin.time,
            },
          ],
    answer: () => ({ DBCluster: clusterMembers(next, cluster, context) }),
  }
}

/** To what time the request wants the source. Throws for a time that can't be had and for a wrong combination. */
function restoreTime(parameters: Parameters, source: DbCluster, context: Context): number {
  const type = parameters.text('RestoreType') ?? 'full-copy'
  if (type !== 'full-copy' && type !== 'copy-on-write')
    throw invalidValue(`Invalid restore type: ${type}. Valid values are full-copy and copy-on-write.`)
  const time = parameters.time('RestoreToTime')
  const useLatest = parameters.flag('UseLatestRestorableTime') ?? false
  if (time !== undefined && useLatest)
    throw invalidCombination('RestoreToTime and UseLatestRestorableTime cannot be specified together.')
  if (time !== undefined && type === 'copy-on-write')
    throw invalidCombination('RestoreToTime cannot be specified when RestoreType is copy-on-write.')
  if (time === undefined && !useLatest)
    throw invalidCombination('Either RestoreToTime or UseLatestRestorableTime must be specified.')
  // A clone shares the source's pages as they are now.
  if (time === undefined && type === 'copy-on-write') return context.now
  const { earliest, latest } = restorableWindow(source, context)
  if (time === undefined) return latest
  // These are the words for a restore of an instance; the ones for a cluster are not published.
  if (time < earliest)
    throw invalidValue(
      `The specified instance cannot be restored to a time earlier than ${inSeconds(Math.ceil(earliest / 1000) * 1000)} because its backup retention period is set to ${source.backupRetentionDays} days.`,
    )
  if (time > latest)
    throw invalidValue(`The specified instance cannot be restored to a time later than ${inSeconds(latest)}.`)
  return time
}

function findSource(account: Account, parameters: Parameters): DbCluster {
  const resourceId = parameters.text('SourceDbClusterResourceId')
  const typed = parameters.text('SourceDBClusterIdentifier')
  if (typed !== undefined) return mustFindCluster(account, typed)
  if (resourceId === undefined) throw missingParameter('SourceDBClusterIdentifier')
  const found = account.clusters.find((cluster) => cluster.resourceId === resourceId)
  if (found === undefined)
    throw new AwsFault(
      'DBClusterAutomatedBackupNotFoundFault',
      `DBClusterAutomatedBackup not found for ${resourceId}.`,
      404,
    )
  return found
}

export const restoreDBClusterToPointInTime: Action = (account, parameters, context) => {
  const identifier = checkIdentifier('DBClusterIdentifier', parameters.required('DBClusterIdentifier'))
  const source = findSource(account, parameters)
  mustBeNewCluster(account, identifier)
  const status = clusterStatus(source, context.now)
  if (status === 'creating' || status === 'deleting' || status === 'incompatible-restore')
    throw new AwsFault(
      'InvalidDBClusterStateFault',
      `DbCluster ${source.identifier} is in ${status} state but expected it to be one of available.`,
    )
  const time = restoreTime(parameters, source, context)
  const cluster = restored(account, parameters, context, { ...source, time }, identifier)
  if (parameters.text('RestoreType') !== 'copy-on-write') return decide(account, cluster, context)
  const cloneGroupId = source.cloneGroupId ?? newUuid(context.random)
  return decide(withCluster(account, { ...source, cloneGroupId }), { ...cluster, cloneGroupId }, context)
}

export const restoreDBClusterFromSnapshot: Action = (account, parameters, context) => {
  const identifier = checkIdentifier('DBClusterIdentifier', parameters.required('DBClusterIdentifier'))
  const snapshot = mustFindSnapshot(account, parameters.required('SnapshotIdentifier'))
  const engine = parameters.required('Engine')
  mustBeNewCluster(account, identifier)
  if (engine !== 'aurora-postgresql')
    throw invalidValue(`Invalid DB engine for restoring the snapshot ${snapshot.identifier}: ${engine}`)
  if (snapshotStatus(snapshot, context.now) !== 'available')
    throw new AwsFault(
      'InvalidDBClusterSnapshotStateFault',
      `The DB cluster snapshot ${snapshot.identifier} is not in available state.`,
    )
  const source: Source = {
    databaseId: snapshot.databaseId,
    // The data of the moment at which the snapshot was begun.
    time: snapshot.createdAt,
    databaseName: snapshot.databaseName,
    masterUsername: snapshot.masterUsername,
    engineVersion: snapshot.engineVersion,
    zones: snapshot.zones,
    backupRetentionDays: snapshot.backupRetentionDays,
    backupWindow: '03:07-03:37',
    maintenanceWindow: 'sun:04:10-sun:04:40',
  }
  return decide(account, restored(account, parameters, context, source, identifier), context)
}
