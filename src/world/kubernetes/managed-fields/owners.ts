/** Who owns which fields after a write: the entries of `metadata.managedFields`, as pure values. */
import { isDeepStrictEqual } from 'node:util'
import { compare, type Difference, fieldsGiven } from './compare.ts'
import type { ManagedFieldsEntry } from './entry.ts'
import { difference, type FieldSet, intersection, leaf, union, without } from './field-set.ts'
import { mergeIn, takeOut, withNamedFields } from './merge.ts'
import type { Shape } from './shape.ts'

export type Entries = readonly ManagedFieldsEntry[]

/** Who writes, and by which part of the API. */
export interface Owner {
  readonly manager: string
  readonly apiVersion: string
  readonly subresource?: string | undefined
}

/** Fields that nobody owns: the server's own. */
const unowned = [
  ['f:apiVersion'],
  ['f:kind'],
  ...[
    ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'generation'],
    ...['managedFields', 'resourceVersion', 'deletionTimestamp', 'deletionGracePeriodSeconds'],
  ].map((field) => ['f:metadata', `f:${field}`]),
]

/** How many managers of updates an object names; older ones become one. */
const keptUpdaters = 10
/** Who stands for the older ones. */
const ancient = 'ancient-changes'

/** What differs between two states of an object, as far as it can have an owner. */
export function ownedDifference(shape: Shape, before: unknown, after: unknown): Difference {
  const { changed, removed } = compare(shape, before, after)
  return { changed: without(changed, unowned), removed: without(removed, unowned) }
}

/**
 * The entries after an update: its manager owns what it changed, nobody what it removed. `time` is an RFC 3339 string.
 */
export function entriesAfterUpdate(
  entries: Entries,
  change: Difference,
  owner: Owner,
  time: string,
): Entries {
  const { changed } = change
  if (changed === undefined && change.removed === undefined) return entries
  const rest = entries.flatMap((entry) => left(entry, change))
  if (changed === undefined) return ordered(rest)
  const own = entryOf('Update', owner, changed, time)
  const mine = rest.find((entry) => isSame(entry, own))
  const others = rest.filter((entry) => entry !== mine)
  const fieldsV1 = union(mine?.fieldsV1, changed) ?? changed
  return ordered(capped([...others, { ...own, fieldsV1 }]))
}

/** The entry without what somebody else has changed or removed; none when nothing is left of it. */
function left(entry: ManagedFieldsEntry, { changed, removed }: Difference): Entries {
  const fieldsV1 = difference(difference(entry.fieldsV1, changed), removed)
  if (fieldsV1 === entry.fieldsV1) return [entry]
  return fieldsV1 === undefined ? [] : [{ ...entry, fieldsV1 }]
}

function entryOf(
  operation: ManagedFieldsEntry['operation'],
  { manager, apiVersion, subresource }: Owner,
  fieldsV1: FieldSet,
  time: string | undefined,
): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource === undefined ? {} : { subresource }),
  }
}

/** Whether two entries are one manager's. An applier is the same one in whatever version it applies. */
function isSame(a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  )
}

/** Appliers first, then by time, manager, version and subresource. */
function ordered(entries: Entries): Entries {
  const key = ({ operation, time = '', manager, apiVersion, subresource = '' }: ManagedFieldsEntry) =>
    [operation, time, manager, apiVersion, subresource].join('\n')
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** The entries with no more updaters than are kept: the oldest of a version are put together. */
function capped(entries: Entries): Entries {
  const updaters = entries.filter(({ operation }) => operation === 'Update')
  if (updaters.length <= keptUpdaters) return entries
  const byAge = updaters.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1))
  const younger = (entry: ManagedFieldsEntry) =>
    byAge.slice(byAge.indexOf(entry) + 1).find((other) => other.apiVersion === entry.apiVersion)
  const oldest = byAge.find((entry) => younger(entry) !== undefined)
  const next = oldest === undefined ? undefined : younger(oldest)
  if (oldest === undefined || next === undefined) return entries
  const owner = { manager: ancient, apiVersion: oldest.apiVersion }
  const earlier = entries.find((entry) => isSame(entry, entryOf('Update', owner, leaf, undefined)))
  const parts = [oldest, next, ...(earlier === undefined ? [] : [earlier])]
  const fieldsV1 = parts.map((entry) => entry.fieldsV1).reduce<FieldSet | undefined>(union, undefined)
  const merged = entryOf('Update', owner, fieldsV1 ?? oldest.fieldsV1, next.time)
  return capped([...entries.filter((entry) => !parts.includes(entry)), merged])
}

