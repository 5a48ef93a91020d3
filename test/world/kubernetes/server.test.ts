import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { LogLine } from '../../../src/world/kubernetes/logs.ts'
import { asJsonObject, isList } from '../../../src/world/kubernetes/record.ts'
import { at, type PracticeApi, startPracticeApi, type WatchEvent } from './practice-api.ts'

const later: LogLine[] = []
let logEnded = false

let api: PracticeApi
beforeAll(async () => {
  api = await startPracticeApi({
    logs: (_pod, { previous, container, signal }) => {
      if (previous || container === 'waits') return undefined
      const start = Date.now()
      signal.addEventListener('abort', () => {
        logEnded = true
      })
      return {
        written: [
          { at: start - 3600_000, text: 'an hour ago' },
          { at: start - 60_000, text: 'a minute ago' },
          { at: start - 1000, text: 'just now' },
        ],
        later: (async function* () {
          yield* later
        })(),
      }
    },
  })
})
afterAll(async () => {
  await api.close()
  expect(api.errors).toEqual([])
})

const maps = '/api/v1/namespaces/test/configmaps'
const deployments = '/apis/apps/v1/namespaces/test/deployments'
const pods = '/api/v1/namespaces/test/pods'

const configMap = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
})

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'api', image: 'a:1' }] } },
  },
})

const pod = (name: string, more: object = {}, containers = [{ name: 'api', image: 'a:1' }]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...more },
  spec: { containers, nodeName: 'node-1' },
})

const merge = { 'content-type': 'application/merge-patch+json' }
const names = (list: unknown) =>
  z
    .array(z.looseObject({}))
    .parse(at(list, 'items'))
    .map((item) => at(item, 'metadata', 'name'))

