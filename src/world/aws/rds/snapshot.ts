/** A cluster snapshot's record, and what its status is at a time. */
import { z } from 'zod'
import { AwsFault } from '../fault.ts'
import { type DbCluster, tagSchema } from './cluster.ts'

export const dbClusterSnapshotSchema = z
  .object({
    identifier: z.string(),
    type: z.enum(['automated', 'manual']),
    createdAt: z.number(),
    readyAt: z.number(),
    /** The cluster as it was then. */
    clusterIdentifier: z.string(),
    clusterResourceId: z.string(),
    clusterCreatedAt: z.number(),
    databaseId: z.string(),
    databaseName: z.string(),
    masterUsername: z.string(),
    engineVersion: z.string(),
    iamAuthentication: z.boolean(),
    backupRetentionDays: z.number(),
    subnetGroup: z.string(),
    zones: z.array(z.string()).readonly(),
    tags: z.array(tagSchema).readonly(),
  })
  .readonly()

export type DbClusterSnapshot = z.infer<typeof dbClusterSnapshotSchema>

export function snapshotStatus(snapshot: DbClusterSnapshot, now: number): 'creating' | 'available' {
  return now < snapshot.readyAt ? 'creating' : 'available'
}

export function snapshotNotFound(identifier: string): AwsFault {
  return new AwsFault('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot not found: ${identifier}`, 404)
}

/** The record of a snapshot that is taken of the cluster from `createdAt` to `readyAt`. */
export function snapshotOf(
  cluster: DbCluster,
  about: Pick<DbClusterSnapshot, 'identifier' | 'type' | 'createdAt' | 'readyAt' | 'tags'>,
): DbClusterSnapshot {
  return {
    ...about,
    clusterIdentifier: cluster.identifier,
    clusterResourceId: cluster.resourceId,
    clusterCreatedAt: cluster.createdAt,
    databaseId: cluster.databaseId,
    databaseName: cluster.databaseName,
    masterUsername: cluster.masterUsername,
    engineVersion: cluster.engineVersion,
    iamAuthentication: cluster.iamAuthentication,
    backupRetentionDays: cluster.backupRetentionDays,
    subnetGroup: cluster.subnetGroup,
    zones: cluster.zones,
  }
}
