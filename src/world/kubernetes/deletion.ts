/**
 * Deleting: grace periods, finalizers, owners and what they own, and namespaces with all that is in them
 * (Kubernetes documentation, "Garbage Collection" and "Owners and Dependents").
 */
import { z } from 'zod'
import { apiVersionOf } from './kind.ts'
import { type KubeObject, type OwnerReference, timestamp } from './objects.ts'
import type { Registry } from './registry.ts'
import type { Resource } from './resource.ts'
import { badRequest, conflict, forbidden, notFound, type Status } from './status.ts'
import type { Item } from './wire.ts'

const optionsSchema = z.object({
  gracePeriodSeconds: z.number().int().nonnegative().nullish(),
  propagationPolicy: z.enum(['Background', 'Foreground', 'Orphan']).nullish(),
  orphanDependents: z.boolean().nullish(),
  preconditions: z.object({ uid: z.string().nullish(), resourceVersion: z.string().nullish() }).nullish(),
  dryRun: z.array(z.string()).nullish(),
})

export interface DeleteOptions {
  /** Overrides the object's own grace period. */
  readonly graceSeconds?: number
  readonly propagation: 'Background' | 'Foreground' | 'Orphan'
  readonly uid?: string
  readonly resourceVersion?: string
  readonly dryRun: boolean
}

/** Deletes in the background, with the object's own grace. */
const plainDeletion: DeleteOptions = { propagation: 'Background', dryRun: false }

/** A DeleteOptions body and the parameters of the request as options. Throws StatusError (400). */
export function readDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const parsed = optionsSchema.safeParse(body ?? {})
  if (!parsed.success) throw badRequest(`DeleteOptions can't be read: ${z.prettifyError(parsed.error)}`)
  const given = parsed.data
  const asked = query.get('gracePeriodSeconds')
  const graceSeconds = given.gracePeriodSeconds ?? (asked === null ? undefined : Number(asked))
  const policy = given.propagationPolicy ?? query.get('propagationPolicy')
  const propagation =
    policy === 'Foreground'
      ? 'Foreground'
      : policy === 'Orphan' || given.orphanDependents
        ? 'Orphan'
        : 'Background'
  return {
    propagation,
    dryRun: query.get('dryRun') === 'All' || (given.dryRun ?? []).includes('All'),
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
    ...(given.preconditions?.uid ? { uid: given.preconditions.uid } : {}),
    ...(given.preconditions?.resourceVersion ? { resourceVersion: given.preconditions.resourceVersion } : {}),
  }
}

/** What a deletion came to: gone, or marked and on its way. */
type Deletion =
  | { readonly kind: 'gone'; readonly item: Item }
  | { readonly kind: 'marked'; readonly item: Item }

export interface Deleter {
  /** Throws StatusError: Conflict for preconditions that don't hold, Forbidden for what can't be deleted. */
  remove(resource: Resource, item: Item, options: DeleteOptions): Deletion
  /** Whether the namespace is there and takes new objects: throws StatusError (404, 403) otherwise. */
  checkNamespace(resource: Resource, namespace: string, name: string): void
  /** Ends the collection of garbage. */
  stop(): void
}

const foreground = 'foregroundDeletion'
const permanent = new Set(['default', 'kube-system', 'kube-public'])

