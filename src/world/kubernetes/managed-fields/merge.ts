/** Puts a configuration into an object, and takes fields out of one. */
import { isJsonObject, isList } from '../record.ts'
import { itemElement } from './compare.ts'
import { at, type FieldSet, inside, isMember, node } from './field-set.ts'
import { fieldShape, type Settled, type Shape, settle } from './shape.ts'

type ListShape = Extract<Settled, { readonly kind: 'byKey' | 'set' }>

/** The live value with everything that the configuration gives; what both don't have is undefined. */
export function mergeIn(shape: Shape, live: unknown, given: unknown): unknown {
  if (given === undefined) return live
  const settled = settle(shape, given, live)
  if (settled.kind === 'whole' || live === undefined || live === null) return given
  // A null empties plain values; what comes apart keeps what others have in it.
  if (given === null) return live
  if (settled.kind === 'map') {
    if (!isJsonObject(live) || !isJsonObject(given)) return given
    const merged: Record<string, unknown> = { ...live }
    for (const [name, value] of Object.entries(given)) {
      const field = fieldShape(settled, name)
      merged[name] = field === undefined ? value : mergeIn(field, live[name], value)
    }
    return merged
  }
  return isList(live) && isList(given) ? mergeLists(settled, live, given) : given
}

/**
 * Items in the order of the configuration. Those that the object alone has stay where they are: before the next item
 * that both have.
 */
function mergeLists(
  shape: ListShape,
  live: readonly unknown[],
  given: readonly unknown[],
): readonly unknown[] {
  const elements = (list: readonly unknown[]) =>
    list.map((value, index) => ({ value, element: itemElement(shape, value) ?? `i:${index}` }))
  const [old, wanted] = [elements(live), elements(given)]
  const oldValues = new Map(old.map(({ element, value }) => [element, value]))
  const named = new Set(wanted.map(({ element }) => element))
  const common = wanted.map(({ element }) => element).filter((element) => oldValues.has(element))
  const merged: unknown[] = []
  let place = 0
  function takeOthersUpTo(goal: string | undefined): void {
    for (; place < old.length && old[place]?.element !== goal; place++) {
      const item = old[place]
      if (item !== undefined && !named.has(item.element)) merged.push(item.value)
    }
  }
  for (const { element, value } of wanted) {
    const goal = common[0]
    takeOthersUpTo(goal)
    merged.push(shape.kind === 'set' ? value : mergeIn(shape.item, oldValues.get(element), value))
    if (element !== goal) continue
    common.shift()
    place++
  }
  takeOthersUpTo(undefined)
  return merged
}

/** The value without these fields; null where nothing is left. */
export function takeOut(shape: Shape, value: unknown, fields: FieldSet | undefined): unknown {
  if (fields === undefined) return value
  const settled = settle(shape, value)
  if (settled.kind === 'map' && isJsonObject(value)) {
    const left = Object.entries(value).flatMap(([name, inner]) => {
      const here = at(fields, `f:${name}`)
      const field = fieldShape(settled, name)
      if (here === undefined || field === undefined) return [[name, inner] as const]
      return isMember(here) ? [] : [[name, takeOut(field, inner, here)] as const]
    })
    return left.length === 0 ? null : Object.fromEntries(left)
  }
  if ((settled.kind === 'byKey' || settled.kind === 'set') && isList(value)) {
    const left = value.flatMap((item) => {
      const element = itemElement(settled, item)
      const here = element === undefined ? undefined : at(fields, element)
      if (here === undefined) return [item]
      return isMember(here) || settled.kind === 'set' ? [] : [takeOut(settled.item, item, here)]
    })
    return left.length === 0 ? null : left
  }
  return value
}

/** The set with those fields of types as members that have members inside: a field is there while its inside is. */
export function withNamedFields(shape: Shape, fields: FieldSet | undefined): FieldSet | undefined {
  if (fields === undefined) return undefined
  const all = inside(fields).flatMap(([element, below]) => {
    const inner = innerShape(shape, element)
    const full = inner === undefined ? below : (withNamedFields(inner, below) ?? below)
    if (isMember(full) || !isDeclared(shape, element)) return [[element, full] as const]
    return [[element, node(inside(full), true) ?? full] as const]
  })
  return node(all, isMember(fields))
}

function innerShape(shape: Shape, element: string): Shape | undefined {
  if (shape.kind === 'untyped') return shape
  if (shape.kind === 'map') return fieldShape(shape, element.slice(2))
  return shape.kind === 'byKey' ? shape.item : undefined
}

function isDeclared(shape: Shape, element: string): boolean {
  return shape.kind === 'map' && element.startsWith('f:') && shape.declared(element.slice(2)) !== undefined
}
