/** What a Kubernetes 1.36 control plane answered to kubectl, asked of ours. fixtures/ holds the recordings. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { asJsonObject, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { at } from './practice-api.ts'
import { ask, ownersOf, place, practiceApi } from './recording.ts'

const object = z.record(z.string(), z.unknown())

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'))
}

const writes = z
  .array(
    z.object({
      name: z.string(),
      before: object,
      method: z.string(),
      url: z.string(),
      contentType: z.string(),
      body: z.unknown(),
      status: z.number(),
      answer: object,
    }),
  )
  .parse(fixture('recorded-writes.json'))

const reads = z
  .object({
    pods: z.array(object),
    tables: z.array(
      z.object({ url: z.string(), columns: z.array(object), cells: z.array(z.array(z.unknown())) }),
    ),
    discovery: z.array(
      z.object({ metadata: object, versions: z.array(z.object({ resources: z.array(object) })) }),
    ),
  })
  .parse(fixture('recorded-reads.json'))

/** The recorded identity of the object in place of ours, wherever it stands in the text. */
function recognised(text: string, ours: JsonObject, recorded: JsonObject): string {
  const keys = ['uid', 'resourceVersion', 'creationTimestamp'] as const
  return keys.reduce((changed, key) => {
    const [mine, theirs] = [at(ours, 'metadata', key), at(recorded, 'metadata', key)]
    const quotes = /(\\*)"KEY\1":\1"VALUE\1"/.source.replace('KEY', key).replace('VALUE', String(mine))
    return changed.replaceAll(
      new RegExp(quotes, 'g'),
      (_all, slashes: string) => `${slashes}"${key}${slashes}":${slashes}"${theirs}${slashes}"`,
    )
  }, text)
}

test.each(writes)(
  '$name is answered as it was',
  ({ before, method, url, contentType, body, status, answer: wanted }) => {
    const api = practiceApi()
    const ours = place(api, before)
    const version = api.cluster.version()
    // A patch that names the version it was made for is to name ours.
    const named = at(body, 'metadata', 'resourceVersion')
    const mended = named === at(before, 'metadata', 'resourceVersion') ? recognisedBody(body, ours) : body
    const { code, json } = ask(api, method, url, contentType, mended)
    expect(code).toBe(status)

    if (status >= 400) {
      expect(JSON.parse(recognised(JSON.stringify(json), ours, before))).toEqual(wanted)
      return
    }
    const { metadata, ...rest } = json
    const { metadata: wantedMetadata, ...wantedRest } = wanted
    expect(rest).toEqual(wantedRest)
    expect(at(metadata, 'annotations')).toEqual(at(wantedMetadata, 'annotations'))
    expect(at(metadata, 'labels')).toEqual(at(wantedMetadata, 'labels'))
    expect(ownersOf(json)).toEqual(ownersOf(wanted))
    const generation = (value: unknown) => Number(at(value, 'generation') ?? 0)
    if (generation(metadata) > 0)
      expect(generation(metadata) - generation(ours.metadata)).toBe(
        generation(wantedMetadata) - generation(before.metadata),
      )
    if (url.includes('dryRun=All')) expect(api.cluster.version()).toBe(version)
  },
)

function recognisedBody(body: unknown, ours: JsonObject): JsonObject {
  const object = asJsonObject(body)
  return {
    ...object,
    metadata: { ...asJsonObject(object.metadata), resourceVersion: at(ours, 'metadata', 'resourceVersion') },
  }
}

test('a deployment that was applied gets the defaults that the real server gave it', () => {
  const recorded = writes.find(({ name }) => name === 'apply a deployment')
  const applied: unknown = JSON.parse(
    String(
      at(recorded?.answer, 'metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'),
    ),
  )
  const { code, json } = ask(
    practiceApi(),
    'POST',
    '/apis/apps/v1/namespaces/rec/deployments',
    'application/json',
    applied,
  )
  expect(code).toBe(201)
  expect(json.spec).toEqual(at(recorded?.answer, 'spec'))
})

const tableAccept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

test.each(reads.tables)('the table of $url has the recorded columns', ({ url, columns }) => {
  const api = practiceApi()
  const list = url.replace('/api-main', '')
  const { json } = ask(api, 'GET', list, '', undefined, tableAccept)
  const definitions = z.array(object).parse(json.columnDefinitions)
  expect(definitions.map(({ name, type, format, priority }) => ({ name, type, format, priority }))).toEqual(
    columns,
  )
})

test('rows of recorded objects print what the real server printed', () => {
  const api = practiceApi()
  for (const pod of reads.pods) place(api, { kind: 'Pod', ...pod })
  const { json } = ask(api, 'GET', '/api/v1/namespaces/rec/pods', '', undefined, tableAccept)
  const cells = z.array(z.object({ cells: z.array(z.unknown()) })).parse(json.rows)
  expect(cells.map((row) => row.cells)).toEqual([
    [
      'api-blue-5d488b86d-44m6r',
      '0/1',
      'ContainerCreating',
      '0',
      '0s',
      '10.100.0.84',
      'fake-node-0',
      '<none>',
      '<none>',
    ],
    [
      'api-blue-94688494-l8hx2',
      '1/1',
      'Running',
      '0',
      '0s',
      '10.100.0.77',
      'fake-node-0',
      '<none>',
      '<none>',
    ],
  ])
})

test('rows of a deployment and a service print what the real server printed', () => {
  const api = practiceApi()
  for (const { name, before } of writes)
    if (name === 'scale' || name === 'patch a service') place(api, before)
  const rows = (path: string) =>
    at(ask(api, 'GET', path, '', undefined, tableAccept).json, 'rows', 0, 'cells')
  expect(rows('/apis/apps/v1/namespaces/rec/deployments')).toEqual([
    'api-blue',
    '3/3',
    3,
    3,
    '0s',
    'api',
    'loanserve/api:v1.2.2',
    'app=api,color=blue',
  ])
  expect(rows('/api/v1/namespaces/rec/services')).toEqual([
    'api-main',
    'ClusterIP',
    '10.96.82.125',
    '<none>',
    '80/TCP',
    '0s',
    'app=api,color=blue',
  ])
})

test('what discovery says of a kind is what the real server says, but for subresources that are not there', () => {
  const api = practiceApi()
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  const groups = ['/api', '/apis'].flatMap((path) =>
    z.array(object).parse(ask(api, 'GET', path, '', undefined, accept).json.items),
  )
  for (const { metadata, versions } of reads.discovery) {
    const ours = groups.find((group) => at(group, 'metadata', 'name') === metadata.name)
    for (const resource of z.array(object).parse(at(ours, 'versions', 0, 'resources'))) {
      const recorded = versions[0]?.resources.find((each) => each.resource === resource.resource)
      const { subresources: some, ...rest } = resource
      const { subresources: every, ...recordedRest } = asJsonObject(recorded)
      expect(rest).toEqual(recordedRest)
      for (const each of z.array(object).parse(some ?? [])) expect(every).toContainEqual(each)
    }
  }
})

test('reading endpoints comes with the warning of 1.33', () => {
  const { warnings } = ask(practiceApi(), 'GET', '/api/v1/namespaces/rec/endpoints')
  expect(warnings).toEqual(['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'])
})
