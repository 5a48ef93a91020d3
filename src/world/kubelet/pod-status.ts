/** What a pod's status says at one moment of its life. */
import { createHash } from 'node:crypto'
import {
  type Condition,
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Pod,
  type PodStatus,
  timestamp,
} from '../kubernetes/objects.ts'
import { type ContainerMoment, type EndedRun, sandboxReadyMs } from './container-life.ts'
import type { PodMoment } from './pod-life.ts'

/** Where the pod runs, and how a moment of its life becomes a time on the clock (milliseconds since 1970). */
export interface Place {
  readonly podIP: string
  readonly hostIP: string
  readonly timeOf: (at: number) => number
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The image as the node reports it, by the digest of its content. */
function imageID(image: string): string {
  const name = image.split('@')[0]?.replace(/:[^/:]*$/, '') ?? image
  return `docker.io/${name}@sha256:${sha256(image)}`
}

function containerID(pod: Pod, container: string, run: number): string {
  return `containerd://${sha256(`${pod.metadata.uid}/${container}/${run}`)}`
}

function terminated(pod: Pod, container: string, run: EndedRun, place: Place): ContainerState {
  return {
    terminated: {
      exitCode: run.exitCode,
      reason: run.reason,
      startedAt: timestamp(place.timeOf(run.startedAt)),
      finishedAt: timestamp(place.timeOf(run.endedAt)),
      containerID: containerID(pod, container, run.run),
    },
  }
}

function stateOf(pod: Pod, container: string, moment: ContainerMoment, place: Place): ContainerState {
  const { state } = moment
  switch (state.kind) {
    case 'waiting':
      return {
        waiting: { reason: state.reason, ...(state.message === undefined ? {} : { message: state.message }) },
      }
    case 'running':
      return { running: { startedAt: timestamp(place.timeOf(state.startedAt)) } }
    case 'terminated':
      return terminated(pod, container, state, place)
  }
}

function containerStatus(
  pod: Pod,
  container: Container,
  moment: ContainerMoment,
  place: Place,
): ContainerStatus {
  const { name, image } = container
  const { state, last } = moment
  const hasRun = state.kind !== 'waiting' || last !== undefined
  // While a container waits for its restart, its id is still that of the run before.
  const run = state.kind === 'waiting' && last !== undefined ? last.run : moment.restarts
  return {
    name,
    state: stateOf(pod, name, moment, place),
    lastState: last === undefined ? {} : terminated(pod, name, last, place),
    ready: moment.ready,
    restartCount: moment.restarts,
    image,
    imageID: hasRun ? imageID(image) : '',
    ...(hasRun ? { containerID: containerID(pod, name, run) } : {}),
    started: state.kind === 'running',
  }
}

function phaseOf(pod: Pod, moments: readonly ContainerMoment[]): string {
  const { restartPolicy } = pod.spec
  const ended = moments.flatMap(({ state }) => (state.kind === 'terminated' ? [state.exitCode] : []))
  if (ended.length === moments.length && moments.length > 0) {
    if (restartPolicy === 'Never') return ended.every((code) => code === 0) ? 'Succeeded' : 'Failed'
    if (restartPolicy === 'OnFailure' && ended.every((code) => code === 0)) return 'Succeeded'
  }
  const begun = moments.every(({ state, last }) => state.kind !== 'waiting' || last !== undefined)
  return begun ? 'Running' : 'Pending'
}

/** The status of the pod at that moment of its life; times of unchanged conditions are kept from its present one. */
export function podStatus(pod: Pod, { at, containers }: PodMoment, place: Place): PodStatus {
  const now = timestamp(place.timeOf(at))
  const unready = containers
    .filter(({ moment }) => !moment.ready)
    .map(({ setting }) => setting.container.name)
  const readiness =
    unready.length === 0
      ? { status: 'True' }
      : {
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${unready.join(' ')}]`,
        }
  const networked = at >= sandboxReadyMs
  const conditions: readonly Condition[] = [
    { type: 'PodReadyToStartContainers', status: networked ? 'True' : 'False' },
    { type: 'Initialized', status: 'True' },
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
    { type: 'PodScheduled', status: 'True' },
  ]
  const present = pod.status.conditions ?? []
  const { podIP, hostIP } = place
  return {
    phase: phaseOf(
      pod,
      containers.map(({ moment }) => moment),
    ),
    conditions: conditions.map((condition) => {
      const before = present.find(({ type }) => type === condition.type)
      const kept = before?.status === condition.status ? before.lastTransitionTime : undefined
      return { ...condition, lastTransitionTime: kept ?? now }
    }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(networked ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: pod.status.startTime ?? now,
    containerStatuses: containers.map(({ setting, moment }) =>
      containerStatus(pod, setting.container, moment, place),
    ),
    ...(pod.status.qosClass === undefined ? {} : { qosClass: pod.status.qosClass }),
  }
}
