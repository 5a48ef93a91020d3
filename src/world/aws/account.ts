/** Everything that the practice account holds, as plain data: it can be saved as JSON and read again. */
import { z } from 'zod'
import { alarmsSchema } from './cloudwatch/alarm-state.ts'
import { rdsArn } from './identity.ts'
import { clusterNotFound, type DbCluster, dbClusterSchema } from './rds/cluster.ts'
import { type RdsEvent, rdsEventSchema } from './rds/events.ts'
import { type DbInstance, dbInstanceSchema, instanceNotFound, instanceStatus } from './rds/instance.ts'
import { type DbClusterSnapshot, dbClusterSnapshotSchema, snapshotNotFound } from './rds/snapshot.ts'

export const accountSchema = z
  .object({
    clusters: z.array(dbClusterSchema).readonly(),
    instances: z.array(dbInstanceSchema).readonly(),
    snapshots: z.array(dbClusterSnapshotSchema).readonly(),
    /** Oldest first. */
    events: z.array(rdsEventSchema).readonly(),
    alarms: alarmsSchema,
  })
  .readonly()

export type Account = z.infer<typeof accountSchema>

/** What the account looks like in every region but its own. */
export const emptyAccount: Account = {
  clusters: [],
  instances: [],
  snapshots: [],
  events: [],
  alarms: { alarms: [], history: [] },
}

/** Whether that name or ARN, as someone typed it, means the resource: RDS ignores case. */
export function isNamed(typed: string, type: string, identifier: string): boolean {
  const name = typed.toLowerCase()
  return name === identifier || name === rdsArn(type, identifier)
}

/** The cluster of that identifier or ARN. Throws DBClusterNotFoundFault. */
export function mustFindCluster(account: Account, typed: string): DbCluster {
  const found = account.clusters.find(({ identifier }) => isNamed(typed, 'cluster', identifier))
  if (found === undefined) throw clusterNotFound(typed)
  return found
}

/** The instance of that identifier or ARN. Throws DBInstanceNotFound. */
export function mustFindInstance(account: Account, typed: string): DbInstance {
  const found = account.instances.find(({ identifier }) => isNamed(typed, 'db', identifier))
  if (found === undefined) throw instanceNotFound(typed)
  return found
}

/** The snapshot of that identifier or ARN. Throws DBClusterSnapshotNotFoundFault. */
export function mustFindSnapshot(account: Account, typed: string): DbClusterSnapshot {
  const found = account.snapshots.find(({ identifier }) => isNamed(typed, 'cluster-snapshot', identifier))
  if (found === undefined) throw snapshotNotFound(typed)
  return found
}

/** The cluster's instances, those that are being deleted too. */
export function instancesOf(account: Account, cluster: DbCluster): readonly DbInstance[] {
  return account.instances.filter((instance) => instance.cluster === cluster.resourceId)
}

/** Whether clients can connect to the cluster's database through another instance than that one. */
export function isOpenThrough(
  account: Account,
  cluster: DbCluster,
  now: number,
  except?: DbInstance,
): boolean {
  return instancesOf(account, cluster).some(
    (instance) =>
      instance.resourceId !== except?.resourceId &&
      instance.listening &&
      instanceStatus(instance, now) !== 'creating',
  )
}

/** The account with that cluster in the place of the one that has its resource id, or added. */
export function withCluster(account: Account, cluster: DbCluster): Account {
  const others = account.clusters.filter(({ resourceId }) => resourceId !== cluster.resourceId)
  const clusters =
    others.length === account.clusters.length
      ? [...others, cluster]
      : account.clusters.map((each) => (each.resourceId === cluster.resourceId ? cluster : each))
  return { ...account, clusters }
}

/** The account with that instance in the place of the one that has its resource id, or added. */
export function withInstance(account: Account, instance: DbInstance): Account {
  const others = account.instances.filter(({ resourceId }) => resourceId !== instance.resourceId)
  const instances =
    others.length === account.instances.length
      ? [...others, instance]
      : account.instances.map((each) => (each.resourceId === instance.resourceId ? instance : each))
  return { ...account, instances }
}

/** RDS keeps fourteen days of events; here the newest of them. */
const eventLimit = 500

export function withEvents(account: Account, events: readonly RdsEvent[]): Account {
  return events.length === 0
    ? account
    : { ...account, events: [...account.events, ...events].slice(-eventLimit) }
}
