/** What the API refuses, in the words that operators know from real clusters. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PracticeApi, startPracticeApi } from '../practice-api.ts'

let api: PracticeApi
let home: string
beforeAll(async () => {
  api = await startPracticeApi()
  home = mkdtempSync(join(tmpdir(), 'practice-home-'))
  await create(deployment({}))
  await create({ kind: 'Service', metadata: { name: 'api' }, spec: { ports: [{ port: 80 }] } })
  await create({ kind: 'Secret', metadata: { name: 'key' }, stringData: { a: '1' } })
})
afterAll(async () => {
  await api.close()
  rmSync(home, { recursive: true, force: true })
  expect(api.errors).toEqual([])
})

function kubectl(words: readonly string[], stdin = ''): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: api.kubeconfig }
  return new Promise((resolve) => {
    const child = execFile('kubectl', words, { env, timeout: 20_000 }, (_error, _out, err) => resolve(err))
    child.stdin?.end(stdin)
  })
}

/** What kubectl says to an object that it is to create. */
const create = (object: Readonly<Record<string, unknown>>, ...more: readonly string[]) =>
  kubectl(['create', ...more, '-f', '-'], JSON.stringify({ apiVersion: 'v1', ...object }))

const patch = (what: string, body: unknown, ...more: readonly string[]) =>
  kubectl(['patch', ...what.split('/'), '-p', JSON.stringify(body), ...more])

const deployment = (spec: Readonly<Record<string, unknown>>, name = 'api') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: 'api' } },
    template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api', image: 'a:1' }] } },
    ...spec,
  },
})

const pod = (...containers: readonly unknown[]) => ({
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers },
})

const qualified =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

test('what is fixed once it is there', async () => {
  expect(await patch('deployment/api', { spec: { selector: { matchLabels: { app: 'web' } } } })).toBe(
    `The Deployment "api" is invalid: \n* spec.template.metadata.labels: Invalid value: {"app":"api"}: \`selector\` does not match template \`labels\`\n* spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: field is immutable\n`,
  )
  expect(await patch('service/api', { spec: { clusterIP: '10.96.9.9' } })).toBe(
    'The Service "api" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set\n',
  )
  expect(await patch('secret/key', { type: 'kubernetes.io/tls' })).toContain(
    'type: Invalid value: "kubernetes.io/tls": field is immutable',
  )
  expect(await patch('deployment/api', { metadata: { name: 'other' } })).toBe(
    'Error from server (BadRequest): the name of the object (other) does not match the name on the URL (api)\n',
  )
})

test('numbers below zero, wherever they come from', async () => {
  const why = 'spec.replicas: Invalid value: -1: must be greater than or equal to 0\n'
  expect(await patch('deployment/api', { spec: { replicas: -1 } })).toBe(
    `The Deployment "api" is invalid: ${why}`,
  )
  expect(
    await patch('deployment/api', { spec: { replicas: -1 } }, '--subresource=scale', '--type=merge'),
  ).toBe(`The Scale "api" is invalid: ${why}`)
  expect(await kubectl(['scale', 'deployment', 'api', '--replicas=-1'])).toBe(
    'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n',
  )
})

test('values of a wrong type, in the words of whoever reads them', async () => {
  const three = { spec: { replicas: 'three' } }
  expect(await patch('deployment/api', three)).toBe(
    'The request is invalid: patch: Invalid value: "map[spec:map[replicas:three]]": unrecognized type: int32\n',
  )
  expect(await patch('deployment/api', three, '--type=merge')).toMatch(
    /^The request is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32\n$/,
  )
  expect(await create(deployment(three.spec, 'other'))).toBe(
    'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32\n',
  )
  expect(await patch('configmap/none', [1], '--type=merge')).toContain('"none" not found')
  expect(await patch('deployment/api', [1], '--type=merge')).toBe(
    'Error from server (BadRequest): error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}\n',
  )
  expect(await patch('deployment/api', { a: 1 }, '--type=json')).toBe(
    'Error from server (BadRequest): json: cannot unmarshal object into Go value of type jsonpatch.Patch\n',
  )
})

test('data that is no base64, with all that the real server shows of it', async () => {
  expect(await patch('secret/key', { data: { a: 'not base64!' } })).toBe(
    'The request is invalid: patch: Invalid value: "map[data:map[a:not base64!]]": illegal base64 data at input byte 3\n',
  )
  const merge = await patch('secret/key', { data: { a: '<url>' } }, '--type=merge')
  expect(merge).toContain('illegal base64 data at input byte 0')
  expect(merge).toContain('\\"managedFields\\":[{\\"manager\\":\\"kubectl-create\\"')
  expect(await create({ kind: 'Secret', metadata: { name: 'bad' }, data: { a: '?' } })).toContain(
    'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
  )
})

test('fields that no type has: an error, a warning or nothing', async () => {
  const odd = { kind: 'ConfigMap', metadata: { name: 'odd' }, dataa: {} }
  expect(await create(odd)).toBe(
    'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dataa"\n',
  )
  expect(await create(odd, '--validate=warn')).toBe('Warning: unknown field "dataa"\n')
  expect(await create({ ...odd, metadata: { name: 'odd2' } }, '--validate=ignore')).toBe('')
})

