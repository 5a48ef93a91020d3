/** Real kubectl against the server, on a cluster whose objects nobody moves. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asJsonObject, isJsonObject, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { type PracticeApi, startPracticeApi } from './practice-api.ts'

interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

let api: PracticeApi
let home: string
beforeAll(async () => {
  api = await startPracticeApi({
    logs: () => ({
      written: [{ at: Date.now(), text: 'listening on 3000' }],
      later: (async function* () {})(),
    }),
  })
  home = mkdtempSync(join(tmpdir(), 'practice-home-'))
})
afterAll(async () => {
  await api.close()
  rmSync(home, { recursive: true, force: true })
  expect(api.errors).toEqual([])
})

function kubectl(line: string | readonly string[], stdin = ''): Promise<Printed> {
  const words = typeof line === 'string' ? line.split(' ') : line
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: api.kubeconfig }
  return new Promise((resolve) => {
    const child = execFile('kubectl', words, { env, timeout: 20_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err })
    })
    child.stdin?.end(stdin)
  })
}

/** The rows of a table, their cells joined by bars, with ages and addresses that differ each time named. */
function plain({ out }: Printed): readonly string[] {
  const named = (cell: string) => cell.replace(/^\d+s$/, 'AGE').replace(/^10\.96\.\d+\.\d+$/, 'IP')
  const rows = out.trim().split('\n')
  return rows.map((row) =>
    row
      .split(/\s{2,}/)
      .map(named)
      .join('|'),
  )
}

const world = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api-blue, labels: {app: api, color: blue}}
spec:
  replicas: 3
  selector: {matchLabels: {app: api, color: blue}}
  template:
    metadata: {labels: {app: api, color: blue}}
    spec:
      containers:
      - name: api
        image: loanserve/api:v1.2.2
        env: [{name: FEATURE_FLAGS_JSON, value: "{}"}, {name: LOG_LEVEL, value: info}]
---
apiVersion: v1
kind: Service
metadata: {name: api-main}
spec:
  selector: {app: api, color: blue}
  ports: [{name: http, port: 80, targetPort: 3000}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-config}
