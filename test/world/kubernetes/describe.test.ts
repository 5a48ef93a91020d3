/** `kubectl describe` and `kubectl get` of each kind that there is: nothing on stderr, and what matters is there. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Inside, openInside } from '../inside.ts'

let inside: Inside
beforeAll(async () => {
  inside = await openInside()
  await inside.kubectl("create cronjob nightly --image=busybox:1.37 --schedule='0 3 * * *' -- date")
  await inside.kubectl('create job once --image=busybox:1.37 -- true')
  await inside.kubectl('create pdb api --selector=app=api --min-available=1')
  await inside.kubectl('autoscale deployment api-blue --min=3 --max=5 --cpu-percent=80')
  await inside.kubectl('wait --for=condition=complete job/once --timeout=20s')
})
afterAll(async () => {
  await inside.close()
  expect(inside.errors).toEqual([])
})

test.each([
  [
    'pods -l color=blue',
    ['Controlled By:  ReplicaSet/api-blue-', 'Image:          loanserve/api:v1.2.2', 'QoS Class:'],
  ],
  [
    'deployment api-blue',
    ['Replicas:               3 desired | 3 updated | 3 total | 3 available', 'NewReplicaSet:'],
  ],
  ['replicasets -l color=green', ['Controlled By:  Deployment/api-green', 'Pods Status:']],
  ['service api-main', ['Selector:                 app=api,color=blue', 'Endpoints:                10.244.']],
  ['endpointslices', ['AddressType:  IPv4', 'TargetRef:  Pod/api-blue-']],
  ['configmap app-config', ['MAINTENANCE_BANNER:']],
  ['secret loanserve-secrets', ['DATABASE_URL:', ' bytes']],
  ['ingress api-ingress', ['api.loanserve.io', 'api-main:80 (10.244.']],
  ['namespace loanserve', ['Status:       Active']],
  ['node practice-node-1', ['Ready            True', 'api-blue-', 'Lease:', 'Allocated resources:']],
  ['serviceaccount default', ['Name:                default']],
  ['lease practice-node-1 -n kube-node-lease', ['Holder Identity:         practice-node-1']],
  ['job once', ['Pods Statuses:    0 Active (0 Ready) / 1 Succeeded / 0 Failed', 'Job completed']],
  ['cronjob nightly', ['Schedule:                      0 3 * * *', 'Concurrency Policy:            Allow']],
  ['hpa api-blue', ['Reference:', 'Deployment/api-blue', 'resource cpu on pods']],
  ['pdb api', ['Min available:  1', 'Allowed disruptions:']],
  ['events', ['Involved Object:', 'Reason:']],
])('describe %s', async (what, lines) => {
  const { code, out, err } = await inside.sh(`kubectl describe ${what}`)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  for (const line of lines) expect(out).toContain(line)
})

test('get of each kind, as a table, wide, by name and as YAML', async () => {
  const { out: names } = await inside.sh('kubectl api-resources --verbs=list -o name')
  const kinds = names.trim().split('\n')
  expect(kinds.length).toBeGreaterThan(20)
  const forms = ['', '-o wide', '-o name', '-o yaml']
  const all = kinds.flatMap((kind) => forms.map((form) => `kubectl get ${kind} -A ${form}`))
  const { code, out, err } = await inside.sh(
    `set -e; ${all.map((line) => `${line} >/dev/null || echo "FAILED ${line}"`).join('; ')}`,
  )
  expect(code).toBe(0)
  expect(out).toBe('')
  expect(err.replaceAll(/^(No resources found|Warning: v1 Endpoints is deprecated.*)$/gm, '').trim()).toBe('')
})

test('get all lists pods, services, deployments, replica sets, autoscalers and jobs', async () => {
  const out = await inside.kubectl('get all')
  for (const kind of [
    'pod/',
    'service/',
    'deployment.apps/',
    'replicaset.apps/',
    'horizontalpodautoscaler',
    'cronjob',
    'job.batch/',
  ])
    expect(out).toContain(kind)
})
