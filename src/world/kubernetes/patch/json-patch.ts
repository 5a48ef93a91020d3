/** JSON patch, RFC 6902, with the real server's complaint. */
import jsonpatch, { type Operation } from 'fast-json-patch'
import { z } from 'zod'
import { isJsonObject, isList, type JsonObject } from '../record.ts'
import { badRequest, type StatusError, unprocessableEntity } from '../status.ts'

const pointer = z.string().regex(/^(\/.*)?$/s)
const operations = z.array(
  z.discriminatedUnion('op', [
    z.object({ op: z.literal('add'), path: pointer, value: z.unknown() }),
    z.object({ op: z.literal('replace'), path: pointer, value: z.unknown() }),
    z.object({ op: z.literal('test'), path: pointer, value: z.unknown() }),
    z.object({ op: z.literal('remove'), path: pointer }),
    z.object({ op: z.literal('move'), path: pointer, from: pointer }),
    z.object({ op: z.literal('copy'), path: pointer, from: pointer }),
  ]),
)

/**
 * The document after all operations. Throws StatusError: 400 for what is no patch, 422 for an operation that
 * can't be carried out (a `test` that fails, a path that isn't there); nothing is changed then.
 */
export function jsonPatch(document: JsonObject, patch: unknown): JsonObject {
  const parsed = operations.safeParse(patch)
  if (!parsed.success)
    throw badRequest(`json: cannot unmarshal ${goKind(patch)} into Go value of type jsonpatch.Patch`)
  const copy: unknown = structuredClone(document)
  let result = copy
  for (const operation of parsed.data) {
    try {
      const step: Operation = operation
      result = jsonpatch.applyOperation(result, step, true, true).newDocument
    } catch {
      throw rejected()
    }
  }
  if (!isJsonObject(result)) throw rejected()
  return result
}

/** Whatever an operation fails of, the real server says no more than this. */
function rejected(): StatusError {
  return unprocessableEntity('the server rejected our request due to an error in our request')
}

/** What Go's decoder calls a JSON value. */
function goKind(value: unknown): string {
  return isList(value) ? 'array' : typeof value
}