/** Whether two records say the same, but for their times. */
export function sameOwners(a: Entries, b: Entries): boolean {
  return (
    a.length === b.length &&
    a.every((entry, index) => {
      const other = b[index]
      return other !== undefined && isSame(entry, other) && isDeepStrictEqual(entry.fieldsV1, other.fieldsV1)
    })
  )
}

/** A field that an applier wants to set and somebody else owns. */
export interface Conflict {
  readonly owner: ManagedFieldsEntry
  readonly fields: FieldSet
}

export type Applied =
  | { readonly kind: 'conflicts'; readonly conflicts: readonly Conflict[] }
  /** `object` is the live one, the same, when nothing was to be changed. */
  | { readonly kind: 'applied'; readonly object: unknown; readonly entries: Entries }

export interface Application {
  readonly shape: Shape
  /** The object as it is. */
  readonly live: unknown
  readonly entries: Entries
  readonly configuration: unknown
  /** The fields that the configuration gives. */
  readonly fields: FieldSet | undefined
  readonly owner: Owner
  readonly force: boolean
  /** RFC 3339. */
  readonly time: string
}

/** Applies a configuration: its fields are set, and those go that its manager applied before and gives no more. */
export function applyConfiguration(application: Application): Applied {
  const { shape, live, entries, configuration, owner, force, time } = application
  const fields = without(application.fields, unowned)
  const own = entryOf('Apply', owner, fields ?? leaf, undefined)
  const mine = entries.find((entry) => isSame(entry, own))
  const others = entries.filter((entry) => entry !== mine)
  const merged = mergeIn(shape, live, configuration)
  const all = others.map((entry) => entry.fieldsV1).reduce<FieldSet | undefined>(union, fields)
  const object = withoutDropped(shape, merged, mine?.fieldsV1, all)
  const change = ownedDifference(shape, live, object)

  const conflicts = others.flatMap((entry) => {
    const taken = intersection(entry.fieldsV1, change.changed)
    return taken === undefined ? [] : [{ owner: entry, fields: taken }]
  })
  if (conflicts.length > 0 && !force) return { kind: 'conflicts', conflicts }

  const same = change.changed === undefined && change.removed === undefined
  const rest = same ? others : others.flatMap((entry) => left(entry, change))
  const at = same ? mine?.time : time
  const added = fields === undefined ? [] : [entryOf('Apply', owner, fields, at)]
  return { kind: 'applied', object: same ? live : object, entries: ordered([...rest, ...added]) }
}

/** The merged object without what the manager applied `last` and nobody, itself included, owns any more. */
function withoutDropped(
  shape: Shape,
  merged: unknown,
  last: FieldSet | undefined,
  owned: FieldSet | undefined,
): unknown {
  if (last === undefined) return merged
  const full = (fields: FieldSet | undefined) => withNamedFields(shape, fields)
  const pruned = takeOut(shape, merged, full(last))
  const [before, after] = [full(fieldsIn(shape, merged)), full(fieldsIn(shape, pruned))]
  const kept = takeOut(shape, merged, difference(before, union(after, full(owned))))
  const dropped = difference(before, full(fieldsIn(shape, kept)))
  return takeOut(shape, merged, intersection(dropped, full(last)))
}

function fieldsIn(shape: Shape, value: unknown): FieldSet | undefined {
  return typeof value === 'object' && value !== null ? fieldsGiven(shape, { ...value }).fields : undefined
}
