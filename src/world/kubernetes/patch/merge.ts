/** JSON merge patch, RFC 7386. */
import { isJsonObject, type JsonObject } from '../record.ts'

/** The target with the patch merged in: objects key by key, null removes, everything else replaces. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}

/** `mergePatch` of two objects, which is an object. */
export function mergeObjects(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = mergePatch(target, patch)
  return isJsonObject(merged) ? merged : {}
}
