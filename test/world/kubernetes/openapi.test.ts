import { expect, test } from 'vitest'
import { createCluster } from '../../../src/world/kubernetes/cluster.ts'
import { createOpenApi } from '../../../src/world/kubernetes/openapi.ts'
import { asJsonObject, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { crontabSchema, definition, v1 } from './custom/crontabs.ts'
import { at, post, seeded } from './practice-api.ts'

function setUp() {
  const cluster = createCluster({ now: () => 0, random: seeded(1) })
  const openApi = createOpenApi(cluster.resources)
  const read = (path: string): JsonObject => asJsonObject(JSON.parse(openApi(path) ?? '{}'))
  return { cluster, openApi, read }
}

const schemasOf = (document: JsonObject) => asJsonObject(at(document, 'components', 'schemas'))

/** Every name that a document refers to. */
function references(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name = '']) => name,
  )
}

test('there is a document for each group and version, and each refers to what it holds alone', () => {
  const { cluster, read } = setUp()
  post(cluster, 'CustomResourceDefinition', '', definition())
  const paths = Object.keys(asJsonObject(read('/openapi/v3').paths))
  const served = cluster.resources.map(({ group, version }) =>
    group === '' ? `api/${version}` : `apis/${group}/${version}`,
  )
  expect(new Set(paths)).toEqual(new Set(served))
  for (const path of paths) {
    const document = read(`/openapi/v3/${path}`)
    const schemas = schemasOf(document)
    expect(references(document).filter((name) => !Object.hasOwn(schemas, name))).toEqual([])
  }
})

test('schemas bear the names, words and required fields of the real ones', () => {
  const { read } = setUp()
  const schemas = schemasOf(read('/openapi/v3/apis/apps/v1'))
  const deployment = schemas['io.k8s.api.apps.v1.Deployment']
  expect(deployment).toMatchObject({
    description: 'Deployment enables declarative updates for Pods and ReplicaSets.',
    'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
    properties: {
      metadata: {
        allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
      },
    },
  })
  expect(schemas['io.k8s.api.apps.v1.DeploymentSpec']).toMatchObject({
    required: ['selector', 'template'],
    properties: {
      replicas: { type: 'integer', format: 'int32', description: expect.stringContaining('Defaults to 1') },
    },
  })
  expect(schemas['io.k8s.api.core.v1.PodSpec']).toMatchObject({ required: ['containers'] })
})

test('every kind can be patched with a check of its fields, which is what kubectl looks for', () => {
  const { read } = setUp()
  const document = read('/openapi/v3/api/v1')
  expect(at(document, 'paths', '/api/v1/namespaces/{namespace}/pods/{name}', 'patch')).toMatchObject({
    parameters: expect.arrayContaining([expect.objectContaining({ name: 'fieldValidation', in: 'query' })]),
    'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'Pod' },
  })
})

test('the document of a definition comes, changes and goes with it, and its hash too', () => {
  const { cluster, openApi, read } = setUp()
  const path = 'apis/stable.example.com/v1'
  const hash = () => at(read('/openapi/v3'), 'paths', path, 'serverRelativeURL')
  expect(hash()).toBeUndefined()
  post(cluster, 'CustomResourceDefinition', '', definition())
  const first = hash()
  const name = 'com.example.stable.v1.CronTab'
  expect(at(schemasOf(read(`/openapi/v3/${path}`)), name)).toMatchObject({
    description: crontabSchema.description,
    properties: { kind: { type: 'string' }, spec: { required: ['image'] } },
  })
  const present = cluster.customResourceDefinitions.list()[0]
  if (present === undefined) throw new Error('the definition is gone')
  const schema = { openAPIV3Schema: { ...crontabSchema, description: 'Other words.' } }
  const { spec } = present
  cluster.customResourceDefinitions.update({ ...present, spec: { ...spec, versions: [{ ...v1, schema }] } })
  expect(hash()).not.toBe(first)
  expect(at(schemasOf(read(`/openapi/v3/${path}`)), name, 'description')).toBe('Other words.')
  cluster.customResourceDefinitions.remove('', present.metadata.name)
  expect(openApi(`/openapi/v3/${path}`)).toBeUndefined()
})
