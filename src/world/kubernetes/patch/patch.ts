/** The kinds of patch that the API takes, by their media types. */
import { isJsonObject, isList, type JsonObject } from '../record.ts'
import { badRequest, unsupportedMediaType } from '../status.ts'
import { jsonPatch } from './json-patch.ts'
import { mergeObjects } from './merge.ts'
import { strategicMerge } from './strategic.ts'

const kinds = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
} as const

/** The media type of server-side apply. */
export const applyType = 'application/apply-patch+yaml'

export interface Patch {
  readonly kind: 'json' | 'merge' | 'strategic'
  readonly body: unknown
}

/** A request's body as a patch. Throws StatusError (415) for a media type that is none of them; applying is none. */
export function readPatch(mediaType: string, body: unknown): Patch {
  const kind = kindOf(mediaType)
  if (kind !== undefined) return { kind, body }
  throw unsupportedMediaType([...Object.keys(kinds), applyType])
}

/** Custom objects have no merge keys: throws StatusError (415) for a strategic merge patch. */
export function refuseStrategic(mediaType: string): void {
  if (kindOf(mediaType) !== 'strategic') return
  throw unsupportedMediaType(['application/json-patch+json', 'application/merge-patch+json', applyType])
}

function kindOf(mediaType: string): Patch['kind'] | undefined {
  return Object.entries(kinds).find(([type]) => type === mediaType)?.[1]
}

/** The object of that model with the patch applied; the object itself is left as it was. Throws StatusError. */
export function applyPatch(model: string, object: JsonObject, patch: Patch): JsonObject {
  if (patch.kind === 'json') return jsonPatch(object, patch.body)
  if (!isJsonObject(patch.body)) {
    const kind = isList(patch.body) ? 'array' : typeof patch.body
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    )
  }
  return patch.kind === 'merge' ? mergeObjects(object, patch.body) : strategicMerge(model, object, patch.body)
}

/**
 * What an error shows of a patch that gives no valid object: of a strategic one the patch as Go prints maps, of
 * the others the whole object as JSON — with everything in it, also the values of a Secret.
 */
export function patchedBody(patch: Patch, patched: JsonObject): string {
  return patch.kind === 'strategic' ? goMap(patch.body) : goJson(patched)
}

/** JSON as Go writes maps: the keys of the object in order, and `<`, `>`, `&` escaped. */
function goJson(object: JsonObject): string {
  const sorted = Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }
  return JSON.stringify(sorted).replace(/[<>&]/g, (letter) => escapes[letter] ?? letter)
}

/** A value as Go's `%+v` prints it: `map[data:map[KEY:value]]`. */
function goMap(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (isList(value)) return `[${value.map(goMap).join(' ')}]`
  if (!isJsonObject(value)) return String(value)
  const keys = Object.keys(value).sort()
  return `map[${keys.map((key) => `${key}:${goMap(value[key])}`).join(' ')}]`
}
