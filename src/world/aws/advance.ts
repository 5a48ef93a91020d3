/** What happens in the account by itself as time goes by. */
import { type Account, instancesOf, isOpenThrough, withCluster, withEvents, withInstance } from './account.ts'
import type { Effect } from './action.ts'
import type { DbCluster } from './rds/cluster.ts'
import { clusterEvent, instanceEvent, type RdsEvent, snapshotEvent } from './rds/events.ts'
import { type DbInstance, instanceStatus } from './rds/instance.ts'

export interface Step {
  readonly account: Account
  readonly effects: readonly Effect[]
}

/** The moments at which a record changes by itself. */
function momentsOf(account: Account): readonly number[] {
  return [
    ...account.clusters.flatMap(({ readyAt, goneAt, busy }) => [readyAt, goneAt, busy?.until]),
    ...account.instances.flatMap(({ readyAt, goneAt, busy }) => [readyAt, goneAt, busy?.until]),
    ...account.snapshots.map(({ readyAt }) => readyAt),
  ].filter((moment) => moment !== undefined)
}

/** When `advance` should be asked again, after `now`; undefined when nothing is under way. */
export function nextMoment(account: Account, now: number): number | undefined {
  const later = momentsOf(account).filter((moment) => moment > now)
  return later.length === 0 ? undefined : Math.min(...later)
}

/** An instance that shall take the writes when the writer is gone: the readiest of the lowest tier. */
function successor(account: Account, cluster: DbCluster, now: number): DbInstance | undefined {
  return instancesOf(account, cluster)
    .filter((instance) => instance.goneAt === undefined && instance.resourceId !== cluster.writer)
    .toSorted(
      (a, b) =>
        Number(instanceStatus(b, now) === 'available') - Number(instanceStatus(a, now) === 'available') ||
        a.promotionTier - b.promotionTier ||
        a.createdAt - b.createdAt,
    )[0]
}

/** The account whose cluster has another writer, when its own is going. */
export function withoutGoingWriter(account: Account, cluster: DbCluster, now: number): Account {
  const writer = account.instances.find(({ resourceId }) => resourceId === cluster.writer)
  if (writer !== undefined && writer.goneAt === undefined) return account
  return withCluster(account, { ...cluster, writer: successor(account, cluster, now)?.resourceId })
}

function endBusy(cluster: DbCluster): DbCluster {
  const { busy: _busy, nextIdentifier, ...rest } = cluster
  return { ...rest, identifier: nextIdentifier ?? cluster.identifier }
}

function advanceInstances(start: Account, now: number): Step {
  let account = start
  const effects: Effect[] = []
  const events: RdsEvent[] = []
  for (const instance of start.instances) {
    const cluster = account.clusters.find(({ resourceId }) => resourceId === instance.cluster)
    if (cluster === undefined) continue
    if (instance.goneAt !== undefined) {
      if (now < instance.goneAt) continue
      account = {
        ...account,
        instances: account.instances.filter(({ resourceId }) => resourceId !== instance.resourceId),
      }
      account = withoutGoingWriter(account, cluster, now)
      events.push(instanceEvent(instance, instance.goneAt, 'DB instance deleted', 'deletion'))
      if (!isOpenThrough(account, cluster, now))
        effects.push({ kind: 'close', databaseId: cluster.databaseId })
      continue
    }
    if (now < instance.readyAt || (instance.busy !== undefined && now < instance.busy.until)) continue
    if (!instance.listening) {
      // Another instance has opened the database already: they are doors to the same one.
      if (isOpenThrough(account, cluster, now, instance)) account = opened(account, instance, now)
      else effects.push({ kind: 'open', databaseId: cluster.databaseId })
    } else if (instance.busy !== undefined) {
      const { busy: _busy, nextIdentifier, ...rest } = instance
      account = withInstance(account, { ...rest, identifier: nextIdentifier ?? instance.identifier })
    }
  }
  return { account: withEvents(account, events), effects }
}