test('without the token nothing is answered but health and version', async () => {
  const bare = { authorization: 'Bearer wrong' }
  expect(await api.call('GET', maps, undefined, bare)).toMatchObject({
    code: 401,
    json: { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized', code: 401 },
  })
  for (const path of ['/healthz', '/livez', '/readyz'])
    expect(await api.call('GET', path, undefined, bare)).toMatchObject({ code: 200, text: 'ok' })
  expect((await api.call('GET', '/version', undefined, bare)).json).toMatchObject({ major: '1', minor: '36' })
})

test('the certificate is good for 127.0.0.1 and for nothing that is not its own', async () => {
  await expect(fetch(`https://127.0.0.1:${api.server.port}/version`)).rejects.toThrow()
})

test('an unknown path, an unknown object and an unknown verb are told apart', async () => {
  expect((await api.call('GET', '/apis/metrics.k8s.io/v1beta1/pods')).json).toMatchObject({
    message: 'the server could not find the requested resource',
    reason: 'NotFound',
  })
  expect((await api.call('GET', `${deployments}/none`)).json).toMatchObject({
    message: 'deployments.apps "none" not found',
    details: { name: 'none', group: 'apps', kind: 'deployments' },
    code: 404,
  })
  expect((await api.call('POST', `${maps}/x`, {})).code).toBe(405)
})

test('a namespace has to be there before anything is made in it', async () => {
  const answer = await api.call('POST', '/api/v1/namespaces/none/configmaps', configMap('a'))
  expect(answer.json).toMatchObject({ message: 'namespaces "none" not found', code: 404 })
})

test('unknown fields are refused, warned of or ignored, as the request says', async () => {
  const wrong = { ...configMap('fields'), dat: { a: '1' } }
  const strict = await api.call('POST', `${maps}?fieldValidation=Strict&dryRun=All`, wrong)
  expect(strict).toMatchObject({
    code: 400,
    json: {
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"',
    },
  })
  const warned = await api.call('POST', `${maps}?dryRun=All`, wrong)
  expect(warned).toMatchObject({ code: 201, warnings: '299 - "unknown field \\"dat\\""' })
  expect(warned.json).not.toHaveProperty('dat')
  expect((await api.call('POST', `${maps}?fieldValidation=Ignore&dryRun=All`, wrong)).warnings).toBe('')
})

test('a dry run of each change answers as the change would, and changes nothing', async () => {
  await api.call('POST', maps, configMap('dry', { a: '1' }))
  await api.call('POST', deployments, deployment('dry'))
  const before = api.cluster.version()
  const object = asJsonObject((await api.call('GET', `${maps}/dry`)).json)
  const dry = async (method: string, path: string, body?: unknown, headers = {}) =>
    (await api.call(method, `${path}?dryRun=All`, body, headers)).json
  expect(await dry('POST', maps, configMap('other'))).toMatchObject({
    metadata: { name: 'other', uid: expect.any(String) },
  })
  expect(await dry('PUT', `${maps}/dry`, { ...object, data: { a: '2' } })).toMatchObject({ data: { a: '2' } })
  expect(await dry('PATCH', `${maps}/dry`, { data: { a: '3' } }, merge)).toMatchObject({ data: { a: '3' } })
  expect(await dry('PATCH', `${deployments}/dry/scale`, { spec: { replicas: 9 } }, merge)).toMatchObject({
    spec: { replicas: 9 },
  })
  expect(await dry('PATCH', `${deployments}/dry/status`, { status: { replicas: 1 } }, merge)).toMatchObject({
    status: { replicas: 1 },
  })
  expect(await dry('DELETE', `${maps}/dry`)).toMatchObject({ status: 'Success' })
  expect(await dry('DELETE', maps)).toMatchObject({ kind: 'ConfigMapList' })
  expect(await dry('DELETE', '/api/v1/namespaces/test')).toMatchObject({ kind: 'Namespace' })
  expect(api.cluster.version()).toBe(before)
  expect((await api.call('GET', `${maps}/dry`)).json).toEqual(object)
  expect((await api.call('POST', `${maps}?dryRun=Some`, configMap('other'))).json).toMatchObject({
    code: 422,
    message:
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "Some": supported values: "All"',
  })
})

test('a stale replace is a conflict; one without a version replaces what is there', async () => {
  const made = (await api.call('POST', maps, configMap('stale', { a: '1' }))).json
  await api.call('PATCH', `${maps}/stale`, { data: { a: '2' } }, merge)
  expect((await api.call('PUT', `${maps}/stale`, made)).json).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again',
  })
  expect((await api.call('PUT', `${maps}/stale`, configMap('stale', { a: '3' }))).json.data).toEqual({
    a: '3',
  })
  expect((await api.call('PUT', `${maps}/stale`, configMap('other'))).code).toBe(400)
})

test('lists select by labels and fields, and come in pages', async () => {
  for (const name of ['page-a', 'page-b', 'page-c', 'page-d', 'page-e'])
    await api.call('POST', maps, configMap(name, {}, { set: 'pages', last: String(name === 'page-e') }))
  const list = async (query: string) => (await api.call('GET', `${maps}?${query}`)).json
  expect(names(await list('labelSelector=set%3Dpages%2Clast%21%3Dtrue'))).toEqual([
    'page-a',
    'page-b',
    'page-c',
    'page-d',
  ])
  expect(names(await list('fieldSelector=metadata.name%3Dpage-c'))).toEqual(['page-c'])
  expect(await list('fieldSelector=spec.x%3D1')).toMatchObject({
    code: 400,
    message: '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
  })
  const first = await list('labelSelector=set%3Dpages&limit=2')
  expect(names(first)).toEqual(['page-a', 'page-b'])
  const second = await list(`labelSelector=set%3Dpages&limit=2&continue=${at(first, 'metadata', 'continue')}`)
  const third = await list(`labelSelector=set%3Dpages&limit=2&continue=${at(second, 'metadata', 'continue')}`)
  expect([...names(second), ...names(third)]).toEqual(['page-c', 'page-d', 'page-e'])
  expect(at(third, 'metadata', 'continue')).toBeUndefined()
  expect((await list('limit=1&continue=nonsense')).code).toBe(400)
})

