import { expect, test } from 'vitest'
import { reconcileDeployment } from '../../../src/world/controllers/deployment.ts'
import { noon, practiceCluster } from '../practice.ts'

const namespace = 'loanserve'

function messages(world: ReturnType<typeof practiceCluster>) {
  return world.cluster.events
    .list(namespace)
    .filter((event) => event.reason === 'ScalingReplicaSet')
    .map((event) => event.message?.replace(/api-(blue|green)-\w+/, 'api-$1-HASH'))
}

test('a settled deployment wants nothing written', () => {
  const world = practiceCluster()
  const { cluster } = world
  for (const color of ['blue', 'green'])
    expect(
      reconcileDeployment(
        world.deployment(color),
        cluster.replicaSets.list(namespace),
        cluster.pods.list(namespace),
        noon,
      ),
    ).toEqual({ writes: [] })
})

test('a rolling update of three goes up by one and down by one, never below three available', () => {
  const world = practiceCluster()
  world.setImage('blue', 'loanserve/api:v1.2.3')
  let highest = 0
  for (let step = 0; step < 150; step++) {
    world.pass(100)
    const { replicas = 0, availableReplicas = 0 } = world.deployment('blue').status
    highest = Math.max(highest, replicas)
    expect(availableReplicas).toBeGreaterThanOrEqual(3)
    expect(world.traffic().length).toBeGreaterThanOrEqual(3)
  }
  expect(highest).toBe(4)
  expect(world.deployment('blue').status).toMatchObject({ replicas: 3, updatedReplicas: 3 })
  // Events of one second are listed by name; what counts is what was told, and how often.
  expect(messages(world).toSorted()).toEqual([
    'Scaled down replica set api-blue-HASH from 1 to 0',
    'Scaled down replica set api-blue-HASH from 2 to 1',
    'Scaled down replica set api-blue-HASH from 3 to 2',
    'Scaled up replica set api-blue-HASH from 0 to 1',
    'Scaled up replica set api-blue-HASH from 1 to 2',
    'Scaled up replica set api-blue-HASH from 2 to 3',
  ])
})

test('going back to an older template takes its replica set up again under a new revision', () => {
  const world = practiceCluster()
  world.setImage('green', 'loanserve/api:v1.2.0')
  world.pass(5000)
  const sets = world.cluster.replicaSets
    .list(namespace)
    .filter((set) => set.metadata.name.startsWith('api-green-'))
  expect(sets).toHaveLength(2)
  const revisions = sets.map((set) => [
    set.spec.template.spec.containers[0]?.image,
    set.metadata.annotations?.['deployment.kubernetes.io/revision'],
    set.metadata.annotations?.['deployment.kubernetes.io/revision-history'],
  ])
  expect(revisions).toContainEqual(['loanserve/api:v1.2.0', '3', '1'])
  expect(revisions).toContainEqual(['loanserve/api:v1.2.1', '2', undefined])
})

test('a paused deployment rolls nothing out, and takes it up when it is resumed', () => {
  const world = practiceCluster()
  const pause = (paused: boolean) => {
    const present = world.deployment('green')
    world.cluster.deployments.update({ ...present, spec: { ...present.spec, paused } })
  }
  pause(true)
  world.setImage('green', 'loanserve/api:v1.2.3')
  world.pass(10_000)
  expect(world.pods('green').map((pod) => pod.spec.containers[0]?.image)).toEqual(['loanserve/api:v1.2.1'])
  const progressing = () =>
    world.deployment('green').status.conditions?.find(({ type }) => type === 'Progressing')
  expect(progressing()).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' })
  pause(false)
  world.pass(5000)
  expect(world.pods('green').map((pod) => pod.spec.containers[0]?.image)).toEqual(['loanserve/api:v1.2.3'])
  expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' })
})

test('a stuck rollout that is scaled shares the new size out between its two versions', () => {
  const world = practiceCluster()
  world.setImage('blue', 'loanserve/api:crash')
  world.pass(10_000)
  world.scale('blue', 6)
  const sets = world.cluster.replicaSets.list(namespace)
  const pods = world.cluster.pods.list(namespace)
  const { writes } = reconcileDeployment(world.deployment('blue'), sets, pods, world.clock.now())
  const sizes = writes.flatMap((write) =>
    write.verb === 'update' && write.what === 'replicaSet'
      ? [[write.object.spec.template.spec.containers[0]?.image, write.object.spec.replicas]]
      : [],
  )
  // Six and a surge of two make eight: 3 and 1 grow in proportion, to 6 and 2.
  expect(sizes).toEqual([
    ['loanserve/api:v1.2.2', 6],
    ['loanserve/api:crash', 2],
  ])
})

test('Recreate starts no new pod before every old one has gone', () => {
  const world = practiceCluster()
  const present = world.deployment('blue')
  world.cluster.deployments.update({ ...present, spec: { ...present.spec, strategy: { type: 'Recreate' } } })
  world.setImage('blue', 'loanserve/api:v1.2.3')
  let sawNone = false
  for (let step = 0; step < 60; step++) {
    world.pass(100)
    const images = new Set(world.pods('blue').map((pod) => pod.spec.containers[0]?.image))
    expect(images.size).toBeLessThanOrEqual(1)
    sawNone ||= world.deployment('blue').status.availableReplicas === undefined
  }
  expect(sawNone).toBe(true)
  expect(world.deployment('blue').status).toMatchObject({ readyReplicas: 3, updatedReplicas: 3 })
})

test('only the last ten empty replica sets are kept', () => {
  const world = practiceCluster()
  for (let version = 0; version < 14; version++) {
    world.setImage('green', `loanserve/api:v2.0.${version}`)
    world.pass(5000)
  }
  const sets = world.cluster.replicaSets
    .list(namespace)
    .filter((set) => set.metadata.name.startsWith('api-green-'))
  expect(sets).toHaveLength(11)
})
