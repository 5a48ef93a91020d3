/**
 * Sets of fields, in the form that `managedFields` shows them (FieldsV1): `f:name` is a field, `k:{…}` an item of a
 * list by its keys, `v:…` a plain value of a list. A node without anything inside is a member of the set; one with
 * something inside is a member too if it holds `.`. The same content is the same frozen object, so that ten thousand
 * pods of one template share what their managers own.
 */
import { isJsonObject } from '../record.ts'

export interface FieldSet {
  readonly [element: string]: FieldSet
}

/** The set's own mark: what holds it is a member itself, besides what is inside. */
const self = '.'

/** A member with nothing inside. */
export const leaf: FieldSet = Object.freeze({})

/** How many different nodes are kept to be shared; beyond, sharing begins anew. */
const keptNodes = 50_000

const shared = new Map<string, FieldSet>()
const numbers = new WeakMap<FieldSet, number>([[leaf, 0]])
let numbered = 0

/**
 * The node with these elements inside; undefined when it holds nothing and is no member, which is how the empty set
 * is written everywhere.
 */
export function node(
  inside: readonly (readonly [string, FieldSet])[],
  member: boolean,
): FieldSet | undefined {
  if (inside.length === 0) return member ? leaf : undefined
  const sorted = inside.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const all = member ? [[self, leaf] as const, ...sorted] : sorted
  const key = all.map(([element, inner]) => `${element}\n${numbers.get(inner) ?? ''}`).join('\n')
  const known = shared.get(key)
  if (known !== undefined) return known
  if (shared.size >= keptNodes) shared.clear()
  const made: FieldSet = Object.freeze(Object.fromEntries(all))
  numbers.set(made, ++numbered)
  shared.set(key, made)
  return made
}

/** Whether the node itself is in the set. */
export function isMember(set: FieldSet): boolean {
  return self in set || set === leaf
}

/** What is inside of a node. */
export function inside(set: FieldSet): readonly (readonly [string, FieldSet])[] {
  return Object.entries(set).filter(([element]) => element !== self)
}

/** What is inside of a node under that element. */
export function at(set: FieldSet | undefined, element: string): FieldSet | undefined {
  return set !== undefined && Object.hasOwn(set, element) ? set[element] : undefined
}

/** Everything in either. */
export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined || a === b) return b
  if (b === undefined) return a
  const elements = new Map(inside(a))
  for (const [element, inner] of inside(b))
    elements.set(element, union(elements.get(element), inner) ?? inner)
  return node([...elements], isMember(a) || isMember(b))
}

/** What is in the first and not in the second. */
export function difference(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined || b === undefined) return a
  if (a === b) return undefined
  const left = inside(a).flatMap(([element, inner]) => {
    const rest = difference(inner, at(b, element))
    return rest === undefined ? [] : [[element, rest] as const]
  })
  return node(left, isMember(a) && !isMember(b))
}

/** What is in both. */
export function intersection(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined || b === undefined) return undefined
  if (a === b) return a
  const both = inside(a).flatMap(([element, inner]) => {
    const common = intersection(inner, at(b, element))
    return common === undefined ? [] : [[element, common] as const]
  })
  return node(both, isMember(a) && isMember(b))
}

/** The set without what is under one of these paths, themselves included. */
export function without(
  set: FieldSet | undefined,
  paths: readonly (readonly string[])[],
): FieldSet | undefined {
  if (set === undefined || paths.length === 0) return set
  const left = inside(set).flatMap(([element, inner]) => {
    const deeper = paths.filter(([first]) => first === element).map(([, ...rest]) => rest)
    if (deeper.some((path) => path.length === 0)) return []
    const rest = without(inner, deeper)
    return rest === undefined ? [] : [[element, rest] as const]
  })
  return node(left, isMember(set))
}

/** Each member's path, those of a level before what lies deeper. */
export function members(set: FieldSet, path: readonly string[] = []): readonly (readonly string[])[] {
  const here = inside(set)
  return [
    ...here.filter(([, inner]) => isMember(inner)).map(([element]) => [...path, element]),
    ...here.flatMap(([element, inner]) => members(inner, [...path, element])),
  ]
}

/** A path as the API writes it: `.spec.template.spec.containers[name="api"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('')
}

function elementText(element: string): string {
  const [kind, value] = [element.slice(0, 2), element.slice(2)]
  if (kind === 'f:') return `.${value}`
  if (kind === 'v:') return `[=${value}]`
  if (kind === 'i:') return `[${value}]`
  const keys: unknown = JSON.parse(value)
  const pairs = Object.entries(isJsonObject(keys) ? keys : {})
  return `[${pairs.map(([key, each]) => `${key}=${JSON.stringify(each)}`).join(',')}]`
}

/** A set as a client sent it. Throws SyntaxError for what is none. */
export function readFieldSet(value: unknown): FieldSet | undefined {
  return isJsonObject(value) ? readNode(value, false) : undefined
}

function readNode(value: Readonly<Record<string, unknown>>, inner: boolean): FieldSet | undefined {
  const elements = Object.entries(value).filter(([element]) => element !== self)
  const read = elements.flatMap(([element, each]) => {
    if (!/^[fkvi]:/.test(element)) throw new SyntaxError(`${JSON.stringify(element)} is no path element`)
    const below = isJsonObject(each) ? readNode(each, true) : undefined
    return below === undefined ? [] : [[element, below] as const]
  })
  return node(read, inner && (read.length === 0 || self in value))
}
