/** The JSON 1.0 protocol, which the aws CLI speaks to CloudWatch today. */
import type { Flat } from './parameters.ts'
import { Dictionary, List, type Members, type Value } from './value.ts'

/** A body's values by the names that the Query protocol would give them. */
export function flatten(body: unknown): Flat {
  const flat: Record<string, string> = {}
  function visit(value: unknown, name: string): void {
    if (value === null || value === undefined) return
    if (typeof value === 'object') {
      const below = Array.isArray(value)
        ? value.map((each, index) => [`member.${index + 1}`, each] as const)
        : Object.entries(value)
      for (const [key, each] of below) visit(each, name === '' ? key : `${name}.${key}`)
      return
    }
    flat[name] = String(value)
  }
  visit(body, '')
  return flat
}

function plain(value: Value): unknown {
  // Seconds since 1970.
  if (value instanceof Date) return value.getTime() / 1000
  if (value instanceof List) return value.values.map(plain)
  if (value instanceof Dictionary) return Object.fromEntries(value.entries)
  return typeof value === 'object' ? plainMembers(value) : value
}

function plainMembers(members: Members): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, plain(value)]])),
  )
}

/** The members as a JSON document. */
export function membersJson(members: Members): string {
  return JSON.stringify(plainMembers(members))
}