function opened(account: Account, instance: DbInstance, now: number): Account {
  const { busy, ...rest } = instance
  const next = withInstance(account, { ...rest, listening: true })
  const event =
    busy === undefined
      ? instanceEvent(instance, now, 'DB instance created', 'creation')
      : instanceEvent(instance, now, 'DB instance restarted', 'availability')
  return withEvents(next, [event])
}

function advanceClusters(start: Account, now: number): Step {
  let account = start
  const effects: Effect[] = []
  const events: RdsEvent[] = []
  for (const cluster of start.clusters) {
    if (cluster.goneAt !== undefined && now >= cluster.goneAt) {
      const kept = account.snapshots.filter(
        ({ type, clusterResourceId }) => type === 'manual' || clusterResourceId !== cluster.resourceId,
      )
      account = {
        ...account,
        snapshots: kept,
        clusters: account.clusters.filter(({ resourceId }) => resourceId !== cluster.resourceId),
      }
      events.push(clusterEvent(cluster, cluster.goneAt, 'DB cluster deleted', 'deletion'))
      // Manual snapshots outlive their cluster, and so must the data that they are restored from.
      const isKept = kept.some(({ databaseId }) => databaseId === cluster.databaseId)
      if (!isKept && cluster.database !== 'failed')
        effects.push({ kind: 'remove', databaseId: cluster.databaseId })
    } else if (cluster.busy !== undefined && now >= cluster.busy.until) {
      const ended = endBusy(cluster)
      account = withCluster(account, ended)
      if (cluster.busy.status === 'renaming')
        events.push(
          clusterEvent(
            ended,
            cluster.busy.until,
            `Renamed DB cluster from ${cluster.identifier} to ${ended.identifier}.`,
            'notification',
          ),
        )
      if (cluster.busy.status === 'failing-over') {
        effects.push({ kind: 'open', databaseId: cluster.databaseId })
        const writer = account.instances.find(({ resourceId }) => resourceId === cluster.writer)
        events.push(
          clusterEvent(
            cluster,
            cluster.busy.until,
            `Completed failover to DB instance: ${writer?.identifier ?? ''}`,
            'failover',
          ),
        )
      }
    }
  }
  return { account: withEvents(account, events), effects }
}

/** What has come about between `before` and `now` with no trace in a record: what became ready. */
function readyEvents(account: Account, before: number, now: number): readonly RdsEvent[] {
  const became = (moment: number) => before < moment && moment <= now
  return account.snapshots
    .filter(({ readyAt }) => became(readyAt))
    .map((snapshot) => snapshotEvent(snapshot, snapshot.readyAt, 'Manual cluster snapshot created'))
}

/** The account as it has become by `now`, when it was last looked at `before`, and what is to be done about it. */
export function advance(account: Account, before: number, now: number): Step {
  const instances = advanceInstances(account, now)
  const clusters = advanceClusters(instances.account, now)
  return {
    account: withEvents(clusters.account, readyEvents(clusters.account, before, now)),
    effects: [...instances.effects, ...clusters.effects],
  }
}

/** A cluster's database is made, or could not be. */
export function databaseMade(account: Account, databaseId: string, outcome: 'made' | 'failed'): Account {
  const cluster = account.clusters.find((each) => each.databaseId === databaseId)
  return cluster === undefined || cluster.database !== 'making'
    ? account
    : withCluster(account, { ...cluster, database: outcome })
}

/** Clients can connect to a cluster's database: those of its instances whose time has come are available. */
export function databaseOpened(start: Account, databaseId: string, now: number): Account {
  const cluster = start.clusters.find((each) => each.databaseId === databaseId)
  if (cluster === undefined) return start
  return instancesOf(start, cluster)
    .filter(({ listening, goneAt, readyAt, busy }) => {
      const isDue = now >= readyAt && (busy === undefined || now >= busy.until)
      return !listening && goneAt === undefined && isDue
    })
    .reduce((account, instance) => opened(account, instance, now), start)
}
