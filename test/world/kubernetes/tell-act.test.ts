/** What the world hears of real kubectl. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { KubernetesAct } from '../../../src/world/acts.ts'
import { kubeconfig } from '../../../src/world/kubeconfig.ts'
import { type ApiServer, startApiServer } from '../../../src/world/kubernetes/server.ts'
import { createRandom } from '../../../src/world/random.ts'
import { createWorld, type World } from '../../../src/world/world.ts'

const acts: KubernetesAct[] = []
let world: World
let server: ApiServer
let home: string
beforeAll(async () => {
  world = createWorld({ now: Date.now(), random: createRandom(7), speed: 20 })
  server = await startApiServer({
    cluster: world.cluster,
    logs: world.kubelet.logs,
    tell: (act) => acts.push(act),
  })
  home = mkdtempSync(join(tmpdir(), 'practice-acts-'))
  writeFileSync(join(home, 'config'), kubeconfig({ ...server, namespace: 'loanserve' }))
  world.clock.goLive()
})
afterEach(() => {
  acts.length = 0
})
afterAll(async () => {
  world.stop()
  await server.close()
  rmSync(home, { recursive: true, force: true })
})

function kubectl(...words: readonly string[]): Promise<void> {
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, 'config') }
  return new Promise((resolve) => {
    execFile('kubectl', words, { env, timeout: 20_000 }, () => resolve())
  })
}

/** What was told, without looks and what changes from run to run. */
const writes = () =>
  acts
    .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
    .map(({ verb, resource, subresource, name, code, dryRun, forced }) => ({
      what: `${verb} ${resource}/${name}${subresource === undefined ? '' : `/${subresource}`}`,
      code,
      ...(dryRun ? { dryRun } : {}),
      ...(forced ? { forced } : {}),
    }))

test('a patch is told with the object before and after it', async () => {
  await kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.9.0')
  expect(writes()).toEqual([{ what: 'patch deployments/api-green', code: 200 }])
  const patch = acts.find(({ verb }) => verb === 'patch')
  const image = (act: KubernetesAct['before']) => JSON.stringify(act).match(/"image":"([^"]*)"/)?.[1]
  expect([image(patch?.before), image(patch?.after)]).toEqual([
    'loanserve/api:v1.2.1',
    'loanserve/api:v1.9.0',
  ])
  expect(patch?.userAgent).toMatch(/^kubectl\//)
  expect(patch?.namespace).toBe('loanserve')
})

test('scaling is told with the deployment, a refused write with its code and nothing new', async () => {
  await kubectl('scale', 'deployment', 'api-green', '--replicas=2')
  await kubectl('scale', 'deployment', 'api-green', '--replicas=-1')
  await kubectl('patch', 'secret', 'loanserve-secrets', '-p', '{"data":{"DATABASE_URL":"<url>"}}')
  expect(writes()).toEqual([
    { what: 'patch deployments/api-green/scale', code: 200 },
    { what: 'patch secrets/loanserve-secrets', code: expect.any(Number) },
  ])
  const [scale, refused] = acts.filter(({ verb }) => verb === 'patch')
  expect([scale?.before?.kind, scale?.after?.kind]).toEqual(['Deployment', 'Deployment'])
  expect(refused?.code).toBeGreaterThanOrEqual(400)
  expect(refused?.after).toEqual(refused?.before)
})

test('a dry run and a forced deletion are told as what they are', async () => {
  await kubectl('delete', 'configmap', 'app-config', '--dry-run=server')
  await kubectl('scale', 'deployment', 'api-green', '--replicas=3', '--dry-run=server')
  const pod = world.cluster.pods.list('loanserve')[0]?.metadata.name ?? ''
  await kubectl('delete', 'pod', pod, '--force', '--grace-period=0', '--wait=false')
  expect(writes()).toEqual([
    { what: 'delete configmaps/app-config', code: 200, dryRun: true },
    { what: 'patch deployments/api-green/scale', code: 200, dryRun: true },
    { what: `delete pods/${pod}`, code: 200, forced: true },
  ])
})

test('creating is told under the name that came of it', async () => {
  await kubectl('create', 'configmap', 'note', '--from-literal=a=b')
  expect(writes()).toEqual([{ what: 'create configmaps/note', code: 201 }])
  expect(acts.find(({ verb }) => verb === 'create')?.after?.metadata.name).toBe('note')
})

test('looks are told: lists, single objects, logs and watches; discovery is none', async () => {
  await kubectl('get', 'pods')
  const pod = world.cluster.pods.list('loanserve').find(({ metadata }) => metadata.labels?.color === 'blue')
  await kubectl('logs', pod?.metadata.name ?? '')
  await kubectl('rollout', 'status', 'deployment/api-blue', '--timeout=5s')
  const looks = acts.map(
    ({ verb, resource, subresource }) =>
      `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`,
  )
  expect(looks).toEqual(expect.arrayContaining(['list pods', 'get pods/log', 'watch deployments']))
  expect(acts.every(({ before, after }) => before === undefined && after === undefined)).toBe(true)
})

test('the live status of Handrail itself is not the operator', async () => {
  const code = await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${server.token}`, 'user-agent': 'handrail' }
    const path = '/api/v1/namespaces/loanserve/pods'
    const sent = request(
      { host: '127.0.0.1', port: server.port, ca: server.caPem, path, headers },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
  expect(code).toBe(200)
  expect(acts).toEqual([])
})
