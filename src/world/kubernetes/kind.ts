/** What makes a kind of resource: its names, its fields with their defaults and rules, and its table. */
import { z } from 'zod'
import type { KubeObject, ObjectMeta, StringMap } from './objects.ts'
import type { StatusCause } from './status.ts'

/** One column of `kubectl get`. */
export interface Column<T> {
  readonly name: string
  readonly type: 'string' | 'integer'
  /** Shown with `-o wide` alone. */
  readonly wide?: true
  /** What stands in the cell; `now` is in milliseconds since 1970. */
  readonly cell: (object: T, now: number) => string | number
}

/** What an object may look at when it is admitted. */
interface Admission<T> {
  /** In [0, 1). */
  readonly random: () => number
  /** Every object of the kind that there is. */
  readonly others: () => readonly T[]
}

/** How the scale subresource reads and writes an object. */
interface Scaling<T> {
  readonly wanted: (object: T) => number
  readonly current: (object: T) => number
  /** As text, `app=api,color=blue`. */
  readonly selector: (object: T) => string
  readonly scaled: (object: T, replicas: number) => T
}

export interface Kind<T extends KubeObject> {
  readonly group: string
  readonly version: string
  readonly kind: string
  /** The plural in paths. */
  readonly resource: string
  readonly singular: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  /** The kind's type among the fields of schema.ts. */
  readonly model: string
  /** Reads what has been decoded, and fills in what isn't given. */
  readonly schema: z.ZodType<T>
  /** The part of an object that `generation` counts changes of; without it the kind has no generation. */
  readonly desired?: (object: T) => unknown
  /** Changes an object as it is created: addresses, tolerations. */
  readonly admit?: (object: T, admission: Admission<T>) => T
  /** Everything that is wrong with an object; `previous` is what it is to replace. */
  readonly validate?: (object: T, previous: T | undefined) => readonly StatusCause[]
  /** Rules for names: most are DNS subdomains. */
  readonly nameRule?: 'subdomain' | 'label'
  readonly columns: readonly Column<T>[]
  /** False where the object's name doesn't lead the columns. */
  readonly nameColumn?: false
  /** Fields to select by, besides metadata.name and metadata.namespace. */
  readonly selectable?: (object: T) => StringMap
  /** Whether `status` is a subresource: then other writes leave it alone, and writes to it leave the rest. */
  readonly status?: true
  readonly scale?: Scaling<T>
  /** Seconds that a deletion leaves the object to end by itself, before something removes it; none by default. */
  readonly gracePeriod?: (object: T) => number
  /** False where objects can be deleted by name alone. */
  readonly collectionDelete?: false
  /** A warning that goes with each answer. */
  readonly warning?: string
}

const stringMap = z.record(z.string(), z.string())

/** Metadata with nothing missing: what isn't set is empty. */
const metadataSchema: z.ZodType<ObjectMeta> = z.looseObject({
  name: z.string().default(''),
  generateName: z.string().exactOptional(),
  namespace: z.string().default(''),
  uid: z.string().default(''),
  resourceVersion: z.string().default(''),
  generation: z.number().default(0),
  creationTimestamp: z.string().default(''),
  deletionTimestamp: z.string().exactOptional(),
  deletionGracePeriodSeconds: z.number().exactOptional(),
  labels: stringMap.exactOptional(),
  annotations: stringMap.exactOptional(),
  ownerReferences: z
    .array(
      z.looseObject({
        apiVersion: z.string().default(''),
        kind: z.string().default(''),
        name: z.string().default(''),
        uid: z.string().default(''),
        controller: z.boolean().exactOptional(),
        blockOwnerDeletion: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
  finalizers: z.array(z.string()).exactOptional(),
})

/** The head that every object has. */
export const head = { apiVersion: z.string(), kind: z.string(), metadata: metadataSchema }

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({
  group,
  version,
}: {
  readonly group: string
  readonly version: string
}): string {
  return group === '' ? version : `${group}/${version}`
}
