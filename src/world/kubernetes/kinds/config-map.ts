/** Config maps. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { ConfigMap } from '../objects.ts'
import type { StatusCause } from '../status.ts'
import { ageColumn } from '../table.ts'
import { forbiddenField, invalidValue } from '../validation.ts'

const stringMap = z.record(z.string(), z.string())

export const configMaps: Kind<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  model: 'V1ConfigMap',
  schema: z.looseObject({
    ...head,
    data: stringMap.exactOptional(),
    binaryData: stringMap.exactOptional(),
    immutable: z.boolean().exactOptional(),
  }),
  validate: (map, previous) => [
    ...dataKeys('data', map.data),
    ...dataKeys('binaryData', map.binaryData),
    ...(previous?.immutable === true ? sealed('data', map.data, previous.data) : []),
  ],
  columns: [
    {
      name: 'Data',
      type: 'integer',
      cell: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    ageColumn,
  ],
}

const keyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

/** Keys of config maps and secrets become file names: what is wrong with those in `data`. */
export function dataKeys(field: string, data: Readonly<Record<string, string>> = {}): readonly StatusCause[] {
  return Object.keys(data)
    .filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key) || key === '.' || key === '..')
    .map((key) => invalidValue(`${field}[${key}]`, key, keyRule))
}

/** What was changed although the object says that it is immutable. */
export function sealed(field: string, data: unknown, previous: unknown): readonly StatusCause[] {
  if (isDeepStrictEqual(data, previous)) return []
  return [forbiddenField(field, 'field is immutable when `immutable` is set')]
}
