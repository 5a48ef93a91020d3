import { expect, test } from 'vitest'
import { definitionSchema } from '../../../../src/world/kubernetes/custom/definition.ts'
import { validateDefinition } from '../../../../src/world/kubernetes/custom/definition-rules.ts'

const objectSchema = { openAPIV3Schema: { type: 'object' } }
const v1 = { name: 'v1', served: true, storage: true, schema: objectSchema }

const good = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'crontabs.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'crontabs', kind: 'CronTab' },
    versions: [v1],
  },
}

const words = (spec: object, metadata: object = good.metadata) =>
  validateDefinition(
    definitionSchema.parse({ ...good, metadata, spec: { ...good.spec, ...spec } }),
    undefined,
  ).map(({ field, message }) => `${field}: ${message}`)

const withSchema = (schema: object) => ({ versions: [{ ...v1, schema: { openAPIV3Schema: schema } }] })
const place = 'spec.versions[0].schema.openAPIV3Schema'

test('a definition that is right has nothing wrong with it, and gets the names that follow from its kind', () => {
  expect(words({})).toEqual([])
  expect(definitionSchema.parse(good).spec.names).toMatchObject({
    singular: 'crontab',
    listKind: 'CronTabList',
  })
})

test.each<[string, object, string]>([
  ['scope', { scope: '' }, 'spec.scope: Required value'],
  [
    'scope',
    { scope: 'All' },
    'spec.scope: Unsupported value: "All": supported values: "Cluster", "Namespaced"',
  ],
  [
    'version',
    { versions: [{ ...v1, storage: false }] },
    'must have exactly one version marked as storage version',
  ],
  ['versions', { versions: [v1, { ...v1, storage: false }] }, 'must contain unique version names'],
  ['schema', { versions: [{ ...v1, schema: {} }] }, `${place}: Required value: schemas are required`],
  ['root', withSchema({}), `${place}.type: Required value: must not be empty at the root`],
  [
    'root',
    withSchema({ type: 'string' }),
    `${place}.type: Invalid value: "string": must be object at the root`,
  ],
  [
    'field',
    withSchema({ type: 'object', properties: { spec: {} } }),
    `${place}.properties[spec].type: Required value: must not be empty for specified object fields`,
  ],
  [
    'array',
    withSchema({ type: 'object', properties: { a: { type: 'array' } } }),
    `${place}.properties[a].items: Required value: must be specified`,
  ],
  [
    'nested structure',
    withSchema({ type: 'object', anyOf: [{ type: 'object' }] }),
    `${place}.anyOf[0].type: Forbidden: must be empty to be structural`,
  ],
  [
    'default',
    withSchema({ type: 'object', properties: { a: { type: 'integer', default: 'x' } } }),
    `${place}.properties[a].default: Invalid value: "string"`,
  ],
  [
    'column',
    { versions: [{ ...v1, additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.a' }] }] },
    'additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
  ],
  [
    'scale',
    {
      versions: [
        { ...v1, subresources: { scale: { specReplicasPath: '.size', statusReplicasPath: '.status.n' } } },
      ],
    },
    'specReplicasPath: Invalid value: ".size": should be a json path under .spec',
  ],
])('a wrong %s is refused in the words of the real server', (_what, spec, expected) => {
  expect(words(spec).join('\n')).toContain(expected)
})

test('the name is made of plural and group, and the group has a dot', () => {
  expect(words({}, { name: 'other' })).toEqual([
    'metadata.name: Invalid value: "other": must be spec.names.plural+"."+spec.group',
  ])
  expect(words({ group: 'example' }, { name: 'crontabs.example' })).toEqual([
    'spec.group: Invalid value: "example": should be a domain with at least one dot',
  ])
})

test('a group of Kubernetes itself wants an approval', () => {
  expect(words({ group: 'x.k8s.io' }, { name: 'crontabs.x.k8s.io' })).toEqual([
    expect.stringContaining(
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups',
    ),
  ])
})

test('what objects are stored under can not change', () => {
  const established = { conditions: [{ type: 'Established', status: 'True' }], storedVersions: ['v1'] }
  const previous = definitionSchema.parse({ ...good, status: established })
  const next = definitionSchema.parse({
    ...good,
    spec: { ...good.spec, scope: 'Cluster', versions: [{ ...v1, name: 'v2' }] },
    status: established,
  })
  expect(validateDefinition(next, previous).map(({ field, message }) => `${field}: ${message}`)).toEqual([
    'spec.scope: Invalid value: "Cluster": field is immutable',
    'status.storedVersions[0]: Invalid value: "v1": must appear in spec.versions',
  ])
})
