import { expect, test } from 'vitest'
import { practiceCluster } from './practice.ts'

const conditionOf = (object: { status: { conditions?: readonly { type: string }[] } }, type: string) =>
  object.status.conditions?.find((condition) => condition.type === type)

test('the world begins settled: three blue pods with the traffic, one green, ready, some days old, no events', () => {
  const world = practiceCluster()
  expect(world.traffic()).toEqual(['blue', 'blue', 'blue'])
  expect(world.deployment('blue').status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 })
  expect(world.deployment('green').status).toMatchObject({
    replicas: 1,
    readyReplicas: 1,
    updatedReplicas: 1,
  })
  expect(conditionOf(world.deployment('blue'), 'Progressing')).toMatchObject({
    status: 'True',
    reason: 'NewReplicaSetAvailable',
  })
  for (const pod of [...world.pods('blue'), ...world.pods('green')]) {
    expect(pod.status.phase).toBe('Running')
    expect(pod.status.podIP).toMatch(/^10\.244\./)
    expect(Date.parse(pod.metadata.creationTimestamp)).toBeLessThan(world.clock.now() - 48 * 3600_000)
  }
  expect(world.cluster.events.list()).toEqual([])
})

test('the same seed gives the same world', () => {
  const names = () =>
    practiceCluster(11)
      .cluster.pods.list()
      .map((pod) => pod.metadata.name)
  expect(names()).toEqual(names())
})

test('a new image rolls out: the new pod is pending for 2 s, then ready, and the old one goes within half a second', () => {
  const world = practiceCluster()
  world.setImage('green', 'loanserve/api:v1.2.3')
  world.pass(1800)
  expect(
    world
      .pods('green')
      .map((pod) => pod.status.phase)
      .sort(),
  ).toEqual(['Pending', 'Running'])
  expect(conditionOf(world.deployment('green'), 'Progressing')).toMatchObject({ reason: 'ReplicaSetUpdated' })
  world.pass(1700)
  expect(world.pods('green')).toHaveLength(1)
  const [pod] = world.pods('green')
  expect(pod?.spec.containers[0]?.image).toBe('loanserve/api:v1.2.3')
  expect(world.deployment('green').metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
  })
  expect(world.deployment('green').status).toMatchObject({ observedGeneration: 3, updatedReplicas: 1 })
})

test('a crashing image never becomes ready, restarts with growing pauses, and leaves the traffic where it is', () => {
  const world = practiceCluster()
  world.setImage('blue', 'loanserve/api:v1.2.3-crash')
  let most = 0
  for (let second = 0; second < 120; second++) {
    world.pass(1000)
    const crashing = world.pods('blue').filter((pod) => pod.spec.containers[0]?.image.endsWith('crash'))
    expect(crashing).toHaveLength(1)
    expect(crashing[0]?.status.containerStatuses?.[0]?.ready).toBe(false)
    most = Math.max(most, crashing[0]?.status.containerStatuses?.[0]?.restartCount ?? 0)
    expect(world.traffic()).toEqual(['blue', 'blue', 'blue'])
  }
  // Restarted at once, then after 10 s, 20 s, 40 s.
  expect(most).toBe(4)
  const status = world.pods('blue').find((pod) => pod.spec.containers[0]?.image.endsWith('crash'))?.status
  expect(status?.containerStatuses?.[0]).toMatchObject({
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1, reason: 'Error' } },
  })
  expect(world.deployment('blue').status).toMatchObject({ readyReplicas: 3, unavailableReplicas: 1 })
})

test('a rollout that gets nowhere exceeds its progress deadline, and says so', () => {
  const world = practiceCluster()
  world.setImage('green', 'loanserve/api:noimage')
  world.pass(599_000)
  expect(conditionOf(world.deployment('green'), 'Progressing')).toMatchObject({ status: 'True' })
  world.pass(5000)
  expect(conditionOf(world.deployment('green'), 'Progressing')).toMatchObject({
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: expect.stringMatching(/^ReplicaSet "api-green-\w+" has timed out progressing\.$/),
  })
})

