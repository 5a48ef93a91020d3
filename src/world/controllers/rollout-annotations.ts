/** The annotations in which a deployment and its replica sets remember a rollout. */
import type { Deployment, KubeObject, ReplicaSet, StringMap } from '../kubernetes/objects.ts'

export const revision = 'deployment.kubernetes.io/revision'
const revisionHistory = 'deployment.kubernetes.io/revision-history'
export const desiredReplicas = 'deployment.kubernetes.io/desired-replicas'
export const maxReplicas = 'deployment.kubernetes.io/max-replicas'

/** A deployment's annotations that its replica sets don't inherit. */
const notInherited = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revision,
  revisionHistory,
  desiredReplicas,
  maxReplicas,
  'deprecated.deployment.rollback.to',
])

/** The annotation as a whole number, or undefined when it is missing or isn't one. */
export function numberAnnotation(object: KubeObject, name: string): number | undefined {
  const text = object.metadata.annotations?.[name]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** The number of the rollout that a replica set stands for; 0 when it bears none. */
export function revisionOf(set: ReplicaSet): number {
  return numberAnnotation(set, revision) ?? 0
}

/**
 * The annotations of the replica set that is to be the newest: the deployment's own, the sizes, and a revision
 * above those of `old`; the number that it bore before is kept in its history.
 */
export function newSetAnnotations(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  present: ReplicaSet | undefined,
): StringMap {
  const inherited = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !notInherited.has(name),
  )
  const annotations = { ...present?.metadata.annotations, ...Object.fromEntries(inherited) }
  const bears = present === undefined ? 0 : revisionOf(present)
  const next = Math.max(0, ...old.map(revisionOf)) + 1
  if (bears >= next) return annotations
  const history = annotations[revisionHistory]
  const before = [history, bears > 0 ? String(bears) : undefined].filter((part) => part !== undefined)
  return {
    ...annotations,
    [revision]: String(next),
    ...(before.length === 0 ? {} : { [revisionHistory]: before.join() }),
  }
}
