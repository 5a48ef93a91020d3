/**
 * The deployment controller: one look at a deployment and its replica sets, and the writes that bring them one
 * step closer to what is wanted. After each look the world changes, and it looks again, as the real one does.
 */
import { isDeepStrictEqual } from 'node:util'
import { controllerOf, type Deployment, newMeta, type Pod, type ReplicaSet } from '../kubernetes/objects.ts'
import { selects } from '../kubernetes/selectors.ts'
import {
  conditionOf,
  type DeploymentStatus,
  deadlineOf,
  isComplete,
  pauseConditions,
  plainStatus,
  rolloutStatus,
  withCondition,
} from './deployment-status.ts'
import { newSetAnnotations, revision, revisionOf } from './rollout-annotations.ts'
import { newSetSize, type Resize, scaledSince, shareOut, shrinkOld, sizeAnnotations } from './rollout-size.ts'
import { sameTemplate, templateHash, templateHashLabel } from './template-hash.ts'
import type { Write } from './write.ts'

export interface Reconciled {
  readonly writes: readonly Write[]
  /** When to look again although nothing has changed, in milliseconds since 1970. */
  readonly lookAgainAt?: number
}

/** Those of `sets` that belong to the deployment, oldest first. */
function setsOf(deployment: Deployment, sets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return sets
    .filter(
      (set) =>
        controllerOf(set)?.uid === deployment.metadata.uid &&
        set.metadata.deletionTimestamp === undefined &&
        selects(deployment.spec.selector, set.metadata.labels),
    )
    .sort(
      (a, b) =>
        a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
        revisionOf(a) - revisionOf(b),
    )
}

/**
 * What the deployment controller does now. `sets` and `pods` are all of the namespace, `now` is in milliseconds
 * since 1970. The writes are in order, the deployment's own last.
 */
export function reconcileDeployment(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  pods: readonly Pod[],
  now: number,
): Reconciled {
  const owned = setsOf(deployment, sets)
  const newSet = owned.find((set) => sameTemplate(set.spec.template, deployment.spec.template))
  const old = owned.filter((set) => set !== newSet)
  const recreatable = deployment.spec.strategy.type !== 'Recreate' || !someOwned(pods, old)
  if (deployment.metadata.deletionTimestamp !== undefined)
    return ended(deployment, plainStatus(deployment, owned, newSet, now), [])

  const conditions = pauseConditions(deployment, now)
  if (conditions !== deployment.status.conditions && conditions.length > 0)
    return ended(deployment, { ...deployment.status, conditions }, [])

  if (deployment.spec.paused || scaledSince(deployment, owned)) {
    const writes = resized(deployment, newSet, old)
    return ended(deployment, plainStatus(deployment, owned, newSet, now), writes)
  }
  if (newSet === undefined) return begun(deployment, owned, sets, now, recreatable)
  return carriedOn(deployment, newSet, old, now, recreatable)
}

function someOwned(pods: readonly Pod[], sets: readonly ReplicaSet[]): boolean {
  const uids = new Set(sets.map((set) => set.metadata.uid))
  return pods.some((pod) => uids.has(controllerOf(pod)?.uid ?? ''))
}

/** The rollout's first step: a replica set for the template, unless Recreate still waits for old pods to end. */
function begun(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  sets: readonly ReplicaSet[],
  now: number,
  recreatable: boolean,
): Reconciled {
  if (deployment.spec.strategy.type === 'Recreate') {
    const writes = old.flatMap((set) => resize(deployment, { set, replicas: 0 }))
    if (writes.some((write) => write.verb === 'tell') || !recreatable)
      return ended(deployment, rolloutStatus(deployment, old, undefined, now), writes)
  }
  const set = newReplicaSet(deployment, old, sets)
  const writes: Write[] = [{ verb: 'create', what: 'replicaSet', object: set }]
  if (set.spec.replicas > 0) writes.push(scaled(deployment, set, 0, set.spec.replicas))
  const progress = {
    type: 'Progressing',
    status: 'True',
    reason: 'NewReplicaSetCreated',
    message: `Created new replica set "${set.metadata.name}"`,
  }
  const conditions = withCondition(deployment.status.conditions ?? [], progress, now)
  const annotations = { ...deployment.metadata.annotations, [revision]: String(revisionOf(set)) }
  const object = {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
    status: { ...deployment.status, observedGeneration: deployment.metadata.generation, conditions },
  }
  return { writes: [...writes, { verb: 'update', what: 'deployment', object }] }
}

/** A later step: the new set grows or the old ones shrink, whichever the limits allow first. */
function carriedOn(
  deployment: Deployment,
  newSet: ReplicaSet,
  old: readonly ReplicaSet[],
  now: number,
  recreatable: boolean,
): Reconciled {
  const annotations = newSetAnnotations(deployment, old, newSet)
  const minReady = deployment.spec.minReadySeconds ?? 0
  if (
    !isDeepStrictEqual(annotations, newSet.metadata.annotations) ||
    minReady !== (newSet.spec.minReadySeconds ?? 0)
  ) {
    const object = {
      ...newSet,
      metadata: { ...newSet.metadata, annotations },
      spec: { ...newSet.spec, ...(minReady === 0 ? {} : { minReadySeconds: minReady }) },
    }
    return { writes: [{ verb: 'update', what: 'replicaSet', object }] }
  }
  const numbered = withRevision(deployment, newSet, now)
  if (numbered !== deployment) return { writes: [{ verb: 'update', what: 'deployment', object: numbered }] }

  const all = [...old, newSet]
  const status = rolloutStatus(deployment, all, newSet, now)
  return ended(deployment, status, step(deployment, newSet, old, status, recreatable))
}

