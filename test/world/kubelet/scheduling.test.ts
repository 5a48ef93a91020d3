/** The scheduler, and real kubectl that cordons and drains the node. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeName } from '../../../src/world/kubelet/node.ts'
import { placement } from '../../../src/world/kubelet/scheduler.ts'
import { post } from '../kubernetes/practice-api.ts'
import { eventually, type PracticePods, startPracticePods } from '../kubernetes/streams/practice-pods.ts'
import { practiceCluster } from '../practice.ts'

const none = 'no new claims to deallocate, preemption: 0/1 nodes are available: 1'

function setup() {
  const world = practiceCluster()
  const [node] = world.cluster.nodes.list()
  const [pod] = world.pods('blue')
  if (node === undefined || pod === undefined) throw new Error('the world is empty')
  const asking = (requests: Readonly<Record<string, string>>) => {
    const containers = pod.spec.containers.map((container) => ({ ...container, resources: { requests } }))
    return { ...pod, spec: { ...pod.spec, containers } }
  }
  return { node, pod, asking }
}

const empty = () => ({ cpu: 0, memory: 0 })

test('a pod gets a node that has room for what it asks for', () => {
  const { node, asking } = setup()
  expect(placement(asking({ cpu: '4', memory: '1Gi' }), [node], empty)).toEqual({ node: nodeName })
  expect(placement(asking({ cpu: '100m' }), [node], () => ({ cpu: 3.9, memory: 0 }))).toEqual({
    node: nodeName,
  })
})

test('a pod that asks for more than is left stays without a node, in the scheduler’s words', () => {
  const { node, asking } = setup()
  const full = () => ({ cpu: 3.95, memory: 16 * 2 ** 30 })
  expect(placement(asking({ cpu: '100m', memory: '1Mi' }), [node], full)).toEqual({
    message: `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. ${none} No preemption victims found for incoming pod.`,
  })
  expect(placement(asking({ cpu: '5' }), [node], empty)).toEqual({
    message: `0/1 nodes are available: 1 Insufficient cpu. ${none} Preemption is not helpful for scheduling.`,
  })
})

test('a node selector that no node fits is told', () => {
  const { node, pod } = setup()
  const picky = { ...pod, spec: { ...pod.spec, nodeSelector: { disk: 'ssd' } } }
  expect(placement(picky, [node], empty)).toEqual({
    message: `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${none} Preemption is not helpful for scheduling.`,
  })
})

test('what a pod asked for is free again when it has gone, and one that waited gets it', () => {
  const world = practiceCluster()
  const { cluster } = world
  const greedy = (name: string) =>
    post(cluster, 'Pod', 'default', {
      metadata: { name },
      spec: { containers: [{ name: 'x', image: 'nginx:1.27', resources: { requests: { cpu: '3' } } }] },
    })
  greedy('first')
  greedy('second')
  world.pass(10_000)
  const phases = () => cluster.pods.list('default').map(({ status }) => status.phase)
  expect(phases()).toEqual(['Running', 'Pending'])
  cluster.pods.remove('default', 'first')
  world.pass(10_000)
  expect(phases()).toEqual(['Running'])
})

let world: PracticePods
beforeAll(async () => {
  world = await startPracticePods()
})
afterAll(async () => {
  await world.close()
  expect(world.errors).toEqual([])
})

test('a dry run of a drain ends, and evicts nothing', async () => {
  const before = world.cluster.pods.list('loanserve').map(({ metadata }) => metadata.uid)
  const { code, out } = await world.kubectl(`drain ${nodeName} --dry-run=server --ignore-daemonsets`)
  expect(code).toBe(0)
  expect(out).toContain(`evicting pod loanserve/${world.pod('green')} (server dry run)\n`)
  expect(out).toContain(`node/${nodeName} drained (server dry run)\n`)
  expect(world.cluster.pods.list('loanserve').map(({ metadata }) => metadata.uid)).toEqual(before)
})

test('a drained node has no pods; those that replace them wait until it is uncordoned', async () => {
  const { code, out } = await world.kubectl(`drain ${nodeName} --ignore-daemonsets`)
  expect(code).toBe(0)
  expect(out).toContain(`node/${nodeName} drained\n`)
  const shown = await eventually(async () => {
    const { out: pods } = await world.kubectl('get pods --no-headers')
    return pods.split('\n').filter((line) => line.includes('Pending')).length === 4 ? pods : undefined
  })
  expect(shown).not.toContain('Running')
  const [waiting] = world.cluster.pods.list('loanserve')
  expect((await world.kubectl(`describe pod ${waiting?.metadata.name}`)).out).toContain(
    `0/1 nodes are available: 1 node(s) were unschedulable. ${none} Preemption is not helpful for scheduling.`,
  )
  await world.kubectl(`uncordon ${nodeName}`)
  expect((await world.kubectl('rollout status deployment/api-blue --timeout=10s')).code).toBe(0)
})

test('a cordoned node keeps its pods and takes no new ones', async () => {
  await world.kubectl(`cordon ${nodeName}`)
  await world.kubectl('scale deployment/api-green --replicas=2')
  const phases = await eventually(() => {
    const found = world.cluster.pods
      .list('loanserve')
      .filter(({ metadata }) => metadata.labels?.color === 'green')
    return found.length === 2 ? found.map(({ status }) => status.phase).sort() : undefined
  })
  expect(phases).toEqual(['Pending', 'Running'])
  await world.kubectl(`uncordon ${nodeName}`)
})

test('a drain is held up by a disruption budget, in the server’s words', async () => {
  await world.kubectl('rollout status deployment/api-blue --timeout=10s')
  await world.kubectl('create pdb keep-blue --selector=color=blue --min-available=3')
  await eventually(async () => {
    const { out } = await world.kubectl('get pdb keep-blue -o jsonpath={.status.currentHealthy}')
    return out === '3' ? true : undefined
  })
  const { code, err } = await world.kubectl(`drain ${nodeName} --ignore-daemonsets --timeout=2s`)
  expect(code).toBe(1)
  expect(err).toContain(
    `error when evicting pods/"${world.pod('blue')}" -n "loanserve" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.`,
  )
  const blue = world.cluster.pods
    .list('loanserve')
    .filter(({ metadata }) => metadata.labels?.color === 'blue')
  expect(blue.map(({ status }) => status.phase)).toEqual(['Running', 'Running', 'Running'])
  await world.kubectl(`uncordon ${nodeName}`)
})
