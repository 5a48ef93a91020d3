/** What makes a kind of resource: its names, its fields with their defaults and rules, and its table. */
import { z } from 'zod'
import type { JsonSchema } from './custom/json-schema.ts'
import type { Decoded } from './decode.ts'
import type { KubeObject, ObjectMeta, StringMap } from './objects.ts'
import type { JsonObject } from './record.ts'
import type { StatusCause } from './status.ts'

/** The API's verbs, in the order that discovery lists them. */
export const verbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const

export type Verb = (typeof verbs)[number]

/** What a table's cell holds; null where there is nothing. */
export type Cell = string | number | boolean | null

/** One column of `kubectl get`. */
export interface Column<T> {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  /** Shown with `-o wide` alone. */
  readonly wide?: true
  /** What stands in the cell; `now` is in milliseconds since 1970. */
  readonly cell: (object: T, now: number) => Cell
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

/** The type of a kind that a definition made. */
export interface CustomType {
  readonly schema: JsonSchema
  /** Prunes and defaults a body. Throws DecodeError for metadata that can't be read. */
  readonly decode: (body: JsonObject) => Decoded
  /** Fields to select by, besides metadata.name and metadata.namespace. */
  readonly selectableFields: readonly string[]
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
  /** What a definition says of the kind, in place of a model. */
  readonly custom?: CustomType
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
  /** What the API can do with objects of the kind, where that isn't everything. */
  readonly verbs?: readonly Verb[]
  /** False where objects can be deleted by name alone. */
  readonly collectionDelete?: false
  /** A finalizer that the start of a deletion puts on, for whoever cleans up behind the object. */
  readonly cleanupFinalizer?: string
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