test('what an image tag says comes true', () => {
  const world = practiceCluster()
  const readyAfter = (tag: string, seconds: number) => {
    world.setImage('green', `loanserve/api:${tag}`)
    world.pass(seconds * 1000)
    const pod = world.pods('green').find((one) => one.spec.containers[0]?.image.endsWith(`:${tag}`))
    return pod?.status.containerStatuses?.[0]
  }
  expect(readyAfter('a-noimage', 3)).toMatchObject({ state: { waiting: { reason: 'ImagePullBackOff' } } })
  expect(readyAfter('a-unhealthy', 120)).toMatchObject({ ready: false, restartCount: 0, started: true })
  expect(readyAfter('a-laggy', 120)).toMatchObject({ ready: false, restartCount: 0 })
  expect(readyAfter('a-slow', 20)).toMatchObject({ ready: false })
  world.pass(4000)
  expect(world.deployment('green').status).toMatchObject({
    readyReplicas: 1,
    updatedReplicas: 1,
    replicas: 1,
  })
})

test('a scaled-down color keeps one pod, and its endpoints go before its pods do', () => {
  const world = practiceCluster()
  world.scale('blue', 1)
  world.pass(200)
  expect(world.traffic()).toEqual(['blue'])
  expect(world.pods('blue').filter((pod) => pod.metadata.deletionTimestamp !== undefined)).toHaveLength(2)
  const slice = world.cluster.endpointSlices.list('loanserve')[0]
  expect(slice?.endpoints.filter(({ conditions }) => conditions?.terminating)).toHaveLength(2)
  world.pass(500)
  expect(world.pods('blue')).toHaveLength(1)
})

test('traffic follows the selector, not the deployments', () => {
  const world = practiceCluster()
  const { services } = world.cluster
  const service = services.get('loanserve', 'api-main')
  if (service === undefined) throw new Error('there is no Service api-main')
  services.update({ ...service, spec: { ...service.spec, selector: { app: 'api', color: 'green' } } })
  world.pass(100)
  expect(world.traffic()).toEqual(['green'])
  const moved = services.get('loanserve', 'api-main')
  if (moved === undefined) throw new Error('there is no Service api-main')
  services.update({ ...moved, spec: { ...moved.spec, selector: { app: 'api', color: 'purple' } } })
  world.pass(100)
  expect(world.traffic()).toEqual([])
})

test('a pod whose Secret is missing waits, and starts once the Secret is there', () => {
  const world = practiceCluster()
  const present = world.deployment('green')
  const { template } = present.spec
  const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'later', key: 'KEY' } } }]
  const containers = template.spec.containers.map((container) => ({ ...container, env }))
  const next = { ...template, spec: { ...template.spec, containers } }
  world.cluster.deployments.update({ ...present, spec: { ...present.spec, template: next } })
  world.pass(5000)
  const waiting = world.pods('green').find((pod) => pod.status.phase === 'Pending')
  expect(waiting?.status.containerStatuses?.[0]?.state?.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: 'secret "later" not found',
  })
  const secret = world.cluster.secrets.get('loanserve', 'loanserve-secrets')
  if (secret === undefined) throw new Error('there is no Secret loanserve-secrets')
  const metadata = { ...secret.metadata, name: 'later', uid: '', resourceVersion: '' }
  world.cluster.secrets.create({ ...secret, metadata, data: { KEY: 'dmFsdWU=' } })
  world.pass(15_000)
  const [pod] = world.pods('green')
  expect(world.kubelet.appOf(pod?.metadata.uid ?? '')?.env).toEqual({ KEY: 'value' })
})

test('feature flags that are no JSON object keep the application from starting', () => {
  const world = practiceCluster()
  const present = world.deployment('green')
  const { template } = present.spec
  const env = [{ name: 'FEATURE_FLAGS_JSON', value: '{new_feature:true}' }]
  const containers = template.spec.containers.map((container) => ({ ...container, env }))
  const next = { ...template, spec: { ...template.spec, containers } }
  world.cluster.deployments.update({ ...present, spec: { ...present.spec, template: next } })
  world.pass(8000)
  const crashed = world.pods('green').find((pod) => !pod.status.containerStatuses?.[0]?.ready)
  expect(crashed?.status.containerStatuses?.[0]?.restartCount).toBe(1)
})
