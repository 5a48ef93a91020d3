/** JSON objects of which nothing is known yet. */

export type JsonObject = Readonly<Record<string, unknown>>

/** Whether the value is a JSON object (no list, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value if it is a JSON object, else an empty one. */
export function asJsonObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** Whether the value is a list, whatever it holds. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
