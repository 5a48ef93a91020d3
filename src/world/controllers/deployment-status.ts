/** What a deployment says of itself: its counts and its conditions. */
import { type Condition, type Deployment, type ReplicaSet, timestamp } from '../kubernetes/objects.ts'
import { availableOf, limits, wantedOf } from './rollout-size.ts'

export type DeploymentStatus = Deployment['status']

/** Its progress deadline when it has none: MaxInt32 means "never". */
const noDeadline = 2 ** 31 - 1

function deadlineSeconds(deployment: Deployment): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds
  return seconds === undefined || seconds === noDeadline ? undefined : seconds
}

/** The condition of that type, or undefined. */
export function conditionOf(status: DeploymentStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type)
}

/**
 * The conditions with `condition` in place. One that says the same (status and reason) stays as it is; one that
 * only changes its reason keeps the time of its last transition.
 */
export function withCondition(
  conditions: readonly Condition[],
  wanted: { type: string; status: string; reason: string; message: string },
  now: number,
): readonly Condition[] {
  const present = conditions.find(({ type }) => type === wanted.type)
  if (present?.status === wanted.status && present.reason === wanted.reason) return conditions
  const at = timestamp(now)
  const kept = present?.status === wanted.status ? present.lastTransitionTime : undefined
  const condition = {
    type: wanted.type,
    status: wanted.status,
    lastUpdateTime: at,
    lastTransitionTime: kept ?? at,
    reason: wanted.reason,
    message: wanted.message,
  }
  return [...conditions.filter(({ type }) => type !== wanted.type), condition]
}

function count(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((sum, set) => sum + (of(set) ?? 0), 0)
}

function counted(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const available = availableOf(all)
  const enough = available >= deployment.spec.replicas - limits(deployment).unavailable
  const availability = enough
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
  const numbers = {
    replicas: count(all, (set) => set.status.replicas),
    updatedReplicas: newSet?.status.replicas ?? 0,
    readyReplicas: count(all, (set) => set.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wantedOf(all) - available),
  }
  // As in Go's JSON, a count of 0 is left out; terminatingReplicas alone is always told.
  return {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value > 0)),
    terminatingReplicas: count(all, (set) => set.status.terminatingReplicas),
    conditions: withCondition(
      deployment.status.conditions ?? [],
      { type: 'Available', ...availability },
      now,
    ),
  }
}

/** Whether every wanted pod is of the new template and available, and no other is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const { replicas } = deployment.spec
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= deployment.metadata.generation
  )
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

/**
 * When the rollout's deadline passes, in milliseconds since 1970; undefined when none is running out: there is no
 * deadline, or the rollout is done, paused or given up already.
 */
export function deadlineOf(deployment: Deployment, status: DeploymentStatus): number | undefined {
  const seconds = deadlineSeconds(deployment)
  const progress = conditionOf(status, 'Progressing')
  if (seconds === undefined || deployment.spec.paused || progress?.lastUpdateTime === undefined)
    return undefined
  if (progress.reason === 'NewReplicaSetAvailable' || progress.reason === 'ProgressDeadlineExceeded')
    return undefined
  return Date.parse(progress.lastUpdateTime) + seconds * 1000
}

/** The status while nothing but sizes changes: no word on the rollout's progress. */
export function plainStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  return counted(deployment, all, newSet, now)
}

/** The status of a rollout: done, getting on, or out of time. `now` in milliseconds since 1970. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const status = counted(deployment, all, newSet, now)
  const conditions = status.conditions ?? []
  const progress = conditionOf(status, 'Progressing')
  if (deadlineSeconds(deployment) === undefined)
    return { ...status, conditions: conditions.filter(({ type }) => type !== 'Progressing') }

  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && progress?.reason === 'NewReplicaSetAvailable'
  if (settled) return status

  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`
    const done = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message }
    return { ...status, conditions: withCondition(conditions, done, now) }
  }
  if (hasProgressed(deployment.status, status)) {
    const at = timestamp(now)
    const condition = {
      type: 'Progressing',
      status: 'True',
      // Each step forward starts the deadline anew, so this time moves although nothing else does.
      lastUpdateTime: at,
      lastTransitionTime: progress?.status === 'True' ? (progress.lastTransitionTime ?? at) : at,
      reason: 'ReplicaSetUpdated',
      message: `${subject} is progressing.`,
    }
    return {
      ...status,
      conditions: [...conditions.filter(({ type }) => type !== 'Progressing'), condition],
    }
  }
  const deadline = deadlineOf(deployment, status)
  if (deadline !== undefined && deadline < now) {
    const message = `${subject} has timed out progressing.`
    const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }
    return { ...status, conditions: withCondition(conditions, late, now) }
  }
  return status
}

/** The conditions once a pause or its end has been noticed; the same array when there is nothing to note. */
export function pauseConditions(deployment: Deployment, now: number): readonly Condition[] {
  const conditions = deployment.status.conditions ?? []
  const progress = conditionOf(deployment.status, 'Progressing')
  if (deadlineSeconds(deployment) === undefined || progress?.reason === 'ProgressDeadlineExceeded')
    return conditions
  const noted = progress?.reason === 'DeploymentPaused'
  const condition = { type: 'Progressing', status: 'Unknown' }
  if (deployment.spec.paused && !noted)
    return withCondition(
      conditions,
      { ...condition, reason: 'DeploymentPaused', message: 'Deployment is paused' },
      now,
    )
  if (!deployment.spec.paused && noted)
    return withCondition(
      conditions,
      { ...condition, reason: 'DeploymentResumed', message: 'Deployment is resumed' },
      now,
    )
  return conditions
}