test('items of a list bear no kind, and the list bears the version to watch from', async () => {
  const { json } = await api.call('GET', '/api/v1/namespaces')
  expect(json).toMatchObject({
    kind: 'NamespaceList',
    apiVersion: 'v1',
    metadata: { resourceVersion: String(api.cluster.version()) },
  })
  expect(at(json, 'items', 0)).not.toHaveProperty('kind')
  expect(at(json, 'items', 0, 'metadata')).not.toHaveProperty('namespace')
})

const typesAndNames = (events: readonly WatchEvent[]) =>
  events.map(({ type, object }) => [type, at(object, 'metadata', 'name')])

test('a watch from a version tells every later change of what is selected, once and in order', async () => {
  const start = api.cluster.version()
  const query = `watch=true&resourceVersion=${start}&labelSelector=set%3Dwatched`
  const seen = api.watch(`${maps}?${query}`, (events) => events.length === 4)
  await api.call('POST', maps, configMap('w1', {}, { set: 'watched' }))
  await api.call('POST', maps, configMap('w2', {}, { set: 'other' }))
  await api.call('PATCH', `${maps}/w1`, { data: { a: '1' } }, merge)
  await api.call('PATCH', `${maps}/w2`, { metadata: { labels: { set: 'watched' } } }, merge)
  await api.call('PATCH', `${maps}/w1`, { metadata: { labels: { set: 'other' } } }, merge)
  const events = await seen
  expect(typesAndNames(events)).toEqual([
    ['ADDED', 'w1'],
    ['MODIFIED', 'w1'],
    ['ADDED', 'w2'],
    ['DELETED', 'w1'],
  ])
  // The same again from the history alone.
  const again = await api.watch(`${maps}?${query}`, (all) => all.length === 4)
  expect(again).toEqual(events)
})

test('a watch with initial events tells what is there, and marks the end of that with a bookmark', async () => {
  await api.call('POST', maps, configMap('initial', {}, { set: 'initial' }))
  const query =
    'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=set%3Dinitial'
  const events = await api.watch(`${maps}?${query}`, (all) => all.length === 2)
  expect(events).toMatchObject([
    { type: 'ADDED', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'initial' } } },
    {
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        metadata: {
          resourceVersion: String(api.cluster.version()),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    },
  ])
  expect((await api.call('GET', `${maps}?watch=true&sendInitialEvents=true`)).code).toBe(422)
})

test('a watch from a version that is no longer kept is told so in its stream', async () => {
  const { configMaps } = api.cluster
  await api.call('POST', maps, configMap('busy'))
  for (let count = 0; count < 8100; count++) {
    const current = configMaps.get('test', 'busy')
    if (current !== undefined) configMaps.update({ ...current, data: { count: String(count) } })
  }
  const events = await api.watch(`${maps}?watch=true&resourceVersion=2`, () => false)
  expect(events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }])
})

test('a watch ends when its time is up', async () => {
  const events = await api.watch(
    `${maps}?watch=true&timeoutSeconds=1&resourceVersion=${api.cluster.version()}`,
    () => false,
  )
  expect(events).toEqual([])
})

const tableAccept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

test('a watch of tables sends the headings with the first row alone', async () => {
  const query = `watch=true&resourceVersion=${api.cluster.version()}`
  const seen = api.watch(`${maps}?${query}`, (events) => events.length === 2, { accept: tableAccept })
  await api.call('POST', maps, configMap('row', { a: '1' }))
  await api.call('DELETE', `${maps}/row`)
  const [added, deleted] = await seen
  expect(added).toMatchObject({
    type: 'ADDED',
    object: { kind: 'Table', rows: [{ cells: ['row', 1, '0s'], object: { kind: 'PartialObjectMetadata' } }] },
  })
  expect(at(added, 'object', 'columnDefinitions')).toHaveLength(3)
  expect(deleted).toMatchObject({ type: 'DELETED', object: { kind: 'Table', columnDefinitions: [] } })
})