data: {MAINTENANCE_BANNER: ""}
`

const apply = (text: string, ...more: readonly string[]) => kubectl(['apply', '-f', '-', ...more], text)

test('apply creates, then finds nothing to do, then sends what differs', async () => {
  expect((await apply(world)).out).toBe(
    'deployment.apps/api-blue created\nservice/api-main created\nconfigmap/app-config created\n',
  )
  expect((await apply(world)).out).toBe(
    'deployment.apps/api-blue unchanged\nservice/api-main unchanged\nconfigmap/app-config unchanged\n',
  )
  const changed = world.replace(', {name: LOG_LEVEL, value: info}', '').replace('replicas: 3', 'replicas: 2')
  expect((await apply(changed)).out).toContain('deployment.apps/api-blue configured')
  expect(
    (
      await kubectl(
        'get deployment api-blue -o jsonpath={.spec.replicas}{.spec.template.spec.containers[0].env[*].name}',
      )
    ).out,
  ).toBe('2FEATURE_FLAGS_JSON')
  expect((await apply(world)).code).toBe(0)
})

test('tables are printed as on a real cluster, wide ones too', async () => {
  await apply(world)
  expect(plain(await kubectl('get deployments -o wide'))).toEqual([
    'NAME|READY|UP-TO-DATE|AVAILABLE|AGE|CONTAINERS|IMAGES|SELECTOR',
    'api-blue|0/3|0|0|AGE|api|loanserve/api:v1.2.2|app=api,color=blue',
  ])
  expect(plain(await kubectl('get services -o wide'))).toEqual([
    'NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE|SELECTOR',
    'api-main|ClusterIP|IP|<none>|80/TCP|AGE|app=api,color=blue',
  ])
  expect(plain(await kubectl('get configmap app-config --show-labels'))).toEqual([
    'NAME|DATA|AGE|LABELS',
    'app-config|1|AGE|<none>',
  ])
  expect((await kubectl('get pods')).err).toBe('No resources found in test namespace.\n')
})

test('objects that kubectl makes itself, and posts as protobuf, arrive whole', async () => {
  const made = [
    'create namespace made',
    'create configmap made --from-literal=a=1 --from-literal=b=2',
    'create secret generic made --from-literal=password=s3cret',
    'create service nodeport made --tcp=80:http --node-port=30080',
    'create serviceaccount made',
    'create deployment made --image=nginx:1.27 --replicas=0 --port=8080',
    'create ingress made --rule=example.com/*=made:80,tls=cert',
  ]
  for (const line of made) {
    const wanted = parsed((await kubectl(`${line} --dry-run=client -o json`)).out)
    expect(await kubectl(line)).toMatchObject({ code: 0, err: '' })
    const kind = /create (\w+)/.exec(line)?.[1] ?? ''
    const stored = parsed((await kubectl(`get ${kind} made -o json`)).out)
    expect(stored).toMatchObject({ kind: wanted.kind, metadata: { name: 'made' } })
    for (const part of ['spec', 'data', 'type'])
      if (wanted[part] !== undefined) expect(stored).toMatchObject({ [part]: wanted[part] })
  }
})

/** An object that kubectl printed, without what it prints as null or empty because it isn't set. */
function parsed(text: string): JsonObject {
  const unset = (value: unknown) => value === null || (isJsonObject(value) && Object.keys(value).length === 0)
  const object: unknown = JSON.parse(text, (_key, value) => (unset(value) ? undefined : value))
  return asJsonObject(object)
}

test('set image names the container that is not there, and changes the one that is', async () => {
  await apply(world)
  const both = await kubectl('set image deployment/api-blue api=loanserve/api:v9 wrong=x:1')
  expect(both).toMatchObject({
    code: 1,
    err: expect.stringContaining('unable to find container named "wrong"'),
  })
  const same = await kubectl('set image deployment/api-blue api=loanserve/api:v1.2.2')
  expect(same.code).toBe(0)
  expect(await kubectl('set image deployment/api-blue api=loanserve/api:v1.2.2')).toMatchObject({
    code: 0,
    out: '',
  })
})

test('patches are strategic, merge or JSON, and a patch that changes nothing says so', async () => {
  await apply(world)
  const selector = '{"spec":{"selector":{"color":"green"}}}'
  expect((await kubectl(['patch', 'service', 'api-main', '-p', selector])).out).toBe(
    'service/api-main patched\n',
  )
  expect((await kubectl(['patch', 'service', 'api-main', '-p', selector])).out).toBe(
    'service/api-main patched (no change)\n',
  )
  expect((await kubectl('get service api-main -o jsonpath={.spec.selector}')).out).toBe(
    '{"app":"api","color":"green"}',
  )
  const test = (value: string) => [
    'patch',
    'service',
    'api-main',
    '--type',
    'json',
    '-p',
    JSON.stringify([
      { op: 'test', path: '/spec/selector/color', value },
      { op: 'replace', path: '/spec/selector/color', value: 'blue' },
    ]),
  ]
  expect(await kubectl(test('red'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('the server rejected our request'),
  })
  expect(await kubectl(test('green'))).toMatchObject({ code: 0 })
})

test('a dry run on the server, and a diff, leave every version as it was', async () => {
  await apply(world)
  const before = api.cluster.version()
  expect((await kubectl('scale deployment api-blue --replicas=9 --dry-run=server')).out).toBe(
    'deployment.apps/api-blue scaled (server dry run)\n',
  )
  expect((await kubectl('set image deployment/api-blue api=x:9 --dry-run=server')).out).toBe(
    'deployment.apps/api-blue image updated (server dry run)\n',
  )
  expect((await kubectl('delete service api-main --dry-run=server')).out).toMatch(
    /^service "api-main" deleted.*\(server dry run\)\n$/,
  )
  const diff = await kubectl(['diff', '-f', '-'], world.replace('replicas: 3', 'replicas: 4'))
  expect(diff).toMatchObject({ code: 1, out: expect.stringContaining('-  replicas: 3\n+  replicas: 4') })
  expect(api.cluster.version()).toBe(before)
})

test('what is refused is said in the words of a real cluster', async () => {
  await apply(world)
  const said = async (line: string | readonly string[], stdin = '') => (await kubectl(line, stdin)).err
  expect(await said('get deployment none')).toBe(
    'Error from server (NotFound): deployments.apps "none" not found\n',
  )
  expect(await said('get nonsense')).toBe('error: the server doesn\'t have a resource type "nonsense"\n')
  expect(await said('create configmap app-config')).toBe(
    'error: failed to create configmap: configmaps "app-config" already exists\n',
  )
  expect(await said(['apply', '-f', '-'], world.replace('replicas: 3', 'replicaz: 3'))).toContain(
    'strict decoding error: unknown field "spec.replicaz"',
  )
  expect(await said('top pods')).toBe('error: Metrics API not available\n')
  expect(
    await said([
      'patch',
      'deployment',
      'api-blue',
      '-p',
      '{"spec":{"selector":{"matchLabels":{"color":"red"}}}}',
    ]),
  ).toContain('field is immutable')
})

test('questions about rights, resources and fields are answered', async () => {
  expect((await kubectl('auth can-i delete pods')).out).toBe('yes\n')
  expect((await kubectl('api-resources --api-group=apps -o name')).out).toBe(
    'deployments.apps\nreplicasets.apps\n',
  )
  expect((await kubectl('explain service.spec.selector')).out).toContain(
    'FIELD: selector <map[string]string>',
  )
  expect((await kubectl('get all -o name')).code).toBe(0)
})

test('waiting for a deletion ends when the object is gone', async () => {
  await kubectl('run lone --image=nginx:1')
  expect((await kubectl('logs lone')).out).toBe('listening on 3000\n')
  const lone = api.cluster.pods.get('test', 'lone')
  if (lone === undefined) throw new Error('kubectl run made no pod')
  // A node has taken the pod on, so that its deletion waits for the node.
  api.cluster.pods.update({ ...lone, spec: { ...lone.spec, nodeName: 'node-1' } })
  const deleting = kubectl('delete pod lone --timeout=10s')
  await new Promise<void>((resolve) => {
    const stop = api.cluster.pods.subscribe(({ object }) => {
      if (object.metadata.deletionTimestamp === undefined) return
      stop()
      resolve()
    })
  })
  api.cluster.pods.remove('test', 'lone')
  expect(await deleting).toMatchObject({ code: 0, out: expect.stringContaining('pod "lone" deleted') })
})

test('describe shows the events of an object', async () => {
  await apply(world)
  const uid = api.cluster.services.get('test', 'api-main')?.metadata.uid ?? ''
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e1' },
    involvedObject: { kind: 'Service', name: 'api-main', namespace: 'test', uid },
    ...{ reason: 'Switched', message: 'to green', type: 'Normal', source: { component: 'test' } },
  }
  await api.call('POST', '/api/v1/namespaces/test/events', event)
  const { out } = await kubectl('describe service api-main')
  expect(out).toMatch(/Selector:\s+app=api,color=blue/)
  expect(out).toMatch(/Normal\s+Switched\s+\S+\s+test\s+to green/)
})
