/** DeleteDBInstance and DeleteDBCluster. */
import {
  type Account,
  instancesOf,
  mustFindCluster,
  mustFindInstance,
  withCluster,
  withInstance,
} from '../account.ts'
import type { Action } from '../action.ts'
import { withoutGoingWriter } from '../advance.ts'
import { AwsFault, invalidCombination } from '../fault.ts'
import type { Parameters } from '../parameters.ts'
import { clusterStatus } from './cluster.ts'
import { clusterMembers } from './describe-clusters.ts'
import { clusterOf, instanceMembers } from './describe-instances.ts'
import { checkIdentifier, mustBeNewSnapshot } from './identifiers.ts'
import { snapshotOf } from './snapshot.ts'

export const deleteDBInstance: Action = (account, parameters, context) => {
  const instance = mustFindInstance(account, parameters.required('DBInstanceIdentifier'))
  if (instance.goneAt !== undefined)
    throw new AwsFault('InvalidDBInstanceState', `Instance ${instance.identifier} is already being deleted.`)
  // The cluster keeps the data: its members have nothing to make a snapshot of.
  if (parameters.has('FinalDBSnapshotIdentifier'))
    throw invalidCombination(
      'FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance',
    )
  const { busy: _busy, ...rest } = instance
  const going = { ...rest, goneAt: context.now + context.pace.instanceDeleting }
  const next = withoutGoingWriter(withInstance(account, going), clusterOf(account, instance), context.now)
  return {
    account: next,
    effects: [],
    answer: () => ({ DBInstance: instanceMembers(next, going, context) }),
  }
}

/** The name of the last snapshot; undefined when none is wanted. Throws when the request says both or neither. */
function finalSnapshot(account: Account, parameters: Parameters): string | undefined {
  const skip = parameters.flag('SkipFinalSnapshot') ?? false
  const name = parameters.text('FinalDBSnapshotIdentifier')
  if (skip && name !== undefined)
    throw invalidCombination(
      'FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled.',
    )
  if (!skip && name === undefined)
    throw invalidCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.')
  if (name === undefined) return undefined
  const identifier = checkIdentifier('FinalDBSnapshotIdentifier', name, 255)
  mustBeNewSnapshot(account, identifier)
  return identifier
}

export const deleteDBCluster: Action = (account, parameters, context) => {
  const { now, pace } = context
  const cluster = mustFindCluster(account, parameters.required('DBClusterIdentifier'))
  if (cluster.deletionProtection)
    throw invalidCombination(
      'Cannot delete protected Cluster, please disable deletion protection and try again.',
    )
  const status = clusterStatus(cluster, now)
  if (status !== 'available' && status !== 'incompatible-restore')
    throw new AwsFault(
      'InvalidDBClusterStateFault',
      `DB cluster ${cluster.identifier} is not currently in the available state.`,
    )
  if (instancesOf(account, cluster).some(({ goneAt }) => goneAt === undefined))
    throw new AwsFault(
      'InvalidDBClusterStateFault',
      'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
    )
  const snapshotName = finalSnapshot(account, parameters)
  const snapshotReady = now + (snapshotName === undefined ? 0 : pace.snapshotCreating)
  // Not before its last instance, whose own deletion is under way.
  const instancesGone = Math.max(now, ...instancesOf(account, cluster).map(({ goneAt }) => goneAt ?? now))
  const { busy: _busy, ...rest } = cluster
  const going = { ...rest, goneAt: Math.max(instancesGone, snapshotReady) + pace.clusterDeleting }
  const about = { type: 'manual', createdAt: now, readyAt: snapshotReady } as const
  const snapshots =
    snapshotName === undefined
      ? account.snapshots
      : [
          ...account.snapshots,
          snapshotOf(cluster, {
            ...about,
            identifier: snapshotName,
            tags: cluster.copyTagsToSnapshot ? cluster.tags : [],
          }),
        ]
  const next = withCluster({ ...account, snapshots }, going)
  return {
    account: next,
    effects: [],
    // The answer shows the cluster as it was found; describe says deleting.
    answer: () => ({ DBCluster: { ...clusterMembers(next, going, context), Status: status } }),
  }
}
