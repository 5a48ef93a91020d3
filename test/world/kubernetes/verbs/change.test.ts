/** The verbs of kubectl that change one thing of an object. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Inside, openInside } from '../../inside.ts'

let inside: Inside
beforeAll(async () => {
  inside = await openInside()
})
afterAll(async () => {
  await inside.close()
  expect(inside.errors).toEqual([])
})

/** What a field of an object holds. */
const field = (what: string, path: string) => inside.kubectl(`get ${what} -o jsonpath='{${path}}'`)

test('replace wants the version that it was read at; by force it makes the object anew', async () => {
  await inside.kubectl('create configmap banner --from-literal=text=old')
  const uid = await field('configmap banner', '.metadata.uid')
  await inside.sh('kubectl get configmap banner -o yaml | sed s/old/new/ > $HOME/banner.yaml')
  expect(await inside.kubectl('replace -f $HOME/banner.yaml')).toBe('configmap/banner replaced\n')
  const stale = await inside.sh('kubectl replace -f $HOME/banner.yaml')
  expect(stale.code).toBe(1)
  expect(stale.err).toMatch(
    /^Error from server \(Conflict\): error when replacing ".*": Operation cannot be fulfilled on configmaps "banner": the object has been modified; please apply your changes to the latest version and try again\n$/,
  )
  expect(await inside.kubectl('replace --force -f $HOME/banner.yaml')).toMatch(
    /^configmap "banner" deleted.*\nconfigmap\/banner replaced\n$/,
  )
  expect(await field('configmap banner', '.data.text')).toBe('new')
  expect(await field('configmap banner', '.metadata.uid')).not.toBe(uid)
})

test('edit sends what the editor changed, and nothing when it changed nothing', async () => {
  await inside.kubectl('create configmap draft --from-literal=text=one')
  const edit = (from: string, to: string, what: string) =>
    inside.sh(`KUBE_EDITOR="sed -i 's/${from}/${to}/'" kubectl edit ${what}`)
  expect(await edit('text: one', 'text: two', 'configmap draft')).toMatchObject({
    code: 0,
    out: 'configmap/draft edited\n',
  })
  expect(await field('configmap draft', '.data.text')).toBe('two')
  expect((await edit('nothing', 'something', 'configmap draft')).err).toBe(
    'Edit cancelled, no changes made.\n',
  )
  const refused = await edit('clusterIP: .*', 'clusterIP: 10.96.1.1', 'service api-main')
  expect(refused.code).toBe(1)
  expect(refused.err).toMatch(/^error: services "api-main" is invalid\n/)
})

test('patches of all three kinds, on the object and on its parts', async () => {
  const patch = (kind: string, body: string, more = '') =>
    inside.sh(`kubectl patch deployment api-green ${more} --type=${kind} -p '${body}'`)
  expect(
    (
      await patch(
        'strategic',
        '{"spec":{"template":{"spec":{"containers":[{"name":"api","env":[{"name":"ADDED","value":"1"}]}]}}}}',
      )
    ).out,
  ).toBe('deployment.apps/api-green patched\n')
  expect(await field('deployment api-green', '.spec.template.spec.containers[0].env[*].name')).toContain(
    'FEATURE_FLAGS_JSON',
  )
  expect(
    (
      await patch(
        'json',
        '[{"op":"test","path":"/spec/replicas","value":1},{"op":"replace","path":"/spec/replicas","value":2}]',
      )
    ).code,
  ).toBe(0)
  expect((await patch('json', '[{"op":"test","path":"/spec/replicas","value":77}]')).err).toBe(
    'The request is invalid: the server rejected our request due to an error in our request\n',
  )
  expect((await patch('merge', '{"spec":{"replicas":2}}')).out).toBe(
    'deployment.apps/api-green patched (no change)\n',
  )
  expect((await patch('merge', '{"spec":{"replicas":1}}', '--subresource=scale')).out).toBe(
    'scale.autoscaling/api-green patched\n',
  )
  expect(await field('deployment api-green', '.spec.replicas')).toBe('1')
  const body = '{"spec":{"replicas":9},"status":{"conditions":[{"type":"Seen","status":"True"}]}}'
  expect((await patch('strategic', body, '--subresource=status')).code).toBe(0)
  expect(await field('deployment api-green', '.spec.replicas')).toBe('1')
  expect(await field('deployment api-green', '.status.conditions[*].type')).toContain('Seen')
})

