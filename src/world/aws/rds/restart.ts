/** RebootDBInstance and FailoverDBCluster: both end every session. */
import {
  instancesOf,
  mustFindCluster,
  mustFindInstance,
  withCluster,
  withEvents,
  withInstance,
} from '../account.ts'
import type { Action } from '../action.ts'
import { AwsFault, invalidCombination } from '../fault.ts'
import { mustBeAvailable } from './cluster.ts'
import { clusterMembers } from './describe-clusters.ts'
import { clusterOf, instanceMembers } from './describe-instances.ts'
import { clusterEvent } from './events.ts'
import { instanceNotFound, instanceStatus } from './instance.ts'

/** A reader is rebooted alone; with the writer, the readers restart too, since all are doors to the same database. */
export const rebootDBInstance: Action = (account, parameters, context) => {
  const instance = mustFindInstance(account, parameters.required('DBInstanceIdentifier'))
  if (instanceStatus(instance, context.now) !== 'available')
    throw new AwsFault(
      'InvalidDBInstanceState',
      'Instance cannot currently reboot due to an in-progress management operation.',
    )
  if (parameters.flag('ForceFailover') === true)
    throw invalidCombination('Cannot force a failover of a DB instance that is part of a DB cluster.')
  const cluster = clusterOf(account, instance)
  const isWriter = cluster.writer === instance.resourceId
  const busy = { status: 'rebooting', until: context.now + context.pace.rebooting } as const
  const restarting = instancesOf(account, cluster).filter(
    (each) =>
      each.resourceId === instance.resourceId || (isWriter && each.listening && each.goneAt === undefined),
  )
  const next = restarting.reduce(
    (before, each) => withInstance(before, { ...each, busy, listening: !isWriter }),
    account,
  )
  const rebooted = { ...instance, busy, listening: !isWriter }
  return {
    account: next,
    effects: isWriter ? [{ kind: 'close', databaseId: cluster.databaseId }] : [],
    answer: () => ({ DBInstance: instanceMembers(next, rebooted, context) }),
  }
}

export const failoverDBCluster: Action = (account, parameters, context) => {
  const cluster = mustFindCluster(account, parameters.required('DBClusterIdentifier'))
  mustBeAvailable(cluster, context.now)
  const typed = parameters.text('TargetDBInstanceIdentifier')
  const readers = instancesOf(account, cluster).filter(
    (instance) =>
      instance.resourceId !== cluster.writer && instanceStatus(instance, context.now) === 'available',
  )
  if (typed !== undefined && mustFindInstance(account, typed).cluster !== cluster.resourceId)
    throw instanceNotFound(typed)
  const target =
    typed === undefined
      ? readers.toSorted((a, b) => a.promotionTier - b.promotionTier || a.createdAt - b.createdAt)[0]
      : readers.find(({ identifier }) => identifier === typed.toLowerCase())
  if (target === undefined)
    throw new AwsFault(
      'InvalidDBClusterStateFault',
      `Cluster ${cluster.identifier} has no available reader instance to fail over to.`,
    )
  const next = {
    ...cluster,
    writer: target.resourceId,
    busy: { status: 'failing-over', until: context.now + context.pace.failingOver },
  } as const
  const started = clusterEvent(
    cluster,
    context.now,
    `Started cross AZ failover to DB instance: ${target.identifier}`,
    'failover',
  )
  const changed = withEvents(withCluster(account, next), [started])
  return {
    account: changed,
    effects: [{ kind: 'close', databaseId: cluster.databaseId }],
    answer: () => ({ DBCluster: { ...clusterMembers(changed, next, context), Status: 'available' } }),
  }
}
