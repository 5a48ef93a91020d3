/** Which fields two states of an object differ in, and which fields a configuration gives. */
import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, isList, type JsonObject } from '../record.ts'
import type { Key } from './atoms.ts'
import { type FieldSet, leaf, node, pathText } from './field-set.ts'
import { fieldShape, type Scalar, type Settled, type Shape, settle } from './shape.ts'

export interface Difference {
  /** Fields that are new, or hold something else. */
  readonly changed: FieldSet | undefined
  readonly removed: FieldSet | undefined
}

const none: Difference = { changed: undefined, removed: undefined }

type Elements = ReadonlyMap<string, { readonly value: unknown; readonly shape: Shape }>

const absent: Elements = new Map()

/** What changed on the way from one state to the other; undefined stands for what isn't there. */
export function compare(shape: Shape, before: unknown, after: unknown): Difference {
  if (before === after) return none
  const settled = settle(shape, before, after)
  const whole = settled.kind === 'whole' || (isEmpty(before) && isEmpty(after))
  if (whole || !comesApart(settled, before) || !comesApart(settled, after)) {
    if (before === undefined) return { changed: leaf, removed: undefined }
    if (after === undefined) return { changed: undefined, removed: leaf }
    return isDeepStrictEqual(before, after) ? none : { changed: leaf, removed: undefined }
  }
  const [was, is] = [elementsOf(settled, before), elementsOf(settled, after)]
  const changed: (readonly [string, FieldSet])[] = []
  const removed: (readonly [string, FieldSet])[] = []
  for (const element of new Set([...was.keys(), ...is.keys()])) {
    const [old, fresh] = [was.get(element), is.get(element)]
    const inner = compare((fresh ?? old)?.shape ?? shape, old?.value, fresh?.value)
    if (inner.changed !== undefined) changed.push([element, inner.changed])
    if (inner.removed !== undefined) removed.push([element, inner.removed])
  }
  return { changed: node(changed, before === undefined), removed: node(removed, after === undefined) }
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return isList(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0
}

/** Whether the value is of the form that the shape takes apart. */
function comesApart(shape: Settled, value: unknown): boolean {
  if (value === undefined || value === null) return true
  return shape.kind === 'map' ? isJsonObject(value) : isList(value)
}

/** What is directly inside of a value, by path element. Items that are there twice count as one. */
function elementsOf(shape: Settled, value: unknown): Elements {
  if (shape.kind === 'map' && isJsonObject(value))
    return new Map(
      Object.entries(value).flatMap(([name, inner]) => {
        const field = fieldShape(shape, name)
        if (field === undefined || inner === undefined) return []
        return [[`f:${name}`, { value: inner, shape: field }] as const]
      }),
    )
  if (shape.kind === 'whole' || shape.kind === 'map' || !isList(value)) return absent
  const found = new Map<string, { value: unknown; shape: Shape }>()
  for (const item of value) {
    const element = itemElement(shape, item)
    if (element === undefined) continue
    const other = found.get(element)
    if (other === undefined)
      found.set(element, { value: item, shape: shape.kind === 'set' ? plain : shape.item })
    else found.set(element, { value: [other.value, item], shape: plain })
  }
  return found
}

const plain: Shape = { kind: 'whole', holds: 'any' }

/** The path element of a list's item; undefined when it lacks a key. */
export function itemElement(
  shape: Extract<Shape, { readonly kind: 'byKey' | 'set' }>,
  item: unknown,
): string | undefined {
  if (shape.kind === 'set') return `v:${JSON.stringify(item)}`
  if (!isJsonObject(item)) return undefined
  const keys = shape.keys.map((key) => [key.name, keyValue(key, item)] as const)
  if (keys.some(([, value]) => value === undefined)) return undefined
  const sorted = keys.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `k:${JSON.stringify(Object.fromEntries(sorted))}`
}

function keyValue(key: Key, item: JsonObject): unknown {
  return item[key.name] ?? key.default
}

interface Walk {
  /** What is wrong, each with its path. */
  readonly faults: string[]
}

/** The fields that a configuration gives, and what its type doesn't allow in it. */
export function fieldsGiven(
  shape: Shape,
  configuration: JsonObject,
): { readonly fields: FieldSet | undefined; readonly faults: readonly string[] } {
  const faults: string[] = []
  const fields = given(shape, configuration, [], { faults })
  return { fields: fields === leaf ? undefined : fields, faults }
}

/** The fields of a value. What is no item, no null and not empty is a member by its inside alone. */
function given(shape: Shape, value: unknown, path: readonly string[], walk: Walk): FieldSet | undefined {
  const settled = settle(shape, value)
  const say = (fault: string) => {
    walk.faults.push(path.length === 0 ? fault : `${pathText(path)}: ${fault}`)
  }
  if (value === null) return leaf
  if (settled.kind === 'whole') {
    const fault = wrongForm(settled.holds, value)
    if (fault !== undefined) say(fault)
    return leaf
  }
  if (!comesApart(settled, value)) {
    say(wrongForm(settled.kind === 'map' ? 'map' : 'list', value) ?? '')
    return undefined
  }
  if (settled.kind === 'map') return fieldsOfMap(settled, value, path, walk)
  return fieldsOfList(settled, value, path, walk, say)
}

function fieldsOfMap(
  shape: Extract<Shape, { readonly kind: 'map' }>,
  value: unknown,
  path: readonly string[],
  walk: Walk,
): FieldSet | undefined {
  const entries = isJsonObject(value) ? Object.entries(value) : []
  const inside = entries.flatMap(([name, inner]) => {
    const field = fieldShape(shape, name)
    const at = [...path, `f:${name}`]
    if (field === undefined) {
      walk.faults.push(`${pathText(at)}: field not declared in schema`)
      return []
    }
    const fields = given(field, inner, at, walk)
    // Keys of a map belong to who gives them; fields of a type only by what they hold.
    const member = shape.declared(name) === undefined
    const all = member && fields !== leaf ? asMember(fields) : fields
    return all === undefined ? [] : [[`f:${name}`, all] as const]
  })
  if (entries.length === 0 && path.length > 0) return leaf
  return node(inside, false)
}

function fieldsOfList(
  shape: Extract<Shape, { readonly kind: 'byKey' | 'set' }>,
  value: unknown,
  path: readonly string[],
  walk: Walk,
  say: (fault: string) => void,
): FieldSet | undefined {
  const items = isList(value) ? value : []
  const inside = new Map<string, FieldSet>()
  const twice = new Set<string>()
  for (const [index, item] of items.entries()) {
    const element = itemElement(shape, item)
    if (element === undefined) {
      say(`element ${index}: ${keyMissing(shape, item)}`)
      continue
    }
    if (inside.has(element)) {
      if (!twice.has(element)) say(`duplicate entries for key ${pathText([element])}`)
      twice.add(element)
      continue
    }
    const fields = shape.kind === 'set' ? leaf : given(shape.item, item, [...path, element], walk)
    inside.set(element, asMember(fields))
  }
  return node([...inside], false)
}

function asMember(fields: FieldSet | undefined): FieldSet {
  if (fields === undefined) return leaf
  return (
    node(
      Object.entries(fields).filter(([element]) => element !== '.'),
      true,
    ) ?? leaf
  )
}

function keyMissing(shape: Extract<Shape, { readonly kind: 'byKey' | 'set' }>, item: unknown): string {
  if (shape.kind === 'set' || !isJsonObject(item))
    return 'associative list with keys may not have non-map elements'
  const key = shape.keys.find((each) => keyValue(each, item) === undefined)
  return `associative list with keys has an element that omits key field ${JSON.stringify(key?.name ?? '')} (and doesn't have default value)`
}

/** What the real server says of a value that its type doesn't allow; undefined for one that is right. */
function wrongForm(holds: Scalar | 'list' | 'map', value: unknown): string | undefined {
  switch (holds) {
    case 'string':
      return typeof value === 'string' ? undefined : `expected string, got ${wrapped(value)}`
    case 'numeric':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${wrapped(value)}`
    case 'list':
      return isList(value) ? undefined : `expected list, got ${printed(value)}`
    case 'map':
      return isJsonObject(value) ? undefined : `expected map, got ${printed(value)}`
    case 'any':
      return undefined
  }
}

/** A value in its wrapper as Go's `%#v` prints it. */
function wrapped(value: unknown): string {
  return `&value.valueUnstructured{Value:${goSyntax(value)}}`
}

function goSyntax(value: unknown): string {
  if (value === null) return 'interface {}(nil)'
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `map[string]interface {}{${keys.map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`).join(', ')}}`
}

/** A value in its wrapper as Go's `%v` prints it. */
function printed(value: unknown): string {
  return `&{${goText(value)}}`
}

function goText(value: unknown): string {
  if (isList(value)) return `[${value.map(goText).join(' ')}]`
  if (!isJsonObject(value)) return String(value)
  const keys = Object.keys(value).sort()
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`
}

function goType(value: unknown): string {
  if (isList(value)) return '[]interface {}'
  if (isJsonObject(value)) return 'map[string]interface {}'
  return typeof value === 'boolean' ? 'bool' : 'string'
}