test('rows carry the metadata, the whole object or nothing, as the request says', async () => {
  await api.call('POST', maps, configMap('carried', { a: '1' }))
  const row = async (include: string) =>
    at(
      (await api.call('GET', `${maps}/carried${include}`, undefined, { accept: tableAccept })).json,
      'rows',
      0,
      'object',
    )
  expect(await row('')).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'carried' } })
  expect(await row('?includeObject=Object')).toMatchObject({ kind: 'ConfigMap', data: { a: '1' } })
  expect(await row('?includeObject=None')).toBeUndefined()
  const metadata = await api.call('GET', `${maps}/carried`, undefined, {
    accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  })
  expect(metadata.json).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'carried' } })
})

test('the scale of a deployment is read and written, and its status is a part of its own', async () => {
  await api.call('POST', deployments, { ...deployment('scaled'), status: { replicas: 7 } })
  const scale = (await api.call('GET', `${deployments}/scaled/scale`)).json
  expect(scale).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 2 },
    status: { replicas: 0, selector: 'app=scaled' },
  })
  const put = await api.call('PUT', `${deployments}/scaled/scale`, { ...scale, spec: { replicas: 5 } })
  expect(put.json.spec).toEqual({ replicas: 5 })
  expect((await api.call('PUT', `${deployments}/scaled/scale`, scale)).code).toBe(409)
  expect(
    (await api.call('PATCH', `${deployments}/scaled/scale`, { spec: { replicas: -1 } }, merge)).json,
  ).toMatchObject({
    code: 422,
    message:
      'Scale.autoscaling "scaled" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  })
  await api.call(
    'PATCH',
    `${deployments}/scaled/status`,
    { spec: { replicas: 1 }, status: { readyReplicas: 3 } },
    merge,
  )
  await api.call(
    'PATCH',
    `${deployments}/scaled`,
    { spec: { replicas: 4 }, status: { readyReplicas: 9 } },
    merge,
  )
  expect((await api.call('GET', `${deployments}/scaled`)).json).toMatchObject({
    metadata: { generation: 3 },
    spec: { replicas: 4 },
    status: { readyReplicas: 3 },
  })
})

test('each rule that an object breaks is a cause with its field', async () => {
  const wrong = deployment('Wrong_Name')
  const body = { ...wrong, spec: { ...wrong.spec, replicas: -1, selector: { matchLabels: { app: 'x' } } } }
  const { json } = await api.call('POST', deployments, body)
  expect(json).toMatchObject({
    code: 422,
    reason: 'Invalid',
    details: { name: 'Wrong_Name', group: 'apps', kind: 'Deployment' },
  })
  const causes = at(json, 'details', 'causes')
  expect(isList(causes) && causes.map((cause) => at(cause, 'field'))).toEqual([
    'metadata.name',
    'spec.replicas',
    'spec.template.metadata.labels',
  ])
})

test('illegal base64 in a new secret is refused with its offset', async () => {
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'YWJj-' } }
  expect((await api.call('POST', '/api/v1/namespaces/test/secrets', body)).json).toMatchObject({
    code: 400,
    message: 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 4',
  })
})

