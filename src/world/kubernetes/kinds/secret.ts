/** Secrets: values in base64, or given as plain text in `stringData`, which is never shown again. */
import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Secret } from '../objects.ts'
import { ageColumn } from '../table.ts'
import { invalidValue } from '../validation.ts'
import { dataKeys, sealed } from './config-map.ts'

const stringMap = z.record(z.string(), z.string())

export const secrets: Kind<Secret> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  singular: 'secret',
  namespaced: true,
  model: 'V1Secret',
  schema: z
    .looseObject({
      ...head,
      data: stringMap.exactOptional(),
      stringData: stringMap.exactOptional(),
      type: z.string().default('Opaque'),
      immutable: z.boolean().exactOptional(),
    })
    .transform(({ stringData, ...secret }) => {
      if (stringData === undefined) return secret
      const encoded = Object.entries(stringData).map(([key, value]) => [
        key,
        Buffer.from(value).toString('base64'),
      ])
      return { ...secret, data: { ...secret.data, ...Object.fromEntries(encoded) } }
    }),
  validate: (secret, previous) => [
    ...dataKeys('data', secret.data),
    ...(previous !== undefined && previous.type !== secret.type
      ? [invalidValue('type', secret.type, 'field is immutable')]
      : []),
    ...(previous?.immutable === true ? sealed('data', secret.data, previous.data) : []),
  ],
  columns: [
    { name: 'Type', type: 'string', cell: ({ type }) => type },
    { name: 'Data', type: 'integer', cell: ({ data = {} }) => Object.keys(data).length },
    ageColumn,
  ],
  selectable: ({ type }) => ({ type }),
}
