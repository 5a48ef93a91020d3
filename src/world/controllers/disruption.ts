/** The disruption controller: how many pods of a budget may be evicted now. */
import { isDeepStrictEqual } from 'node:util'
import type { PodDisruptionBudget } from '../kubernetes/objects/policy.ts'
import {
  type Condition,
  controllerOf,
  type IntOrString,
  type Pod,
  type ReplicaSet,
  timestamp,
} from '../kubernetes/objects.ts'
import { selects } from '../kubernetes/selectors.ts'
import { isReady } from './replica-set.ts'
import type { Write } from './write.ts'

/** How long an eviction counts while its pod is still there, in milliseconds. */
const evictionCountsMs = 120_000

/** The budget's status as its pods are now; `pods` and `sets` are all of the namespace. */
export function reconcileBudget(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  sets: readonly ReplicaSet[],
  now: number,
): readonly Write[] {
  const { selector, minAvailable, maxUnavailable } = budget.spec
  const covered = pods.filter(
    ({ metadata, status }) =>
      selector !== undefined &&
      selects(selector, metadata.labels) &&
      status.phase !== 'Succeeded' &&
      status.phase !== 'Failed',
  )
  const disruptedPods = stillDisrupted(budget, covered, now)
  const healthy = covered.filter(
    (pod) =>
      isReady(pod) &&
      pod.metadata.deletionTimestamp === undefined &&
      disruptedPods[pod.metadata.name] === undefined,
  )
  // A share is one of what the owners of the pods want; a bare number of those that must stay is one of the pods.
  const wanted = wantedByOwners(covered, sets)
  const expectedPods = typeof minAvailable === 'number' ? covered.length : wanted
  const desiredHealthy =
    maxUnavailable === undefined
      ? shareOf(minAvailable ?? 1, expectedPods)
      : Math.max(0, expectedPods - shareOf(maxUnavailable, expectedPods))
  const allowed = expectedPods === 0 ? 0 : Math.max(0, healthy.length - desiredHealthy)
  const status: PodDisruptionBudget['status'] = {
    observedGeneration: budget.metadata.generation,
    disruptionsAllowed: allowed,
    currentHealthy: healthy.length,
    desiredHealthy,
    expectedPods,
    ...(Object.keys(disruptedPods).length === 0 ? {} : { disruptedPods }),
    conditions: [allowedCondition(budget, allowed > 0, now)],
  }
  if (isDeepStrictEqual(status, budget.status)) return []
  return [{ verb: 'update', what: 'budget', object: { ...budget, status } }]
}

/** Percentages are rounded up, as the controller rounds them for both kinds of share. */
function shareOf(share: IntOrString, of: number): number {
  return typeof share === 'number' ? share : Math.ceil((Number.parseInt(share, 10) / 100) * of)
}

function wantedByOwners(pods: readonly Pod[], sets: readonly ReplicaSet[]): number {
  const owners = new Set(pods.flatMap((pod) => controllerOf(pod)?.uid ?? []))
  const alone = pods.filter((pod) => controllerOf(pod) === undefined).length
  return sets
    .filter(({ metadata }) => owners.has(metadata.uid))
    .reduce((sum, { spec }) => sum + spec.replicas, alone)
}

function stillDisrupted(
  { status }: PodDisruptionBudget,
  pods: readonly Pod[],
  now: number,
): Readonly<Record<string, string>> {
  const there = new Set(
    pods
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name),
  )
  return Object.fromEntries(
    Object.entries(status.disruptedPods ?? {}).filter(
      ([name, at]) => there.has(name) && Date.parse(at) + evictionCountsMs > now,
    ),
  )
}

function allowedCondition(
  { metadata, status }: PodDisruptionBudget,
  allowed: boolean,
  now: number,
): Condition {
  const before = status.conditions?.find(({ type }) => type === 'DisruptionAllowed')
  const holds = allowed ? 'True' : 'False'
  return {
    type: 'DisruptionAllowed',
    status: holds,
    reason: allowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    lastTransitionTime:
      before?.status === holds ? (before.lastTransitionTime ?? timestamp(now)) : timestamp(now),
    observedGeneration: metadata.generation,
  }
}