test('a pod ends by its grace, is shortened by a second deletion, and goes at once when told to', async () => {
  await api.call('POST', pods, pod('graceful'))
  const marked = (await api.call('DELETE', `${pods}/graceful`)).json
  expect(marked).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 30, generation: 2 } })
  const { creationTimestamp, deletionTimestamp } = z
    .object({ creationTimestamp: z.string(), deletionTimestamp: z.string() })
    .parse(marked.metadata)
  const seconds = (Date.parse(deletionTimestamp) - Date.parse(creationTimestamp)) / 1000
  expect(seconds).toBeGreaterThanOrEqual(30)
  expect(seconds).toBeLessThanOrEqual(32)
  expect((await api.call('DELETE', `${pods}/graceful`, { gracePeriodSeconds: 5 })).json).toMatchObject({
    metadata: { deletionGracePeriodSeconds: 5 },
  })
  await api.call('DELETE', `${pods}/graceful?gracePeriodSeconds=0`)
  expect((await api.call('GET', `${pods}/graceful`)).code).toBe(404)
})

test('a deletion for another uid or version is a conflict', async () => {
  await api.call('POST', maps, configMap('guarded'))
  for (const preconditions of [{ uid: 'other' }, { resourceVersion: '1' }])
    expect((await api.call('DELETE', `${maps}/guarded`, { preconditions })).code).toBe(409)
  expect((await api.call('GET', `${maps}/guarded`)).code).toBe(200)
})

test('an object with a finalizer waits for it', async () => {
  const held = configMap('held')
  await api.call('POST', maps, { ...held, metadata: { ...held.metadata, finalizers: ['example.com/hold'] } })
  expect((await api.call('DELETE', `${maps}/held`)).json).toMatchObject({
    metadata: { deletionTimestamp: expect.any(String) },
  })
  await api.call('PATCH', `${maps}/held`, { metadata: { finalizers: null } }, merge)
  expect((await api.call('GET', `${maps}/held`)).code).toBe(404)
})

async function owned(owner: string, name: string) {
  const made = (await api.call('POST', maps, configMap(owner))).json
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid: at(made, 'metadata', 'uid') }
  const child = configMap(name)
  await api.call('POST', maps, { ...child, metadata: { ...child.metadata, ownerReferences: [reference] } })
  return async () => (await api.call('GET', `${maps}/${name}`)).code
}

test('what an owner leaves behind is collected, unless it is to be orphaned', async () => {
  const child = await owned('owner-1', 'child-1')
  await api.call('DELETE', `${maps}/owner-1`)
  expect(await child()).toBe(404)
  const orphan = await owned('owner-2', 'child-2')
  await api.call('DELETE', `${maps}/owner-2?propagationPolicy=Orphan`)
  expect(await orphan()).toBe(200)
  const waited = await owned('owner-3', 'child-3')
  await api.call('DELETE', `${maps}/owner-3`, { propagationPolicy: 'Foreground' })
  expect(await waited()).toBe(404)
  expect((await api.call('GET', `${maps}/owner-3`)).code).toBe(404)
})

test('an owner that is deleted in the foreground stays until the last of its pods has ended', async () => {
  const made = (await api.call('POST', maps, configMap('patient'))).json
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'patient', uid: at(made, 'metadata', 'uid') }
  await api.call('POST', pods, pod('slow', { ownerReferences: [reference] }))
  await api.call('DELETE', `${maps}/patient`, { propagationPolicy: 'Foreground' })
  expect((await api.call('GET', `${maps}/patient`)).json).toMatchObject({
    metadata: { finalizers: ['foregroundDeletion'] },
  })
  expect((await api.call('GET', `${pods}/slow`)).json).toMatchObject({
    metadata: { deletionTimestamp: expect.any(String) },
  })
  api.cluster.pods.remove('test', 'slow')
  expect((await api.call('GET', `${maps}/patient`)).code).toBe(404)
})

