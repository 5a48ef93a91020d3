/** JSON patch, RFC 6902, with the real server's complaints. */
import jsonpatch, { type Operation } from 'fast-json-patch'
import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../record.ts'
import { badRequest, unprocessableEntity } from '../status.ts'

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
    throw badRequest('error decoding patch: json: cannot unmarshal the body into a JSON patch')
  const copy: unknown = structuredClone(document)
  let result = copy
  for (const operation of parsed.data) {
    try {
      const step: Operation = operation
      result = jsonpatch.applyOperation(result, step, true, true).newDocument
    } catch (error) {
      throw unprocessableEntity(complaint(operation, error))
    }
  }
  if (!isJsonObject(result)) throw unprocessableEntity('the patch leaves no object')
  return result
}

function complaint(operation: { readonly op: string; readonly path: string }, error: unknown): string {
  if (operation.op === 'test') return `testing value ${operation.path} failed: test failed`
  if (operation.op === 'add')
    return `add operation does not apply: doc is missing path: "${operation.path}": missing value`
  if (operation.op === 'remove' || operation.op === 'replace') {
    const what = operation.op === 'remove' ? 'remove' : 'replace'
    return `${what} operation does not apply: doc is missing key: ${operation.path}: missing value`
  }
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error)
}