function step(
  deployment: Deployment,
  newSet: ReplicaSet,
  old: readonly ReplicaSet[],
  status: DeploymentStatus,
  recreatable: boolean,
): readonly Write[] {
  const recreate = deployment.spec.strategy.type === 'Recreate'
  const stopped = recreate ? old.flatMap((set) => resize(deployment, { set, replicas: 0 })) : []
  if (stopped.length > 0 || !recreatable) return stopped
  const { replicas } = deployment.spec
  const size =
    newSet.spec.replicas > replicas
      ? replicas
      : newSetSize(deployment, [...old, newSet], newSet.spec.replicas)
  const grown = resize(deployment, { set: newSet, replicas: size })
  if (grown.length > 0) return grown
  const shrunk = shrinkOld(deployment, newSet, old).flatMap((change) => resize(deployment, change))
  if (shrunk.length > 0) return shrunk
  return isComplete(deployment, status) ? forgotten(deployment, old) : []
}

/** The deployment with the revision of its newest replica set, and a first word on a rollout that has none yet. */
function withRevision(deployment: Deployment, newSet: ReplicaSet, now: number): Deployment {
  const number = String(revisionOf(newSet))
  const untold =
    conditionOf(deployment.status, 'Progressing') === undefined &&
    deployment.spec.progressDeadlineSeconds !== undefined
  if (deployment.metadata.annotations?.[revision] === number && !untold) return deployment
  const found = {
    type: 'Progressing',
    status: 'True',
    reason: 'FoundNewReplicaSet',
    message: `Found new replica set "${newSet.metadata.name}"`,
  }
  const conditions = deployment.status.conditions ?? []
  return {
    ...deployment,
    metadata: {
      ...deployment.metadata,
      annotations: { ...deployment.metadata.annotations, [revision]: number },
    },
    status: { ...deployment.status, conditions: untold ? withCondition(conditions, found, now) : conditions },
  }
}

/** A scaled or paused deployment: one active set takes the whole size, several share it. */
function resized(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): readonly Write[] {
  const all = newSet === undefined ? old : [...old, newSet]
  const active = all.filter((set) => set.spec.replicas > 0)
  const one = active.length > 1 ? undefined : (active[0] ?? newSet ?? old.at(-1))
  if (active.length <= 1)
    return one === undefined ? [] : resize(deployment, { set: one, replicas: deployment.spec.replicas })
  const { replicas } = deployment.spec
  const saturated =
    newSet !== undefined &&
    newSet.spec.replicas === replicas &&
    (newSet.status.availableReplicas ?? 0) === replicas
  if (saturated) return old.flatMap((set) => resize(deployment, { set, replicas: 0 }))
  if (deployment.spec.strategy.type !== 'RollingUpdate') return []
  return shareOut(deployment, active).flatMap((change) => resize(deployment, change))
}

/** The writes that give a replica set its size and note what sizes it was reckoned from; none if both stand. */
function resize(deployment: Deployment, { set, replicas }: Resize): readonly Write[] {
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) }
  const sized = set.spec.replicas === replicas
  // A set that stays at 0 is history: its annotations are not kept up.
  if (sized && (replicas === 0 || isDeepStrictEqual(annotations, set.metadata.annotations))) return []
  const object = {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, replicas },
  }
  const update: Write = { verb: 'update', what: 'replicaSet', object }
  return sized ? [update] : [update, scaled(deployment, set, set.spec.replicas, replicas)]
}

function scaled(deployment: Deployment, set: ReplicaSet, from: number, to: number): Write {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`
  return {
    verb: 'tell',
    about: deployment,
    happening: { type: 'Normal', reason: 'ScalingReplicaSet', message },
  }
}

/** Old, empty replica sets beyond `revisionHistoryLimit`, the oldest revisions first, are deleted. */
function forgotten(deployment: Deployment, old: readonly ReplicaSet[]): readonly Write[] {
  const excess = old.length - (deployment.spec.revisionHistoryLimit ?? 10)
  return [...old]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, excess))
    .filter((set) => set.spec.replicas === 0 && set.status.replicas === 0)
    .map((object) => ({ verb: 'delete', what: 'replicaSet', object }))
}

/** The writes and, when the status differs from the one that is there, the deployment with it. */
function ended(deployment: Deployment, status: DeploymentStatus, writes: readonly Write[]): Reconciled {
  const deadline = deadlineOf(deployment, status)
  const again = deadline === undefined ? {} : { lookAgainAt: deadline + 1000 }
  if (isDeepStrictEqual(status, deployment.status)) return { writes, ...again }
  const update: Write = { verb: 'update', what: 'deployment', object: { ...deployment, status } }
  return { writes: [...writes, update], ...again }
}

function newReplicaSet(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  sets: readonly ReplicaSet[],
): ReplicaSet {
  const { name, namespace } = deployment.metadata
  const taken = new Set(sets.map((set) => set.metadata.name))
  let collisions = 0
  let hash = templateHash(deployment.spec.template)
  while (taken.has(`${name}-${hash}`)) hash = templateHash(deployment.spec.template, ++collisions)
  const labels = { ...deployment.spec.template.metadata?.labels, [templateHashLabel]: hash }
  const { matchLabels, matchExpressions } = deployment.spec.selector
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: newMeta({
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: {
        ...newSetAnnotations(deployment, old, undefined),
        ...sizeAnnotations(deployment),
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name,
          uid: deployment.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    }),
    spec: {
      replicas: newSetSize(deployment, old, 0),
      selector: {
        matchLabels: { ...matchLabels, [templateHashLabel]: hash },
        ...(matchExpressions === undefined ? {} : { matchExpressions }),
      },
      template: {
        ...deployment.spec.template,
        metadata: { ...deployment.spec.template.metadata, labels },
      },
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    },
    status: { replicas: 0 },
  }
}
