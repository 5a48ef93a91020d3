/**
 * Strategic merge patch: a merge that knows which lists are merged by a key, with its directives `$patch`,
 * `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` (Kubernetes API conventions,
 * "Strategic Merge Patch").
 */
import { isDeepStrictEqual } from 'node:util'
import { asJsonObject, isJsonObject, isList, type JsonObject } from '../record.ts'
import { type FieldType, fieldsOf } from '../schema.ts'
import { badRequest } from '../status.ts'
import { type ListRule, listRule } from './merge-keys.ts'

const order = '$setElementOrder/'
const deletion = '$deleteFromPrimitiveList/'

/**
 * The object of that model (`V1Deployment`, …) with the patch merged in. The original is left as it was.
 * Throws StatusError (400) for a patch that breaks the rules of its directives.
 */
export function strategicMerge(
  model: string | undefined,
  original: JsonObject,
  patch: JsonObject,
): JsonObject {
  const directive = patch.$patch
  if (directive === 'replace') return without(patch, '$patch')
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge')
    throw badRequest(`unrecognized patch type: ${String(directive)}`)

  const merged: Record<string, unknown> = { ...retained(original, patch) }
  const fields = model === undefined ? undefined : fieldsOf(model)
  for (const [name, value] of Object.entries(patch)) {
    if (name === '$patch' || name === '$retainKeys' || name.startsWith(order)) continue
    if (name.startsWith(deletion)) {
      const field = name.slice(deletion.length)
      // Values that the same patch deletes and adds are added: the additions come after.
      if (!(field in patch)) merged[field] = deleteValues(merged[field], value)
      continue
    }
    if (value === null) {
      delete merged[name]
      continue
    }
    const type = fields?.get(name)
    if (isList(value)) {
      const rule = model === undefined ? ({ kind: 'replace' } as const) : listRule(model, name)
      merged[name] = mergeList(rule, itemModel(type), merged[name], value, {
        order: patch[order + name],
        deleted: patch[deletion + name],
      })
    } else if (isJsonObject(value)) {
      const inner = type?.kind === 'object' ? type.model : undefined
      merged[name] = strategicMerge(inner, asJsonObject(merged[name]), value)
    } else merged[name] = value
  }
  // A list whose order is set, but that the patch doesn't touch otherwise, is put into that order.
  for (const [name, value] of Object.entries(patch)) {
    const field = name.slice(order.length)
    if (!name.startsWith(order) || field in patch || model === undefined) continue
    const list = merged[field]
    const rule = listRule(model, field)
    if (isList(list) && isList(value) && rule.kind !== 'replace')
      merged[field] = ordered(rule, list, value, list)
  }
  return merged
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}

function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch.$retainKeys
  if (!isList(keys)) return original
  const stray = Object.keys(patch).find(
    (name) => !name.startsWith('$') && patch[name] !== null && !keys.includes(name),
  )
  if (stray !== undefined) throw badRequest(`field ${stray} is in the patch but not in its $retainKeys list`)
  return Object.fromEntries(Object.entries(original).filter(([name]) => keys.includes(name)))
}

function itemModel(type: FieldType | undefined): string | undefined {
  return type?.kind === 'list' && type.of.kind === 'object' ? type.of.model : undefined
}

interface ListDirectives {
  readonly order: unknown
  readonly deleted: unknown
}

function mergeList(
  rule: ListRule,
  model: string | undefined,
  original: unknown,
  patch: readonly unknown[],
  directives: ListDirectives,
): readonly unknown[] {
  const before = isList(original) ? original : []
  if (rule.kind === 'replace') return patch.map(plain)
  const inOrder = (merged: readonly unknown[]) => {
    if (!isList(directives.order)) return ordered(rule, merged, patch, before)
    checkOrder(rule, patch, directives.order)
    return ordered(rule, merged, directives.order, before)
  }
  if (rule.kind === 'set') {
    const kept = deleteValues(before, directives.deleted)
    return inOrder([...new Set([...kept, ...patch])])
  }
  const items = patch.map(asJsonObject)
  if (items.some((item) => item.$patch === 'replace'))
    return items.filter((item) => item.$patch !== 'replace').map(plain)
  let merged: readonly unknown[] = before
  for (const item of items) merged = mergeItem(rule.key, model, merged, item)
  return inOrder(merged)
}

function mergeItem(
  key: string,
  model: string | undefined,
  list: readonly unknown[],
  item: JsonObject,
): readonly unknown[] {
  const value = item[key]
  if (value === undefined)
    throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`)
  const same = (other: unknown) => asJsonObject(other)[key] === value
  if (item.$patch === 'delete') return list.filter((other) => !same(other))
  if (!list.some(same)) return [...list, strategicMerge(model, {}, item)]
  return list.map((other) => (same(other) ? strategicMerge(model, asJsonObject(other), item) : other))
}

function deleteValues(list: unknown, deleted: unknown): readonly unknown[] {
  const before = isList(list) ? list : []
  if (!isList(deleted)) return before
  return before.filter((value) => !deleted.some((gone) => isDeepStrictEqual(gone, value)))
}

/**
 * The merged list in the order of `leading` (what the patch gives, or its `$setElementOrder`). Items that the
 * server alone has keep their order and stand before the first leading item that stood behind them on the
 * server; so new items come first.
 */
function ordered(
  rule: ListRule,
  merged: readonly unknown[],
  leading: readonly unknown[],
  server: readonly unknown[],
): readonly unknown[] {
  const identity = (item: unknown) => (rule.kind === 'byKey' ? asJsonObject(item)[rule.key] : item)
  const places = leading.map(identity)
  const serverPlaces = server.map(identity)
  const placeIn = (list: readonly unknown[], item: unknown) => list.indexOf(identity(item))
  const named = merged
    .filter((item) => places.includes(identity(item)))
    .sort((a, b) => placeIn(places, a) - placeIn(places, b))
  const waiting = merged.filter((item) => !places.includes(identity(item)))
  const result: unknown[] = []
  for (const item of named) {
    const place = placeIn(serverPlaces, item)
    while (waiting.length > 0 && placeIn(serverPlaces, waiting[0]) < place) result.push(waiting.shift())
    result.push(item)
  }
  return [...result, ...waiting]
}

/** Throws when the patch adds an item that its own order doesn't name. */
function checkOrder(rule: ListRule, patch: readonly unknown[], wanted: readonly unknown[]): void {
  const identity = (item: unknown) => (rule.kind === 'byKey' ? asJsonObject(item)[rule.key] : item)
  const places = wanted.map(identity)
  const stray = patch.find(
    (item) => asJsonObject(item).$patch === undefined && !places.includes(identity(item)),
  )
  if (stray === undefined) return
  throw badRequest(
    `The order in patch list:\n${JSON.stringify(patch)}\n doesn't match $setElementOrder list:\n${JSON.stringify(wanted)}\n`,
  )
}

/** A value of a patch without the directives in it. */
function plain(value: unknown): unknown {
  if (isList(value)) return value.map(plain)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).filter(([name, inner]) => !name.startsWith('$') && inner !== null)
  return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]))
}
