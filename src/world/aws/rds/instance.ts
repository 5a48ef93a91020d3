/** A database instance's record, and what its status is at a time. */
import { z } from 'zod'
import { AwsFault } from '../fault.ts'
import { tagSchema } from './cluster.ts'

export const dbInstanceSchema = z
  .object({
    identifier: z.string(),
    /** Such as db-AB12…: stays when the instance is renamed. */
    resourceId: z.string(),
    /** The resource id of its cluster. */
    cluster: z.string(),
    createdAt: z.number(),
    readyAt: z.number(),
    /** Whether the cluster's database has been opened for it. */
    listening: z.boolean(),
    goneAt: z.number().optional(),
    busy: z
      .object({ status: z.enum(['modifying', 'renaming', 'rebooting']), until: z.number() })
      .readonly()
      .optional(),
    /** Takes the place of `identifier` when `busy` ends. */
    nextIdentifier: z.string().optional(),
    instanceClass: z.string(),
    zone: z.string(),
    parameterGroup: z.string(),
    promotionTier: z.number(),
    publiclyAccessible: z.boolean(),
    autoMinorVersionUpgrade: z.boolean(),
    maintenanceWindow: z.string(),
    monitoringInterval: z.number(),
    monitoringRoleArn: z.string().optional(),
    performanceInsights: z.boolean(),
    caCertificate: z.string(),
    tags: z.array(tagSchema).readonly(),
    pending: z.object({ identifier: z.string().optional(), instanceClass: z.string().optional() }).readonly(),
  })
  .readonly()

export type DbInstance = z.infer<typeof dbInstanceSchema>

export type InstanceStatus = 'creating' | 'available' | 'modifying' | 'renaming' | 'rebooting' | 'deleting'

/** What DescribeDBInstances says at `now`: available only once clients can connect. */
export function instanceStatus(instance: DbInstance, now: number): InstanceStatus {
  if (instance.goneAt !== undefined) return 'deleting'
  if (now < instance.readyAt) return 'creating'
  if (instance.busy !== undefined && now < instance.busy.until) return instance.busy.status
  return instance.listening ? 'available' : (instance.busy?.status ?? 'creating')
}

export function instanceNotFound(identifier: string): AwsFault {
  return new AwsFault('DBInstanceNotFound', `DBInstance ${identifier} not found.`, 404)
}
