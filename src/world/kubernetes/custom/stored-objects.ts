/** The objects of a definition: stored once, read and written in each of its versions. */
import type { Collection } from '../collection.ts'
import { converted } from '../converted.ts'
import { asJsonObject } from '../record.ts'

import type { CustomObject } from './definition.ts'
import type { JsonSchema } from './json-schema.ts'
import { customObjectSchema } from './object-schema.ts'
import { pruneAndDefault } from './prune.ts'

/**
 * The stored objects as a version shows them: with its apiVersion, without what its schema doesn't know, and with
 * the defaults that came after an object was stored. Writes are stored under `storedAs`.
 */
export function versionOf(
  stored: Collection<CustomObject>,
  schema: JsonSchema,
  apiVersion: string,
  storedAs: string,
): Collection<CustomObject> {
  return converted(stored, {
    shown: (object) =>
      customObjectSchema.parse({ ...pruneAndDefault(schema, asJsonObject(object)).value, apiVersion }),
    stored: (object) => ({ ...object, apiVersion: storedAs }),
  })
}
