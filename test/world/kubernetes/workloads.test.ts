/** Jobs, schedules, autoscalers, budgets and metrics, through real kubectl. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Inside, openInside } from '../inside.ts'

let inside: Inside
beforeAll(async () => {
  inside = await openInside()
})
afterAll(async () => {
  await inside.close()
  expect(inside.errors).toEqual([])
})

test('a job runs its program once, is complete, and its output can be read', async () => {
  await inside.kubectl("create job hello --image=busybox:1.37 -- sh -c 'echo hello from $HOSTNAME'")
  expect(await inside.kubectl('wait --for=condition=complete job/hello --timeout=20s')).toContain(
    'condition met',
  )
  expect(await inside.kubectl('logs job/hello')).toMatch(/^hello from hello-\w{5}\n$/)
  expect(await inside.kubectl('get job hello')).toMatch(/hello +Complete +1\/1/)
  expect(await inside.kubectl('describe job hello')).toContain('1 Succeeded')
})

test('a job whose pods keep failing gives up at its limit and says why', async () => {
  const manifest = `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"failing"},"spec":{"backoffLimit":1,
    "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"busybox:1.37","command":["sh","-c","exit 3"]}]}}}}`
  await inside.sh(`kubectl apply -f - <<< '${manifest}'`)
  await inside.kubectl('wait --for=condition=failed job/failing --timeout=20s')
  const told = await inside.kubectl('describe job failing')
  expect(told).toContain('2 Failed')
  expect(told).toContain('BackoffLimitExceeded')
  expect(told).toContain('Job has reached the specified backoff limit')
})

test('what a job does is fixed once it is there; kubectl is told in the words of the API', async () => {
  await inside.kubectl('create job fixed --image=busybox:1.37 -- true')
  const { code, err } = await inside.sh(
    `kubectl patch job fixed -p '{"spec":{"completions":3}}' --type merge`,
  )
  expect(code).toBe(1)
  expect(err).toContain('The Job "fixed" is invalid: spec.completions: Invalid value: 3: field is immutable')
})

test('a deleted job takes its pods with it', async () => {
  await inside.kubectl('create job long --image=busybox:1.37 -- sleep 3600')
  await inside.until('kubectl get pods -l job-name=long -o name | grep pod/')
  await inside.kubectl('delete job long')
  await inside.until('test -z "$(kubectl get pods -l job-name=long -o name)"')
})

test('a cron job can be made, started by hand and suspended; a schedule that is none is refused', async () => {
  await inside.kubectl("create cronjob nightly --image=busybox:1.37 --schedule='0 3 * * *' -- date")
  expect(await inside.kubectl('get cronjob nightly')).toMatch(
    /nightly +0 3 \* \* \* +<none> +False +0 +<none>/,
  )
  await inside.kubectl('create job by-hand --from=cronjob/nightly')
  await inside.kubectl('wait --for=condition=complete job/by-hand --timeout=20s')
  await inside.kubectl(`patch cronjob nightly -p '{"spec":{"suspend":true}}'`)
  expect(await inside.kubectl('get cronjob nightly')).toMatch(/nightly +0 3 \* \* \* +<none> +True/)
  const { code, err } = await inside.sh(
    "kubectl create cronjob bad --image=busybox --schedule='every day' -- date",
  )
  expect(code).toBe(1)
  expect(err).toContain('spec.schedule: Invalid value: "every day"')
})

test('metrics: top shows pods, their containers and the node, and nothing yet of a pod that has just started', async () => {
  const top = await inside.kubectl('top pods -l color=blue --no-headers')
  expect(top.trim().split('\n')).toHaveLength(3)
  expect(top).toMatch(/api-blue-\S+ +\d+m +\d+Mi/)
  expect(await inside.kubectl('top pods --containers -l color=green')).toMatch(/api-green-\S+ +api +\d+m/)
  expect(await inside.kubectl('top nodes')).toMatch(/practice-node-1 +\d+m +\d+% +\d+Mi +\d+%/)
  await inside.kubectl('run young --image=loanserve/api:v9-noimage')
  const { code, err } = await inside.sh('kubectl top pod young')
  expect(code).toBe(1)
  expect(err).toContain('podmetrics.metrics.k8s.io "loanserve/young" not found')
  await inside.kubectl('delete pod young --now')
})

test('an autoscaler gives the deployment more pods while they use more than they should', async () => {
  await inside.kubectl('autoscale deployment api-blue --min=3 --max=5 --cpu-percent=1')
  await inside.until('test "$(kubectl get deployment api-blue -o jsonpath={.spec.replicas})" = 5')
  expect(await inside.until('kubectl get hpa api-blue | grep 5')).toMatch(
    /api-blue +Deployment\/api-blue +cpu: \d+%\/1% +3 +5 +\d/,
  )
  const told = await inside.kubectl('describe hpa api-blue')
  expect(told).toMatch(/ScalingActive +True +ValidMetricFound/)
  expect(told).toMatch(/SuccessfulRescale .*New size: 5; reason: cpu resource utilization/)
  expect(
    await inside.kubectl(
      'get --raw /apis/autoscaling/v1/namespaces/loanserve/horizontalpodautoscalers/api-blue',
    ),
  ).toContain('"targetCPUUtilizationPercentage":1')
  await inside.kubectl('delete hpa api-blue')
  await inside.kubectl('scale deployment api-blue --replicas=3')
})

test('an autoscaler of pods that ask for no CPU says that it can measure nothing', async () => {
  await inside.kubectl('autoscale deployment api-green --min=1 --max=3 --cpu-percent=50')
  await inside.until('kubectl describe hpa api-green | grep -q "missing request for cpu in container api"')
  await inside.kubectl('delete hpa api-green')
})

test('a disruption budget counts healthy pods, and an eviction that it forbids is refused', async () => {
  await inside.kubectl('create pdb all-blue --selector=color=blue --min-available=3')
  expect(await inside.until('kubectl get pdb all-blue | grep all-blue')).toMatch(/all-blue +3 +N\/A +0/)
  const { code, err } = await inside.sh(
    'kubectl drain practice-node-1 --pod-selector=color=blue --timeout=2s --ignore-daemonsets',
  )
  expect(code).toBe(1)
  expect(err).toContain("Cannot evict pod as it would violate the pod's disruption budget.")
  await inside.kubectl('uncordon practice-node-1')
  await inside.kubectl('delete pdb all-blue')
})

test('each namespace has its service account and certificate, and has them again when they are deleted', async () => {
  await inside.kubectl('create namespace fresh')
  const there = 'kubectl get sa/default cm/kube-root-ca.crt -n fresh -o name'
  expect(await inside.until(there)).toBe('serviceaccount/default\nconfigmap/kube-root-ca.crt\n')
  await inside.kubectl('delete sa default -n fresh')
  expect(await inside.until(there)).toContain('serviceaccount/default')
  await inside.kubectl('delete namespace fresh')
})
