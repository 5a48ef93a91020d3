/** The scheduler: gives pods a node, or says why none will have them. */
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../clock.ts'
import type { EventRecorder } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { type Node, type Pod, timestamp } from '../kubernetes/objects.ts'
import { quantity } from './quantity.ts'

interface Requests {
  readonly cpu: number
  readonly memory: number
}

/** What a pod asks for: its containers together, or its greediest init container. */
function requestsOf({ spec }: Pod): Requests {
  const of = (name: 'cpu' | 'memory') => {
    const asks = (containers: Pod['spec']['containers']) =>
      containers.map(({ resources }) => quantity(resources?.requests?.[name]))
    const together = asks(spec.containers).reduce((sum, each) => sum + each, 0)
    return Math.max(together, ...asks(spec.initContainers ?? []))
  }
  return { cpu: of('cpu'), memory: of('memory') }
}

/** Why a node won't have a pod, in the scheduler's words, and whether pushing out other pods could help. */
interface Refusal {
  readonly why: string
  readonly preemptable: boolean
}

/** Every reason against a node; none when the pod fits. */
function refusals(pod: Pod, node: Node, used: Requests): readonly Refusal[] {
  if (node.spec.unschedulable === true) return [{ why: 'node(s) were unschedulable', preemptable: false }]
  const wanted = Object.entries(pod.spec.nodeSelector ?? {})
  if (wanted.some(([key, value]) => node.metadata.labels?.[key] !== value))
    return [{ why: "node(s) didn't match Pod's node affinity/selector", preemptable: false }]
  const requests = requestsOf(pod)
  const lacks = (name: 'cpu' | 'memory') => {
    const asked = requests[name]
    // A sum of tenths is not exact: a thousandth more is no more.
    return asked > 0 && used[name] + asked > quantity(node.status.allocatable?.[name]) + 1e-3
  }
  return (['cpu', 'memory'] as const).filter(lacks).map((name) => ({
    why: `Insufficient ${name}`,
    preemptable: requests[name] <= quantity(node.status.allocatable?.[name]),
  }))
}

type Placement = { readonly node: string } | { readonly message: string }

/** The node with the most room for a pod, or why there is none. `used` is what the pods on a node ask for. */
export function placement(pod: Pod, nodes: readonly Node[], used: (node: string) => Requests): Placement {
  if (nodes.length === 0) return { message: 'no nodes available to schedule pods' }
  const looks = nodes.map((node) => ({ node, against: refusals(pod, node, used(node.metadata.name)) }))
  const [best] = looks
    .filter(({ against }) => against.length === 0)
    .sort((a, b) => used(a.node.metadata.name).cpu - used(b.node.metadata.name).cpu)
  if (best !== undefined) return { node: best.node.metadata.name }
  const counted = (texts: readonly string[]) =>
    [...new Set(texts)]
      .map((text) => `${texts.filter((each) => each === text).length} ${text}`)
      .sort()
      .join(', ')
  const reasons = counted(looks.flatMap(({ against }) => against.map(({ why }) => why)))
  // All pods have the same priority here: none is pushed out for another.
  const preemption = counted(
    looks.map(({ against }) =>
      against.every(({ preemptable }) => preemptable)
        ? 'No preemption victims found for incoming pod'
        : 'Preemption is not helpful for scheduling',
    ),
  )
  const none = `0/${nodes.length} nodes are available:`
  return { message: `${none} ${reasons}. no new claims to deallocate, preemption: ${none} ${preemption}.` }
}

/** What a node offers to pods: its heartbeats are of no interest here. */
function offer({ spec, status, metadata }: Node): unknown {
  return [spec, status.allocatable, metadata.labels]
}

const isEnded = ({ status }: Pod) => status.phase === 'Succeeded' || status.phase === 'Failed'

/** Starts the scheduler. Gives what stops it. */
export function startScheduler(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly recorder: EventRecorder
}): () => void {
  const { cluster, clock, recorder } = options
  const placed = new Map<string, Requests & { readonly node: string }>()
  const totals = new Map<string, Requests>()
  const waiting = new Map<string, { readonly namespace: string; readonly name: string }>()
  let stopped = false
  let lookingAgain = false

  const used = (node: string) => totals.get(node) ?? { cpu: 0, memory: 0 }

  function count(uid: string, node: string, { cpu, memory }: Requests): void {
    if (placed.has(uid)) return
    placed.set(uid, { node, cpu, memory })
    const before = used(node)
    totals.set(node, { cpu: before.cpu + cpu, memory: before.memory + memory })
  }

  function release(uid: string): boolean {
    const held = placed.get(uid)
    if (held === undefined) return false
    placed.delete(uid)
    const before = used(held.node)
    totals.set(held.node, { cpu: before.cpu - held.cpu, memory: before.memory - held.memory })
    return true
  }

  function place(pod: Pod): void {
    const { namespace, name, uid } = pod.metadata
    const found = placement(pod, cluster.nodes.list(), used)
    if ('node' in found) {
      waiting.delete(uid)
      count(uid, found.node, requestsOf(pod))
      cluster.pods.update({ ...pod, spec: { ...pod.spec, nodeName: found.node } })
      const message = `Successfully assigned ${namespace}/${name} to ${found.node}`
      recorder.record(pod, 'default-scheduler', { type: 'Normal', reason: 'Scheduled', message })
      return
    }
    waiting.set(uid, { namespace, name })
    const { message } = found
    const before = pod.status.conditions?.find(({ type }) => type === 'PodScheduled')
    const kept = before?.status === 'False' ? before.lastTransitionTime : undefined
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastTransitionTime: kept ?? timestamp(clock.now()),
    }
    cluster.pods.update({ ...pod, status: { ...pod.status, phase: 'Pending', conditions: [condition] } })
    recorder.record(pod, 'default-scheduler', { type: 'Warning', reason: 'FailedScheduling', message })
  }

  /** Something has become free, or a node is another one: those that wait are looked at again, once. */
  function lookAgain(): void {
    if (lookingAgain || waiting.size === 0) return
    lookingAgain = true
    clock.at(clock.now() + 50, () => {
      lookingAgain = false
      if (stopped) return
      for (const [uid, { namespace, name }] of [...waiting]) {
        const pod = cluster.pods.get(namespace, name)
        if (pod?.metadata.uid !== uid) waiting.delete(uid)
        else place(pod)
      }
    })
  }

  const ends = [
    cluster.pods.subscribe(({ type, object }) => {
      const { uid, namespace, name } = object.metadata
      if (type === 'DELETED' || isEnded(object)) {
        waiting.delete(uid)
        if (release(uid)) lookAgain()
        return
      }
      if (object.spec.nodeName !== undefined) {
        waiting.delete(uid)
        return count(uid, object.spec.nodeName, requestsOf(object))
      }
      const pod = cluster.pods.get(namespace, name)
      if (type === 'ADDED' && pod?.metadata.uid === uid && pod.spec.nodeName === undefined) place(pod)
    }),
    cluster.nodes.subscribe(({ object, previous }) => {
      if (previous === undefined || !isDeepStrictEqual(offer(object), offer(previous))) lookAgain()
    }),
  ]
  return () => {
    stopped = true
    for (const end of ends) end()
  }
}
