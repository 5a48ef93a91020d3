import { expect, test } from 'vitest'
import { type Cluster, createCluster } from '../../../src/world/kubernetes/cluster.ts'
import { createDeleter } from '../../../src/world/kubernetes/deletion.ts'
import { evict } from '../../../src/world/kubernetes/eviction.ts'
import type { JsonObject } from '../../../src/world/kubernetes/record.ts'
import { StatusError } from '../../../src/world/kubernetes/status.ts'
import { post, seeded } from './practice-api.ts'

const quiet = { dryRun: false, fieldValidation: 'Ignore', warn: () => {} } as const

function resourceOf(cluster: Cluster, kind: string) {
  const found = cluster.resources.find((each) => each.kind === kind)
  if (found === undefined) throw new Error(`there is no kind ${kind}`)
  return found
}

/** A cluster with one running pod and a budget that has this status; nobody works budgets out. */
function setup(status: JsonObject, { ready = 'True', budgets = 1 } = {}) {
  const cluster = createCluster({ now: () => Date.UTC(2026, 10, 23, 12), random: seeded(5) })
  const deleter = createDeleter(cluster.registry, cluster.now)
  post(cluster, 'Namespace', '', { metadata: { name: 'test' } })
  const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'a:1' }] }
  post(cluster, 'Pod', 'test', { metadata: { name: 'p', labels: { app: 'a' } }, spec })
  const pod = cluster.pods.get('test', 'p')
  if (pod === undefined) throw new Error('no pod')
  const conditions = [{ type: 'Ready', status: ready }]
  cluster.pods.update({ ...pod, status: { ...pod.status, phase: 'Running', conditions } })
  for (let at = 0; at < budgets; at++) {
    const name = `budget-${at}`
    const selector = { matchLabels: { app: 'a' } }
    post(cluster, 'PodDisruptionBudget', 'test', { metadata: { name }, spec: { minAvailable: 1, selector } })
    resourceOf(cluster, 'PodDisruptionBudget').patch(
      'test',
      name,
      { kind: 'merge', body: { status } },
      'status',
      quiet,
    )
  }
  return {
    cluster,
    pod: () => cluster.pods.get('test', 'p'),
    budget: () => resourceOf(cluster, 'PodDisruptionBudget').get('test', 'budget-0')?.object,
    evict: (body: JsonObject = {}, query = '') =>
      evict({ cluster, deleter }, resourceOf(cluster, 'Pod'), 'test', 'p', body, new URLSearchParams(query)),
  }
}

function refusal(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (error instanceof StatusError) return error.status
    throw error
  }
  throw new Error('it was not refused')
}

const allowed = { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 }
const none = { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 }

test('an eviction that the budget allows marks the pod, ends it and counts against the budget', () => {
  const world = setup(allowed)
  expect(world.evict()).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    code: 201,
  })
  expect(world.pod()?.metadata.deletionGracePeriodSeconds).toBe(30)
  expect(world.pod()?.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }),
  )
  expect(world.budget()).toMatchObject({
    status: { disruptionsAllowed: 0, disruptedPods: { p: '2026-11-23T12:00:00Z' } },
  })
})

test('a budget that allows none is told in the server’s words, and the pod stays', () => {
  const world = setup(none)
  expect(refusal(world.evict)).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: 'The disruption budget budget-0 needs 1 healthy pods and has 1 currently',
        },
      ],
    },
    code: 429,
  })
  expect(world.pod()?.metadata.deletionTimestamp).toBeUndefined()
})

test('a budget that has not been worked out yet asks to come back', () => {
  const status = refusal(setup({ ...allowed, observedGeneration: 0 }).evict)
  expect(status.details).toEqual({
    causes: [
      {
        reason: 'DisruptionBudget',
        message: 'The disruption budget budget-0 is still being processed by the server.',
      },
    ],
    retryAfterSeconds: 10,
  })
})

test('a dry run answers the same and changes nothing', () => {
  for (const [body, query] of [
    [{ deleteOptions: { dryRun: ['All'] } }, ''],
    [{}, 'dryRun=All'],
  ] as const) {
    const world = setup(allowed)
    const before = [world.pod(), world.budget()]
    expect(world.evict(body, query).status).toBe('Success')
    expect([world.pod(), world.budget()]).toEqual(before)
    expect(refusal(() => setup(none).evict(body, query)).code).toBe(429)
  }
})

test('a pod that isn’t ready may go while enough others are, and one that has ended always', () => {
  expect(setup(none, { ready: 'False' }).evict().status).toBe('Success')
  const failing = setup({ ...none, currentHealthy: 0 }, { ready: 'False' })
  expect(refusal(failing.evict).code).toBe(429)
  const over = setup(none)
  const pod = over.pod()
  if (pod === undefined) throw new Error('no pod')
  over.cluster.pods.update({ ...pod, status: { ...pod.status, phase: 'Succeeded' } })
  expect(over.evict().status).toBe('Success')
})

test('two budgets over one pod are more than an eviction can serve', () => {
  const status = refusal(setup(allowed, { budgets: 2 }).evict)
  expect(status.code).toBe(500)
  expect(status.message).toContain('This pod has more than one PodDisruptionBudget')
})

test('the options’ grace is the pod’s, and a wrong name is refused', () => {
  const world = setup(allowed)
  world.evict({ deleteOptions: { gracePeriodSeconds: 5 } })
  expect(world.pod()?.metadata.deletionGracePeriodSeconds).toBe(5)
  expect(refusal(() => setup(allowed).evict({ metadata: { name: 'q' } })).message).toBe(
    'name in URL does not match name in Eviction object',
  )
})