test('each manager owns what it changed, under the name that its program gives it', async () => {
  await inside.kubectl('create deployment owned --image=nginx:1.28 --replicas=0')
  await inside.kubectl('set image deployment/owned nginx=nginx:1.29')
  await inside.kubectl('label deployment owned team=a')
  await inside.kubectl('scale deployment owned --replicas=1')
  const owners = await inside.kubectl(
    `get deployment owned --show-managed-fields -o jsonpath='{range .metadata.managedFields[*]}{.manager} {.subresource} {.fieldsV1}{"\\n"}{end}'`,
  )
  expect(owners).toContain(
    'kubectl-set  {"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\\"name\\":\\"nginx\\"}":{"f:image":{}}}}}}}\n',
  )
  expect(owners).toContain('kubectl-label  {"f:metadata":{"f:labels":{"f:team":{}}}}\n')
  expect(owners).toContain('kubectl scale {"f:spec":{"f:replicas":{}}}\n')
  expect(owners).toMatch(
    /^kubectl-create {2}\{"f:metadata":\{"f:labels":\{".":\{\},"f:app":\{\}\}\},"f:spec":/m,
  )
  expect(owners).not.toMatch(/^kubectl-create .*"f:image":/m)
  expect(await inside.kubectl('get deployment owned -o yaml')).not.toContain('managedFields')
})

test('labels and annotations are set, kept unless overwritten, and taken off', async () => {
  await inside.kubectl('create configmap tagged')
  expect(await inside.kubectl('label configmap tagged team=a')).toBe('configmap/tagged labeled\n')
  expect((await inside.sh('kubectl label configmap tagged team=b')).err).toBe(
    "error: 'team' already has a value (a), and --overwrite is false\n",
  )
  expect(await inside.kubectl('label configmap tagged team=b --overwrite')).toBe('configmap/tagged labeled\n')
  expect(await inside.kubectl('label configmap tagged team-')).toBe('configmap/tagged unlabeled\n')
  expect(await inside.kubectl('annotate configmap tagged note=hello')).toBe('configmap/tagged annotated\n')
  expect(await field('configmap tagged', '.metadata.annotations')).toBe('{"note":"hello"}')
})

test('set changes the environment, the limits, the image, the account and a selector', async () => {
  const container = '.spec.template.spec.containers[0]'
  await inside.kubectl('create deployment dressed --image=nginx:1.28 --replicas=0')
  await inside.kubectl('set env deployment/dressed A=1 B=2')
  await inside.kubectl('set env deployment/dressed A-')
  expect(await inside.kubectl('set env deployment/dressed --list')).toBe(
    '# Deployment dressed, container nginx\nB=2\n',
  )
  await inside.kubectl('set resources deployment dressed --limits=cpu=200m,memory=512Mi')
  expect(await field('deployment dressed', `${container}.resources.limits`)).toBe(
    '{"cpu":"200m","memory":"512Mi"}',
  )
  expect(await inside.kubectl('set image deployment/dressed nginx=nginx:1.29')).toBe(
    'deployment.apps/dressed image updated\n',
  )
  await inside.kubectl('set serviceaccount deployment dressed runner')
  expect(await field('deployment dressed', '.spec.template.spec.serviceAccountName')).toBe('runner')
  await inside.kubectl('expose deployment dressed --port=80 --target-port=8080')
  await inside.kubectl("set selector service dressed 'app=other'")
  expect(await field('service dressed', '.spec.selector')).toBe('{"app":"other"}')
})

test('scale takes a number that is expected, and refuses another', async () => {
  await inside.kubectl('create deployment sized --image=nginx:1.29 --replicas=0')
  expect(await inside.sh('kubectl scale deployment sized --current-replicas=9 --replicas=2')).toMatchObject({
    code: 1,
    err: 'error: Expected replicas to be 9, was 0\n',
  })
  expect(await inside.kubectl('scale deployment sized --current-replicas=0 --replicas=1')).toBe(
    'deployment.apps/sized scaled\n',
  )
})

test('expose, autoscale and generated names make new objects, each once', async () => {
  await inside.kubectl('create deployment seen --image=nginx:1.29 --replicas=0')
  expect(await inside.kubectl('expose deployment seen --port=80 --name=shown')).toBe(
    'service/shown exposed\n',
  )
  expect((await inside.sh('kubectl expose deployment seen --port=80 --name=shown')).err).toBe(
    'Error from server (AlreadyExists): services "shown" already exists\n',
  )
  expect(await inside.kubectl('autoscale deployment seen --min=1 --max=3')).toBe(
    'horizontalpodautoscaler.autoscaling/seen autoscaled\n',
  )
  const make = () =>
    inside.sh(
      `kubectl create -f - <<< '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"made-"}}'`,
    )
  const names = [await make(), await make()].map(
    ({ out }) => /^configmap\/(made-[a-z0-9]{5}) created\n$/.exec(out)?.[1],
  )
  expect(new Set(names).size).toBe(2)
  const dry = await inside.kubectl('create configmap unmade --from-literal=a=b --dry-run=server -o yaml')
  expect(dry).toMatch(/uid: [0-9a-f-]{36}/)
  expect((await inside.sh('kubectl get configmap unmade')).code).toBe(1)
})

test('a node is tainted, cordoned and taken back into service', async () => {
  const node = (await inside.kubectl('get nodes -o name')).trim()
  expect(await inside.kubectl(`taint ${node.replace('/', ' ')} special=yes:NoSchedule`)).toBe(
    `${node} tainted\n`,
  )
  expect(await field(node, '.spec.taints')).toBe('[{"effect":"NoSchedule","key":"special","value":"yes"}]')
  expect(await inside.kubectl(`taint ${node.replace('/', ' ')} special-`)).toBe(`${node} untainted\n`)
  expect(await inside.kubectl(`cordon ${node}`)).toBe(`${node} cordoned\n`)
  expect(await inside.kubectl('get nodes')).toContain('Ready,SchedulingDisabled')
  expect(await inside.kubectl(`uncordon ${node}`)).toBe(`${node} uncordoned\n`)
})

test('diff shows what would change, by the client and by the server', async () => {
  await inside.sh(
    'kubectl get service api-main -o yaml | sed "s/color: blue/color: green/" > $HOME/service.yaml',
  )
  for (const options of ['', '--server-side --force-conflicts']) {
    const { code, out } = await inside.sh(`kubectl diff ${options} -f $HOME/service.yaml`)
    expect(code).toBe(1)
    expect(out).toContain('-    color: blue\n+    color: green\n')
  }
  expect(
    await inside.sh(
      'kubectl get service api-main -o yaml | kubectl diff --server-side --field-manager=other -f -',
    ),
  ).toMatchObject({ code: 0, out: '' })
})
