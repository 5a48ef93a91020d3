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
import { type ContainerMoment, type EndedRun, sandboxReadyMs } from './life.ts'
import type { ContainerNow, PodMoment } from './pod-life.ts'

/** Why a pod is over before its containers have come to their end by themselves. */
export interface PodFailure {
  readonly reason: string
  readonly message: string
}

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
      ...(run.message === undefined ? {} : { message: run.message }),
      // What never started bears Go's zero time of the runtime.
      startedAt: timestamp(run.reason === 'StartError' ? 0 : place.timeOf(run.startedAt)),
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
  const { name } = container
  const specified = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  const { image } = specified.find((each) => each.name === name) ?? container
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
    started: state.kind === 'running' && state.started,
  }
}

function phaseOf(pod: Pod, { initContainers, containers }: PodMoment): string {
  const { restartPolicy } = pod.spec
  const blocked = initContainers.some(({ setting, moment }) => !hasPassed(setting.container, moment))
  if (blocked) {
    const failed = initContainers.some(
      ({ moment: { state } }) => state.kind === 'terminated' && state.exitCode !== 0,
    )
    return failed && restartPolicy === 'Never' ? 'Failed' : 'Pending'
  }
  const moments = containers.map(({ moment }) => moment)
  const ended = moments.flatMap(({ state }) => (state.kind === 'terminated' ? [state.exitCode] : []))
  const told = pod.metadata.deletionTimestamp !== undefined
  if (ended.length === moments.length && moments.length > 0) {
    const succeeded = ended.every((code) => code === 0)
    if (restartPolicy === 'Never' || told) return succeeded ? 'Succeeded' : 'Failed'
    if (restartPolicy === 'OnFailure' && succeeded) return 'Succeeded'
  }
  const begun = moments.every(({ state, last }) => state.kind !== 'waiting' || last !== undefined)
  return begun ? 'Running' : 'Pending'
}

/** Whether an init container lets the others begin. */
function hasPassed({ restartPolicy }: Container, { state }: ContainerMoment): boolean {
  if (restartPolicy === 'Always') return state.kind === 'running' && state.started
  return state.kind === 'terminated' && state.exitCode === 0
}

function names(containers: readonly ContainerNow[]): string {
  return containers.map(({ setting }) => setting.container.name).join(' ')
}

/**
 * The status of the pod at that moment of its life; times of unchanged conditions are kept from its present one.
 * With a `failure` the pod has failed, whatever its containers came to.
 */
export function podStatus(pod: Pod, moment: PodMoment, place: Place, failure?: PodFailure): PodStatus {
  const { at, containers, initContainers } = moment
  const now = timestamp(place.timeOf(at))
  const phase = failure === undefined ? phaseOf(pod, moment) : 'Failed'
  const isOver = phase === 'Succeeded' || phase === 'Failed'
  const unready = containers.filter((each) => !each.moment.ready)
  const readiness =
    phase === 'Succeeded'
      ? { status: 'False', reason: 'PodCompleted' }
      : phase === 'Failed'
        ? { status: 'False', reason: 'PodFailed' }
        : unready.length === 0
          ? { status: 'True' }
          : {
              status: 'False',
              reason: 'ContainersNotReady',
              message: `containers with unready status: [${names(unready)}]`,
            }
  const waiting = initContainers.filter((each) => !hasPassed(each.setting.container, each.moment))
  const initialized =
    waiting.length === 0
      ? { status: 'True', ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) }
      : {
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${names(waiting)}]`,
        }
  const networked = at >= sandboxReadyMs
  const conditions: readonly Condition[] = [
    { type: 'PodReadyToStartContainers', status: networked && !isOver ? 'True' : 'False' },
    { type: 'Initialized', ...initialized },
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
    { type: 'PodScheduled', status: 'True' },
  ]
  const present = pod.status.conditions ?? []
  const { podIP, hostIP } = place
  const status = ({ setting, moment: own }: ContainerNow) =>
    containerStatus(pod, setting.container, own, place)
  return {
    phase,
    ...failure,
    conditions: [
      ...conditions.map((condition) => {
        const before = present.find(({ type }) => type === condition.type)
        const kept = before?.status === condition.status ? before.lastTransitionTime : undefined
        return { ...condition, lastTransitionTime: kept ?? now }
      }),
      // What others say of the pod, such as that it is being disrupted, stays.
      ...present.filter(({ type }) => conditions.every((condition) => condition.type !== type)),
    ],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(networked ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: pod.status.startTime ?? now,
    ...(initContainers.length === 0 ? {} : { initContainerStatuses: initContainers.map(status) }),
    containerStatuses: containers.map(status),
    ...(pod.status.qosClass === undefined ? {} : { qosClass: pod.status.qosClass }),
  }
}
