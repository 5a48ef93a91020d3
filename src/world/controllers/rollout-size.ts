/** How many pods each version of a deployment may have: the arithmetic of a rolling update. */
import type { Deployment, IntOrString, ReplicaSet, StringMap } from '../kubernetes/objects.ts'
import { desiredReplicas, maxReplicas, numberAnnotation } from './rollout-annotations.ts'

/** A number as it is, or a percentage of `total`, rounded as told; what can't be read counts as 0. */
function share(value: IntOrString, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value)?.[1]
  return percent === undefined ? 0 : round((Number(percent) * total) / 100)
}

/**
 * The pods that a rolling update may have above the wanted number (percentages rounded up) and the pods that may
 * be missing (rounded down). Both 0 would stand still, so one may then be missing. Recreate has neither.
 */
export function limits(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { replicas, strategy } = deployment.spec
  if (strategy.type !== 'RollingUpdate') return { surge: 0, unavailable: 0 }
  const surge = share(strategy.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = share(strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor)
  if (surge === 0 && unavailable === 0) return { surge: 0, unavailable: Math.min(1, replicas) }
  return { surge, unavailable: Math.min(unavailable, replicas) }
}

/** The sum of what the replica sets are told to have. */
export function wantedOf(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + set.spec.replicas, 0)
}

/** The sum of their available pods. */
export function availableOf(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + (set.status.availableReplicas ?? 0), 0)
}

/** The size that the new replica set may have now, given all sets (itself among them, if it exists). */
export function newSetSize(deployment: Deployment, all: readonly ReplicaSet[], present: number): number {
  if (deployment.spec.strategy.type === 'Recreate') return deployment.spec.replicas
  const allowed = deployment.spec.replicas + limits(deployment).surge
  const room = allowed - wantedOf(all)
  if (room <= 0) return present
  return present + Math.min(room, deployment.spec.replicas - present)
}

export interface Resize {
  readonly set: ReplicaSet
  readonly replicas: number
}

function oldestFirst(a: ReplicaSet, b: ReplicaSet): number {
  return (
    a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
    a.metadata.name.localeCompare(b.metadata.name)
  )
}

/**
 * How the old replica sets shrink in a rolling update: first pods that aren't available anyway, then as many
 * available ones as `maxUnavailable` lets go. Sets that keep their size are left out.
 */
export function shrinkOld(
  deployment: Deployment,
  newSet: ReplicaSet,
  old: readonly ReplicaSet[],
): readonly Resize[] {
  const all = [...old, newSet]
  const minAvailable = deployment.spec.replicas - limits(deployment).unavailable
  const newUnavailable = newSet.spec.replicas - (newSet.status.availableReplicas ?? 0)
  const most = wantedOf(all) - minAvailable - newUnavailable
  if (wantedOf(old) === 0 || most <= 0) return []

  const sizes = new Map(old.map((set) => [set, set.spec.replicas]))
  let unhealthyBudget = most
  for (const set of [...old].sort(oldestFirst)) {
    const unhealthy = set.spec.replicas - (set.status.availableReplicas ?? 0)
    const gone = Math.max(0, Math.min(unhealthyBudget, unhealthy))
    unhealthyBudget -= gone
    sizes.set(set, set.spec.replicas - gone)
  }
  let spare = availableOf(all) - minAvailable
  for (const set of [...old].sort(oldestFirst)) {
    const size = sizes.get(set) ?? 0
    const gone = Math.max(0, Math.min(spare, size))
    spare -= gone
    sizes.set(set, size - gone)
  }
  return [...sizes].flatMap(([set, replicas]) => (replicas === set.spec.replicas ? [] : [{ set, replicas }]))
}

/**
 * How a change of `spec.replicas` in the middle of a rollout is shared out: each active set in proportion to its
 * size, the remainder to the largest.
 */
export function shareOut(deployment: Deployment, active: readonly ReplicaSet[]): readonly Resize[] {
  const wanted = deployment.spec.replicas
  const ceiling = wanted > 0 ? wanted + limits(deployment).surge : 0
  const toAdd = ceiling - wantedOf(active)
  const age = toAdd > 0 ? -1 : 1
  const bySize = [...active].sort((a, b) => b.spec.replicas - a.spec.replicas || age * oldestFirst(a, b))
  let added = 0
  const resized = bySize.map((set) => {
    const part = toAdd === 0 ? 0 : proportion(deployment, set, toAdd, added)
    added += part
    return { set, replicas: set.spec.replicas + part }
  })
  return resized.map(({ set, replicas }, at) => ({
    set,
    replicas: Math.max(0, at === 0 ? replicas + toAdd - added : replicas),
  }))
}

function proportion(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (set.spec.replicas === 0 || added === toAdd) return 0
  const before = numberAnnotation(set, maxReplicas) ?? deployment.status.replicas ?? 0
  const now = deployment.spec.replicas + limits(deployment).surge
  const fraction =
    deployment.spec.replicas === 0 || before === 0
      ? -set.spec.replicas
      : Math.round((set.spec.replicas * now) / before) - set.spec.replicas
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added)
}

/** What sizes the deployment had when a replica set was last sized. */
export function sizeAnnotations(deployment: Deployment): StringMap {
  const { replicas } = deployment.spec
  return {
    [desiredReplicas]: String(replicas),
    [maxReplicas]: String(replicas + limits(deployment).surge),
  }
}

/** Whether an active set was sized for another `spec.replicas`: the deployment has been scaled. */
export function scaledSince(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets.some((set) => {
    const sizedFor = numberAnnotation(set, desiredReplicas)
    return set.spec.replicas > 0 && sizedFor !== undefined && sizedFor !== deployment.spec.replicas
  })
}
