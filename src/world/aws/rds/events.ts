/** What RDS says has happened: DescribeEvents, and the log that it reads. */
import { z } from 'zod'
import type { DbCluster } from './cluster.ts'
import type { DbInstance } from './instance.ts'
import type { DbClusterSnapshot } from './snapshot.ts'

const sourceTypes = ['db-cluster', 'db-instance', 'db-cluster-snapshot'] as const

export const rdsEventSchema = z
  .object({
    at: z.number(),
    sourceType: z.enum(sourceTypes),
    source: z.string(),
    message: z.string(),
    categories: z.array(z.string()).readonly(),
  })
  .readonly()

export type RdsEvent = z.infer<typeof rdsEventSchema>

type Category =
  | 'creation'
  | 'deletion'
  | 'notification'
  | 'failover'
  | 'availability'
  | 'backup'
  | 'configuration change'

export function clusterEvent(
  { identifier }: DbCluster,
  at: number,
  message: string,
  category: Category,
): RdsEvent {
  return { at, sourceType: 'db-cluster', source: identifier, message, categories: [category] }
}

export function instanceEvent(
  { identifier }: DbInstance,
  at: number,
  message: string,
  category: Category,
): RdsEvent {
  return { at, sourceType: 'db-instance', source: identifier, message, categories: [category] }
}

export function snapshotEvent({ identifier }: DbClusterSnapshot, at: number, message: string): RdsEvent {
  return { at, sourceType: 'db-cluster-snapshot', source: identifier, message, categories: ['backup'] }
}