/** Carries deletions through on these resources, and collects what owners and namespaces leave behind. */
export function createDeleter(registry: Registry, now: () => number): Deleter {
  const { resources } = registry
  const namespaces = resources.find((resource) => resource.kind === 'Namespace')
  const byOwner = new Map<string, Map<string, { readonly resource: Resource; readonly meta: Item['meta'] }>>()

  function remove(resource: Resource, item: Item, options: DeleteOptions): Deletion {
    const { meta } = item
    if (options.uid !== undefined && options.uid !== meta.uid)
      throw conflict(
        resource,
        meta.name,
        `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${meta.uid}`,
      )
    if (options.resourceVersion !== undefined && options.resourceVersion !== meta.resourceVersion)
      throw conflict(
        resource,
        meta.name,
        `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${meta.resourceVersion}). The object might have been modified`,
      )
    if (resource.kind === 'Namespace') return removeNamespace(resource, item, options)
    if (options.propagation === 'Orphan' && !options.dryRun) orphan(meta.uid)

    const waits = options.propagation === 'Foreground' && dependents(meta.uid).length > 0
    const cleanup = resource.cleanupFinalizer
    const added = [...(waits ? [foreground] : []), ...(cleanup === undefined ? [] : [cleanup])]
    const finalizers = [...new Set([...(meta.finalizers ?? []), ...added])]
    const seconds = Math.min(
      options.graceSeconds ?? resource.gracePeriod(item),
      meta.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY,
    )
    if (finalizers.length === 0 && (seconds === 0 || resource.gracePeriod(item) === 0)) {
      const last = options.dryRun ? item : (resource.remove(item) ?? item)
      return { kind: 'gone', item: last }
    }
    if (meta.deletionTimestamp !== undefined && seconds === meta.deletionGracePeriodSeconds)
      return { kind: 'marked', item }
    const marked = resource.editMeta(
      item,
      {
        deletionTimestamp: timestamp(now() + seconds * 1000),
        deletionGracePeriodSeconds: seconds,
        ...(finalizers.length === 0 ? {} : { finalizers }),
      },
      options.dryRun,
    )
    if (waits && !options.dryRun)
      for (const each of dependents(meta.uid)) remove(each.resource, each.item, plainDeletion)
    return { kind: 'marked', item: marked }
  }

  function removeNamespace(resource: Resource, item: Item, options: DeleteOptions): Deletion {
    const { name } = item.meta
    if (permanent.has(name)) throw forbidden(resource, name, 'this namespace may not be deleted')
    if (item.meta.deletionTimestamp !== undefined) return { kind: 'marked', item }
    const marked = resource.editMeta(item, { deletionTimestamp: timestamp(now()) }, options.dryRun)
    if (options.dryRun) return { kind: 'marked', item: marked }
    const request = { dryRun: false, fieldValidation: 'Ignore', warn: () => {} } as const
    const terminating = { kind: 'merge', body: { status: { phase: 'Terminating' } } } as const
    const answer = resource.patch('', name, terminating, 'status', request)
    sweep(name)
    return { kind: 'marked', item: answer }
  }

  let sweeping = false
  let sweepAgain = false

  /** Deletes what is left in a namespace that is going, and the namespace once it is empty. */
  function sweep(namespace: string): void {
    // Each deletion is heard, and asks for a sweep itself: the one that runs goes round once more then.
    sweepAgain = true
    if (sweeping) return
    sweeping = true
    try {
      while (sweepAgain) {
        sweepAgain = false
        if (removeContent(namespace) > 0) continue
        const item = namespaces?.get('', namespace)
        if (item !== undefined) namespaces?.remove(item)
      }
    } finally {
      sweeping = false
    }
  }

  /** Deletes everything in a namespace, and gives how much of it still has to end. */
  function removeContent(namespace: string): number {
    let left = 0
    for (const resource of resources.filter((each) => each.namespaced && each.verbs.includes('delete'))) {
      for (const { meta } of resource.list(namespace)) {
        const item = resource.get(namespace, meta.name)
        if (item === undefined) continue
        const done =
          item.meta.deletionTimestamp === undefined && remove(resource, item, plainDeletion).kind === 'gone'
        if (!done) left++
      }
    }
    return left
  }

  function isTerminating(namespace: string): boolean {
    return namespaces?.get('', namespace)?.meta.deletionTimestamp !== undefined
  }

  function dependents(uid: string): readonly { readonly resource: Resource; readonly item: Item }[] {
    return [...(byOwner.get(uid)?.values() ?? [])].flatMap(({ resource, meta }) => {
      const item = resource.get(meta.namespace, meta.name)
      return item === undefined ? [] : [{ resource, item }]
    })
  }

  function orphan(uid: string): void {
    for (const { resource, item } of dependents(uid)) {
      const ownerReferences = (item.meta.ownerReferences ?? []).filter((owner) => owner.uid !== uid)
      resource.editMeta(item, { ownerReferences }, false)
    }
  }

  function resourceOf(owner: OwnerReference): Resource | undefined {
    return resources.find((each) => each.kind === owner.kind && apiVersionOf(each) === owner.apiVersion)
  }

  function ownerOf(owner: OwnerReference, namespace: string): Item | undefined {
    const resource = resourceOf(owner)
    const item = resource?.get(resource.namespaced ? namespace : '', owner.name)
    return item?.meta.uid === owner.uid ? item : undefined
  }

  /** Deletes an object of whose owners none is there any more. */
  function collect(resource: Resource, item: Item): void {
    const owners = item.meta.ownerReferences ?? []
    if (owners.length === 0 || item.meta.deletionTimestamp !== undefined) return
    if (owners.some((owner) => ownerOf(owner, item.meta.namespace) !== undefined)) return
    remove(resource, item, plainDeletion)
  }

  /** The owner that waits for its dependents goes when the last one has gone. */
  function release(owner: OwnerReference, namespace: string): void {
    const item = ownerOf(owner, namespace)
    if (item === undefined || !item.meta.finalizers?.includes(foreground)) return
    if (dependents(owner.uid).length > 0) return
    const resource = resourceOf(owner)
    const finalizers = item.meta.finalizers.filter((each) => each !== foreground)
    const left = resource?.editMeta(item, { finalizers }, false)
    if (left !== undefined && finalizers.length === 0) resource?.remove(left)
  }

  function hear(resource: Resource, type: string, item: Item): void {
    const { meta } = item
    const key = `${resource.group}/${resource.resource}/${meta.namespace}/${meta.name}`
    for (const owner of meta.ownerReferences ?? []) {
      const owned = byOwner.get(owner.uid) ?? new Map()
      if (type === 'DELETED') owned.delete(key)
      else owned.set(key, { resource, meta })
      if (owned.size === 0) byOwner.delete(owner.uid)
      else byOwner.set(owner.uid, owned)
    }
    if (type === 'DELETED') {
      for (const each of dependents(meta.uid)) collect(each.resource, each.item)
      for (const owner of meta.ownerReferences ?? []) release(owner, meta.namespace)
    }
    if (type === 'ADDED') {
      const current = resource.get(meta.namespace, meta.name)
      if (current !== undefined) collect(resource, current)
    }
    if (type !== 'MODIFIED' && meta.namespace !== '' && isTerminating(meta.namespace)) sweep(meta.namespace)
  }

  const stops = new Map<Resource, () => void>()
  function follow(resource: Resource): void {
    for (const item of resource.list()) hear(resource, 'ADDED', item)
    stops.set(
      resource,
      resource.subscribe(({ type, item }) => hear(resource, type, item)),
    )
  }
  for (const resource of resources) follow(resource)
  const unfollow = registry.subscribe(({ type, resource }) => {
    if (type === 'ADDED') follow(resource)
    else {
      stops.get(resource)?.()
      stops.delete(resource)
    }
  })

  return {
    remove,
    checkNamespace(resource, namespace, name) {
      const item = namespaces?.get('', namespace)
      if (item === undefined) throw notFound(namespaces ?? resource, namespace)
      if (item.meta.deletionTimestamp !== undefined)
        throw forbidden(
          resource,
          name,
          `unable to create new content in namespace ${namespace} because it is being terminated`,
        )
    },
    stop() {
      unfollow()
      for (const stop of stops.values()) stop()
    },
  }
}

/** What a client is told of an object that is gone at once: a Status, or the object for those with graces. */
export function deletedStatus(resource: Resource, object: KubeObject): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: object.metadata.name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.resource,
      uid: object.metadata.uid,
    },
  }
}
