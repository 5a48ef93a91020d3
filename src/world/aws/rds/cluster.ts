/** An Aurora cluster's record, and what its status is at a time. */
import { z } from 'zod'
import { AwsFault } from '../fault.ts'

/** Times are milliseconds since 1970. */
export const tagSchema = z.object({ key: z.string(), value: z.string() }).readonly()

export const dbClusterSchema = z
  .object({
    identifier: z.string(),
    /** Such as cluster-AB12…: stays when the cluster is renamed. */
    resourceId: z.string(),
    /** By what name the world's databases know its data: stays too. */
    databaseId: z.string(),
    createdAt: z.number(),
    /** Not available before then, however fast its database is made. */
    readyAt: z.number(),
    database: z.enum(['making', 'made', 'failed']),
    /** Where the data comes from; undefined for a cluster that has been there all along. */
    origin: z.object({ databaseId: z.string(), time: z.number() }).readonly().optional(),
    /** When it is gone, once it is being deleted. */
    goneAt: z.number().optional(),
    busy: z
      .object({
        status: z.enum(['modifying', 'renaming', 'resetting-master-credentials', 'failing-over']),
        until: z.number(),
      })
      .readonly()
      .optional(),
    /** Takes the place of `identifier` when `busy` ends. */
    nextIdentifier: z.string().optional(),
    /** The resource id of the instance that takes writes. */
    writer: z.string().optional(),
    engineVersion: z.string(),
    databaseName: z.string(),
    masterUsername: z.string(),
    /** What was asked for; the world's database listens where it can. */
    port: z.number(),
    parameterGroup: z.string(),
    subnetGroup: z.string(),
    securityGroups: z.array(z.string()).readonly(),
    zones: z.array(z.string()).readonly(),
    iamAuthentication: z.boolean(),
    deletionProtection: z.boolean(),
    copyTagsToSnapshot: z.boolean(),
    autoMinorVersionUpgrade: z.boolean(),
    backupRetentionDays: z.number(),
    backupWindow: z.string(),
    maintenanceWindow: z.string(),
    storageType: z.enum(['aurora', 'aurora-iopt1']),
    logExports: z.array(z.string()).readonly(),
    cloneGroupId: z.string().optional(),
    tags: z.array(tagSchema).readonly(),
    /** What waits for the maintenance window, which practice never lives to see. */
    pending: z
      .object({
        identifier: z.string().optional(),
        iamAuthentication: z.boolean().optional(),
        engineVersion: z.string().optional(),
        backupRetentionDays: z.number().optional(),
      })
      .readonly(),
  })
  .readonly()

export type DbCluster = z.infer<typeof dbClusterSchema>

export type ClusterStatus =
  | 'creating'
  | 'available'
  | 'modifying'
  | 'renaming'
  | 'resetting-master-credentials'
  | 'failing-over'
  | 'deleting'
  | 'incompatible-restore'

/**
 * What DescribeDBClusters says at `now`. A restore whose data could not be had ends as incompatible-restore, which
 * `aws rds wait` takes for a failure.
 */
export function clusterStatus(cluster: DbCluster, now: number): ClusterStatus {
  if (cluster.goneAt !== undefined) return 'deleting'
  if (now < cluster.readyAt || cluster.database === 'making') return 'creating'
  if (cluster.database === 'failed') return 'incompatible-restore'
  if (cluster.busy !== undefined && now < cluster.busy.until) return cluster.busy.status
  return 'available'
}

export function clusterNotFound(identifier: string): AwsFault {
  return new AwsFault('DBClusterNotFoundFault', `DBCluster ${identifier} not found.`, 404)
}

/** Throws in the words of StopDBCluster and StartDBCluster, which name the status that is in the way. */
export function mustBeAvailable(cluster: DbCluster, now: number): void {
  const status = clusterStatus(cluster, now)
  if (status === 'available') return
  throw new AwsFault(
    'InvalidDBClusterStateFault',
    `DbCluster ${cluster.identifier} is in ${status} state but expected it to be one of available.`,
  )
}
