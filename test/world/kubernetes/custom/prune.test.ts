import { expect, test } from 'vitest'
import type { JsonSchema } from '../../../../src/world/kubernetes/custom/json-schema.ts'
import { pruneAndDefault } from '../../../../src/world/kubernetes/custom/prune.ts'

const text = { type: 'string' }

const schema: JsonSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        name: text,
        size: { type: 'integer', default: 2 },
        maybe: { type: 'string', nullable: true },
        tags: { type: 'object', additionalProperties: text },
        loose: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { strict: { type: 'object', properties: { known: text } } },
        },
        template: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: { spec: { type: 'object', properties: { known: text } } },
        },
        parts: {
          type: 'array',
          items: { type: 'object', properties: { id: text, n: { type: 'integer', default: 1 } } },
        },
        limits: { type: 'object', default: {}, properties: { cpu: { type: 'string', default: '1' } } },
      },
    },
  },
}

test('fields that the schema does not name are left out, and told with their paths', () => {
  const body = {
    kind: 'Thing',
    metadata: { name: 'a', labels: { x: 'y' } },
    extra: 1,
    spec: { name: 'n', nam: 'x', parts: [{ id: 'a', idd: 'b' }], limits: { cpu: '2', gpu: '1' } },
  }
  const { value, unknownFields } = pruneAndDefault(schema, body)
  expect(value).toEqual({
    kind: 'Thing',
    metadata: { name: 'a', labels: { x: 'y' } },
    spec: { name: 'n', size: 2, parts: [{ id: 'a', n: 1 }], limits: { cpu: '2' } },
  })
  expect(unknownFields).toEqual(['extra', 'spec.nam', 'spec.parts[0].idd', 'spec.limits.gpu'])
})

test('what is preserved is kept whole, and its named parts are pruned all the same', () => {
  const { value, unknownFields } = pruneAndDefault(schema, {
    spec: { tags: { a: 'b' }, loose: { any: [1], strict: { known: 'k', other: 'o' } } },
  })
  expect(value).toMatchObject({ spec: { tags: { a: 'b' }, loose: { any: [1], strict: { known: 'k' } } } })
  expect(unknownFields).toEqual(['spec.loose.strict.other'])
})

test('an embedded object keeps its head', () => {
  const { value } = pruneAndDefault(schema, {
    spec: {
      template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { known: 'k', other: 1 } },
    },
  })
  expect(value).toMatchObject({
    spec: { template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { known: 'k' } } },
  })
})

test('a null is kept where it is allowed, and means a default where it is not', () => {
  const { value } = pruneAndDefault(schema, { spec: { maybe: null, size: null, name: null } })
  expect(value).toEqual({ spec: { maybe: null, size: 2, limits: { cpu: '1' } } })
})