test('a namespace takes what is in it along, and takes nothing new meanwhile', async () => {
  await api.call('POST', '/api/v1/namespaces', { metadata: { name: 'going' } })
  await api.call('POST', '/api/v1/namespaces/going/configmaps', configMap('a'))
  await api.call('POST', '/api/v1/namespaces/going/pods', pod('p'))
  expect((await api.call('DELETE', '/api/v1/namespaces/going')).json).toMatchObject({
    status: { phase: 'Terminating' },
  })
  expect((await api.call('GET', '/api/v1/namespaces/going/configmaps/a')).code).toBe(404)
  expect((await api.call('POST', '/api/v1/namespaces/going/configmaps', configMap('b'))).json).toMatchObject({
    code: 403,
    message:
      'configmaps "b" is forbidden: unable to create new content in namespace going because it is being terminated',
  })
  api.cluster.pods.remove('going', 'p')
  expect((await api.call('GET', '/api/v1/namespaces/going')).code).toBe(404)
  expect((await api.call('DELETE', '/api/v1/namespaces/default')).code).toBe(403)
})

test('deleting by a selector takes the selected alone', async () => {
  await api.call('POST', maps, configMap('many-1', {}, { set: 'many' }))
  await api.call('POST', maps, configMap('many-2', {}, { set: 'few' }))
  const answer = await api.call('DELETE', `${maps}?labelSelector=set%3Dmany`)
  expect(names(answer.json)).toEqual(['many-1'])
  expect((await api.call('GET', `${maps}/many-1`)).code).toBe(404)
  expect((await api.call('GET', `${maps}/many-2`)).code).toBe(200)
})

test('logs are cut by their number and their age, and carry their times when asked', async () => {
  await api.call('POST', pods, pod('logged'))
  const log = async (query: string) => (await api.call('GET', `${pods}/logged/log?${query}`)).text
  expect(await log('')).toBe('an hour ago\na minute ago\njust now\n')
  expect(await log('tailLines=1')).toBe('just now\n')
  expect(await log('tailLines=0')).toBe('')
  expect(await log('sinceSeconds=120')).toBe('a minute ago\njust now\n')
  expect(await log(`sinceTime=${new Date(Date.now() - 30_000).toISOString()}`)).toBe('just now\n')
  expect(await log('limitBytes=4')).toBe('an h')
  expect(await log('tailLines=1&timestamps=true')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z just now\n$/)
  later.push({ at: Date.now(), text: 'later' })
  expect(await log('tailLines=1&follow=true')).toBe('just now\nlater\n')
  expect(logEnded).toBe(true)
})

test('logs that are not there say why', async () => {
  await api.call(
    'POST',
    pods,
    pod('two', {}, [
      { name: 'a', image: 'a' },
      { name: 'waits', image: 'b' },
    ]),
  )
  const log = async (query: string) => (await api.call('GET', `${pods}/two/log?${query}`)).json.message
  expect(await log('')).toBe('a container name must be specified for pod two, choose one of: [a waits]')
  expect(await log('container=c')).toBe('container c is not valid for pod two')
  expect(await log('container=a&previous=true')).toBe(
    'previous terminated container "a" in pod "two" not found',
  )
  expect(await log('container=waits')).toBe(
    'container "waits" in pod "two" is waiting to start: ContainerCreating',
  )
})

test('the schemas say which lists are merged by which key', async () => {
  const index = (await api.call('GET', '/openapi/v3')).json
  const url = z.string().parse(at(index, 'paths', 'apis/apps/v1', 'serverRelativeURL'))
  const { json } = await api.call('GET', url)
  expect(
    at(json, 'components', 'schemas', 'io.k8s.api.core.v1.PodSpec', 'properties', 'containers'),
  ).toMatchObject({
    'x-kubernetes-patch-strategy': 'merge',
    'x-kubernetes-patch-merge-key': 'name',
  })
  expect((await api.call('GET', '/openapi/v2')).code).toBe(404)
})

test('a body that is no JSON, or too large, is refused', async () => {
  expect((await api.call('POST', maps, '{')).code).toBe(400)
  expect((await api.call('POST', maps, '[]')).code).toBe(400)
  expect((await api.call('POST', maps, 'x'.repeat(4 * 1024 * 1024))).code).toBe(413)
  expect((await api.call('POST', maps, '{}', { 'content-type': 'text/plain' })).code).toBe(415)
})
