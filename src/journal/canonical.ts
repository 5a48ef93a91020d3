/** JSON with one form only (RFC 8785, JCS): the text that hashes are made of, and that a journal's lines are written in. */
import canonicalize from 'canonicalize'
import type { Json } from './record.ts'

/**
 * The canonical form of a value: keys sorted by UTF-16 code units, no blanks, numbers and strings as ECMAScript prints
 * them (RFC 8785). Throws an Error for what I-JSON can't hold: NaN, infinities, lone surrogates, cycles.
 */
export function canonical(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('only JSON values have a canonical form')
  return text
}

/**
 * A copy of the value as it will be read back from its canonical form, so that what is folded now and what is folded
 * after a restart can't differ: -0 becomes 0, lone surrogates become U+FFFD, keys that hold `undefined` are left out.
 * Throws a TypeError that names the place for what is not JSON at all (NaN, a function, a Date).
 */
export function plain(value: Json, path = 'data'): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON can't hold`)
    return value === 0 ? 0 : value
  }
  if (isList(value)) return value.map((item, index) => plain(item, `${path}[${index}]`))
  if (isPlainObject(value)) return plainEntries(value, path)
  throw new TypeError(`${path} is not plain JSON (${Object.prototype.toString.call(value)})`)
}

/** `plain` for an object, which stays one. */
export function plainEntries(
  value: { readonly [key: string]: Json },
  path = 'data',
): { readonly [key: string]: Json } {
  // fromEntries and not assignment: a key named __proto__ has to stay a key.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key.toWellFormed(), plain(item, `${path}.${key}`)]),
  )
}

/** Array.isArray doesn't narrow a readonly list. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isPlainObject(value: unknown): value is { readonly [key: string]: Json } {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