test('names, labels, annotations and finalizers', async () => {
  expect(await create({ kind: 'ConfigMap', metadata: { name: 'Bad_Name' } })).toContain(
    'metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of',
  )
  expect(await create({ kind: 'ConfigMap', metadata: {} })).toBe(
    'The ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required\n',
  )
  const labelled = (labels: unknown) => create({ kind: 'ConfigMap', metadata: { name: 'l', labels } })
  expect(await labelled({ 'a/b/c': '1' })).toBe(
    `The ConfigMap "l" is invalid: metadata.labels: Invalid value: "a/b/c": a qualified name ${qualified} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')\n`,
  )
  expect(await labelled({ 'bad key': '1' })).toBe(
    `The ConfigMap "l" is invalid: metadata.labels: Invalid value: "bad key": name part ${qualified}\n`,
  )
  expect(await labelled({ '/key': '1' })).toContain('"/key": prefix part must be non-empty')
  expect(await labelled({ key: 'x'.repeat(64) })).toContain(': must be no more than 63 bytes')
  expect(await labelled({ key: '-x' })).toContain(
    'Invalid value: "-x": a valid label must be an empty string or consist of',
  )
  const annotations = { big: 'x'.repeat(256 * 1024) }
  expect(await create({ kind: 'ConfigMap', metadata: { name: 'l', annotations } })).toBe(
    'The ConfigMap "l" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes\n',
  )
  expect(await create({ kind: 'ConfigMap', metadata: { name: 'l', finalizers: ['hold'] } })).toBe(
    'The ConfigMap "l" is invalid: metadata.finalizers: Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified\n',
  )
  // kubectl leaves the version out by itself.
  const { code, json } = await api.call('POST', '/api/v1/namespaces/test/configmaps', {
    metadata: { name: 'l', resourceVersion: '1' },
  })
  expect([code, json.message]).toEqual([400, 'resourceVersion should not be set on objects to be created'])
})

test('containers: names, images, ports, quantities', async () => {
  const ports = [
    { containerPort: 80, hostPort: 80 },
    { containerPort: 80, hostPort: 80 },
    { name: 'x', containerPort: 1 },
    { name: 'x', containerPort: 70000 },
    { name: 'TOOLONGPORTNAMEISIT', containerPort: 3, protocol: 'ICMP' },
  ]
  const resources = { limits: { cpu: '1' }, requests: { cpu: '2', memory: '-1' } }
  expect(await create(pod({ name: 'a', image: 'x:1', ports, resources }, { name: 'a', image: '' }))).toBe(
    [
      'The Pod "p" is invalid: ',
      '* spec.containers[0].ports[3].name: Duplicate value: "x"',
      '* spec.containers[0].ports[3].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      '* spec.containers[0].ports[4].name: Invalid value: "TOOLONGPORTNAMEISIT": must be no more than 15 characters',
      '* spec.containers[0].ports[4].name: Invalid value: "TOOLONGPORTNAMEISIT": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      '* spec.containers[0].ports[4].name: Invalid value: "TOOLONGPORTNAMEISIT": must contain at least one letter (a-z)',
      '* spec.containers[0].ports[4].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      '* spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      '* spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      '* spec.containers[1].image: Required value',
      '* spec.containers[1].name: Duplicate value: "a"',
      '* spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"\n',
    ].join('\n'),
  )
  expect(await create(pod({ name: 'a', image: 'x:1', resources: { limits: { cpu: 'lots' } } }))).toBe(
    'Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'\n',
  )
})

test('a service: its ports and its type', async () => {
  const ports = [
    { name: 'http', port: 80 },
    { name: 'http', port: 80, nodePort: 99 },
    { name: 'Bad', port: 81, protocol: 'ICMP', targetPort: 0 },
  ]
  const said = await create({ kind: 'Service', metadata: { name: 's' }, spec: { type: 'NodePort', ports } })
  for (const line of [
    '* spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    '* spec.ports[1].name: Duplicate value: "http"',
    '* spec.ports[1].nodePort: Invalid value: 99: provided port is not in the valid range. The range of valid ports is 30000-32767',
    '* spec.ports[2].name: Invalid value: "Bad": a lowercase RFC 1123 label must consist of',
    '* spec.ports[2].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    '* spec.ports[2].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
  ])
    expect(said).toContain(line)
  expect(await patch('service/api', { spec: { type: 'Odd' } })).toContain(
    'spec.type: Unsupported value: "Odd": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  )
})

test('a deployment that selects nothing of its own', async () => {
  expect(await create(deployment({ selector: undefined }, 'other'))).toBe(
    'The Deployment "other" is invalid: \n* spec.selector: Required value\n* spec.template.metadata.labels: Invalid value: {"app":"api"}: `selector` does not match template `labels`\n',
  )
})

test('options that a write cannot have', async () => {
  const path = '/api/v1/namespaces/test/configmaps'
  const message = async (method: string, query: string, headers: Record<string, string> = {}) => {
    const { code, json } = await api.call(method, `${path}${query}`, { metadata: { name: 'o' } }, headers)
    return `${code} ${String(json.message)}`
  }
  const merge = { 'content-type': 'application/merge-patch+json' }
  const apply = { 'content-type': 'application/apply-patch+yaml' }
  expect(await message('POST', '?fieldValidation=Maybe')).toBe(
    '422 CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Maybe": supported values: "", "Ignore", "Strict", "Warn"',
  )
  expect(await message('POST', `?fieldManager=${'m'.repeat(129)}`)).toBe(
    '422 CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
  )
  expect(await message('PATCH', '/o?force=true', merge)).toBe(
    '422 PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  )
  expect(await message('PATCH', '/o', apply)).toBe(
    '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  )
  expect(await message('PATCH', '/o?fieldManager=me', apply)).toBe(
    '400 Incorrect version specified in apply patch. Specified patch version: , expected: v1',
  )
})
