/**
 * How `kubectl get pods` words a pod's state and counts its restarts. The order of the rules is that of the API
 * server's table printer (Kubernetes, pkg/printers/internalversion, printPod).
 */
import type { RawContainerStatus, RawPod } from './api-json.ts'

export interface PodWording {
  readonly status: string
  readonly restarts: number
}

/** The STATUS and RESTARTS columns for one pod. */
export function podWording(pod: RawPod): PodWording {
  const { metadata, status } = pod
  const phase = status?.phase || 'Unknown'
  const init = initProgress(pod)
  const initialized = init.status === undefined || hasCondition(pod, 'Initialized')
  const main = initialized ? containersWording(pod) : undefined
  const worded = main?.status ?? init.status ?? status?.reason ?? gated(pod) ?? phase
  const ended = phase === 'Succeeded' || phase === 'Failed'
  return {
    status: metadata.deletionTimestamp && !ended ? leaving(status?.reason) : worded,
    restarts: main === undefined ? init.restarts : main.restarts + init.sidecarRestarts,
  }
}

/** Whether the pod's condition of that type is True. */
export function hasCondition(pod: RawPod, type: string): boolean {
  return pod.status?.conditions.some((one) => one.type === type && one.status === 'True') ?? false
}

function leaving(reason: string | null | undefined): string {
  return reason === 'NodeLost' ? 'Unknown' : 'Terminating'
}

function gated(pod: RawPod): string | undefined {
  const waits = pod.status?.conditions.some(
    (one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated',
  )
  return waits ? 'SchedulingGated' : undefined
}

function exitWording(terminated: {
  signal?: number | null | undefined
  exitCode?: number | null | undefined
}) {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`
}

interface InitProgress {
  /** Undefined when no init container holds the pod up. */
  readonly status: string | undefined
  readonly restarts: number
  /** Restarts of those init containers that keep running beside the pod. */
  readonly sidecarRestarts: number
}

function initProgress(pod: RawPod): InitProgress {
  const sidecars = new Set(
    pod.spec.initContainers.filter((one) => one.restartPolicy === 'Always').map((one) => one.name),
  )
  let restarts = 0
  let sidecarRestarts = 0
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    restarts += container.restartCount ?? 0
    const sidecar = sidecars.has(container.name)
    if (sidecar) sidecarRestarts += container.restartCount ?? 0
    if (container.state?.terminated?.exitCode === 0) continue
    if (sidecar && container.started) continue
    return {
      status: initWording(container, index, pod.spec.initContainers.length),
      restarts,
      sidecarRestarts,
    }
  }
  return { status: undefined, restarts, sidecarRestarts }
}

function initWording(container: RawContainerStatus, index: number, count: number): string {
  const { terminated, waiting } = container.state ?? {}
  if (terminated) return `Init:${terminated.reason || exitWording(terminated)}`
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
  return `Init:${index}/${count}`
}

/** The first container that has something to say is heard. */
function containersWording(pod: RawPod): { readonly status: string | undefined; readonly restarts: number } {
  const containers = pod.status?.containerStatuses ?? []
  const restarts = containers.reduce((sum, one) => sum + (one.restartCount ?? 0), 0)
  const status = containers.map(containerWording).find((wording) => wording !== undefined)
  const running = containers.some((one) => one.ready && one.state?.running)
  if (status === 'Completed' && running)
    return { status: hasCondition(pod, 'Ready') ? 'Running' : 'NotReady', restarts }
  return { status, restarts }
}

function containerWording({ state }: RawContainerStatus): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason
  if (state?.terminated) return state.terminated.reason || exitWording(state.terminated)
  return undefined
}
