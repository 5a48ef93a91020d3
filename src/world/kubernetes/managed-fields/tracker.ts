/** Keeps `metadata.managedFields` of one kind's objects: who wrote what, for clients and for the world's own parts. */
import { isDeepStrictEqual } from 'node:util'
import { apiVersionOf, type Kind } from '../kind.ts'
import type { Event, KubeObject } from '../objects.ts'
import { asJsonObject, isJsonObject, isList, type JsonObject } from '../record.ts'
import type { ManagedFieldsEntry } from './entry.ts'
import { readFieldSet } from './field-set.ts'
import { type Entries, entriesAfterUpdate, type Owner, ownedDifference } from './owners.ts'
import { customShape, emptyObject, modelShape, type Shape } from './shape.ts'

/** Whose a write is. Without it the world itself wrote, and the tracker tells which part of it. */
export type Writer =
  /** `base`: the entries that the writer sent along, in place of those that were there. */
  | {
      readonly kind: 'update'
      readonly manager: string
      /** The version of the API that it wrote in. */
      readonly apiVersion: string
      readonly subresource?: string | undefined
      readonly base?: Entries | undefined
    }
  /** Worked out already. */
  | { readonly kind: 'entries'; readonly entries: Entries }
  /** What a deletion sets, which nobody owns. */
  | { readonly kind: 'nobody' }

export interface Tracker<T extends KubeObject> {
  readonly shape: Shape
  /** An object before anything is set. */
  readonly empty: JsonObject
  /** The entries of a new object; `time` is an RFC 3339 string. */
  readonly created: (object: T, writer: Writer | undefined, time: string) => Entries
  /** The entries after a write. */
  readonly updated: (before: T, after: T, writer: Writer | undefined, time: string) => Entries
}

/** A tracker for objects of that kind. */
export function createTracker<T extends KubeObject>(kind: Kind<T>): Tracker<T> {
  const apiVersion = apiVersionOf(kind)
  const { custom, model } = kind
  const shape = custom === undefined ? modelShape(model) : customShape(custom.schema)
  const empty = custom === undefined ? emptyObject(model) : { metadata: {} }
  return {
    shape,
    empty,
    created(object, writer, time) {
      if (writer?.kind === 'entries') return writer.entries
      if (writer?.kind === 'nobody') return []
      const owner: Owner = writer ?? { manager: worldCreator(object), apiVersion }
      return entriesAfterUpdate(writer?.base ?? [], ownedDifference(shape, empty, object), owner, time)
    },
    updated(before, after, writer, time) {
      const entries = before.metadata.managedFields ?? []
      if (writer?.kind === 'entries') return writer.entries
      if (writer?.kind === 'nobody') return entries
      const base = writer?.base ?? entries
      // Who has had the record emptied wants no record.
      if (base.length === 0) return base
      const owner = writer ?? worldWriter(before, after)
      if (owner === undefined) return base
      const change = ownedDifference(shape, before, after)
      return entriesAfterUpdate(base, change, { apiVersion, ...owner }, time)
    },
  }
}

const controllers = 'kube-controller-manager'
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
/** Kinds that people write and the world's own parts don't, but for their status. */
const peoples = new Set(['ConfigMap', 'Deployment', 'Ingress', 'Secret', 'Service'])

function worldCreator(object: KubeObject): string {
  if (object.metadata.annotations?.[lastApplied] !== undefined) return 'kubectl-client-side-apply'
  if (object.kind === 'Node') return 'kubelet'
  if (object.kind === 'Namespace') return 'kube-apiserver'
  if (object.kind === 'Lease')
    return object.metadata.namespace === 'kube-node-lease' ? 'kubelet' : controllers
  return object.kind === 'Event' ? reporter(object) : controllers
}

/** The program that a component belongs to. */
function reporter(event: KubeObject & Partial<Pick<Event, 'source' | 'reportingComponent'>>): string {
  const component = event.source?.component ?? event.reportingComponent ?? ''
  if (component === 'kubelet') return component
  return component === 'default-scheduler' ? 'kube-scheduler' : controllers
}

/** Which part of the world made this change; undefined for one that nobody owns. */
function worldWriter(before: KubeObject, after: KubeObject): Omit<Owner, 'apiVersion'> | undefined {
  const differs = (part: string) => !isDeepStrictEqual(asJsonObject(before)[part], asJsonObject(after)[part])
  const applied = (object: KubeObject) => object.metadata.annotations?.[lastApplied]
  const byController = { manager: controllers, ...(differs('status') ? { subresource: 'status' } : {}) }
  if (applied(after) !== applied(before)) return { manager: 'kubectl-client-side-apply' }
  switch (after.kind) {
    case 'Pod':
      // The scheduler binds by a subresource of which no record is kept.
      if (differs('spec')) return undefined
      return differs('status') ? { manager: podWriter(after), subresource: 'status' } : byController
    case 'Node':
      return differs('status') && !differs('spec')
        ? { manager: 'kubelet', subresource: 'status' }
        : byController
    case 'CustomResourceDefinition':
      return { ...byController, manager: 'kube-apiserver' }
    case 'Event':
    case 'Lease':
      return { manager: worldCreator(after) }
    default:
      break
  }
  if (peoples.has(after.kind) && ['spec', 'data'].some(differs))
    return isScaling(before, after)
      ? { manager: controllers, subresource: 'scale' }
      : { manager: 'kubectl-edit' }
  // The deployment controller writes its annotations along with the status.
  return after.kind === 'Deployment' ? { manager: controllers, subresource: 'status' } : byController
}

function isScaling(before: KubeObject, after: KubeObject): boolean {
  const fixed = (object: KubeObject) => ({ ...asJsonObject(asJsonObject(object).spec), replicas: 0 })
  return after.kind === 'Deployment' && isDeepStrictEqual(fixed(before), fixed(after))
}

/** Before a node has the pod, the scheduler says how it stands. */
function podWriter(pod: KubeObject): string {
  return asJsonObject(asJsonObject(pod).spec).nodeName === undefined ? 'kube-scheduler' : 'kubelet'
}

/**
 * The entries that a client sent along: undefined for none, or for such as can't be read, which leaves those of the
 * object. A single empty one means that the record is to be emptied.
 */
export function readEntries(value: unknown): Entries | undefined {
  if (!isList(value) || value.length === 0) return undefined
  const [first] = value
  if (value.length === 1 && isJsonObject(first) && Object.keys(first).length === 0) return []
  try {
    return value.map((entry) => readEntry(asJsonObject(entry)))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function readEntry(entry: JsonObject): ManagedFieldsEntry {
  const { manager, operation, apiVersion, time, fieldsType, fieldsV1, subresource } = entry
  if (operation !== 'Apply' && operation !== 'Update') throw new SyntaxError('no operation')
  if (typeof apiVersion !== 'string' || fieldsType !== 'FieldsV1') throw new SyntaxError('no fields')
  const fields = readFieldSet(fieldsV1)
  if (fields === undefined) throw new SyntaxError('no fields')
  return {
    manager: typeof manager === 'string' ? manager : '',
    operation,
    apiVersion,
    ...(typeof time === 'string' ? { time } : {}),
    fieldsType,
    fieldsV1: fields,
    ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
  }
}
