import { expect, test } from 'vitest'
import type { JsonSchema } from '../../../../src/world/kubernetes/custom/json-schema.ts'
import { validateValue } from '../../../../src/world/kubernetes/custom/validate-value.ts'

function words(schema: JsonSchema, value: unknown, previous?: unknown): readonly string[] {
  const root = { type: 'object', properties: { spec: schema } }
  const before = previous === undefined ? undefined : { spec: previous }
  return validateValue(root, { spec: value }, before).map(({ field, message }) => `${field}: ${message}`)
}

test.each<[JsonSchema, unknown, string]>([
  [{ type: 'integer' }, 'x', 'spec: Invalid value: "string": spec in body must be of type integer: "string"'],
  [{ type: 'string' }, null, 'spec: Invalid value: "null": spec in body must be of type string: "null"'],
  [
    { 'x-kubernetes-int-or-string': true },
    true,
    'spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"',
  ],
  [{ type: 'object', required: ['a'] }, {}, 'spec.a: Required value'],
  [{ type: 'string', enum: ['a', 'b'] }, 'c', 'spec: Unsupported value: "c": supported values: "a", "b"'],
  [
    { type: 'integer', minimum: 1 },
    0,
    'spec: Invalid value: 0: spec in body should be greater than or equal to 1',
  ],
  [
    { type: 'integer', maximum: 5, exclusiveMaximum: true },
    5,
    'spec: Invalid value: 5: spec in body should be less than 5',
  ],
  [{ type: 'integer', multipleOf: 3 }, 4, 'spec: Invalid value: 4: spec in body should be a multiple of 3'],
  [{ type: 'string', pattern: '^a+$' }, 'b', `spec: Invalid value: "b": spec in body should match '^a+$'`],
  [{ type: 'string', maxLength: 2 }, 'abc', 'spec: Too long: may not be more than 2 bytes'],
  [
    { type: 'string', minLength: 2 },
    'a',
    'spec: Invalid value: "a": spec in body should be at least 2 chars long',
  ],
  [
    { type: 'string', format: 'date-time' },
    'soon',
    'spec: Invalid value: "soon": spec in body must be of type date-time: "soon"',
  ],
  [
    { type: 'array', items: { type: 'string' }, maxItems: 1 },
    ['a', 'b'],
    'spec: Too many: 2: must have at most 1 items',
  ],
  [
    { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ['a', 'a'],
    'spec[1]: Duplicate value: "a"',
  ],
  [
    {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
    [{ name: 'a' }, { name: 'a' }],
    'spec[1]: Duplicate value: {"name":"a"}',
  ],
  [
    { type: 'object', additionalProperties: { type: 'string' } },
    { a: 1 },
    'spec.a: Invalid value: "integer": spec.a in body must be of type string: "integer"',
  ],
  [
    { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    { a: 1, b: 2 },
    'spec: Invalid value: "": spec in body must validate one and only one schema (oneOf). Found 2 valid alternatives',
  ],
])('by %j the value %j is refused', (schema, value, expected) => {
  expect(words(schema, value)).toEqual([expected])
})

test('values that the schema allows are left alone', () => {
  expect(words({ type: 'number' }, 3)).toEqual([])
  expect(words({ type: 'string', nullable: true }, null)).toEqual([])
  expect(words({ 'x-kubernetes-int-or-string': true }, 'http')).toEqual([])
  expect(words({ type: 'string', format: 'date-time' }, '2026-11-23T05:18:28Z')).toEqual([])
  expect(words({ type: 'string', format: 'something-else' }, 'x')).toEqual([])
})

test('what was there before the rule came stands in no one else’s way', () => {
  const schema: JsonSchema = {
    type: 'object',
    properties: { size: { type: 'integer', minimum: 1 }, name: { type: 'string' } },
  }
  expect(words(schema, { size: 0, name: 'new' }, { size: 0, name: 'old' })).toEqual([])
  expect(words(schema, { size: -1, name: 'old' }, { size: 0, name: 'old' })).toHaveLength(1)
})
