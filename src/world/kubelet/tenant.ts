/** A pod on the node, as the kubelet keeps it. */

import type { AppBehavior } from '../app/behavior.ts'
import type { TimedLine } from '../app/log-lines.ts'
import type { Pod } from '../kubernetes/objects.ts'
import type { WrittenFiles } from './files.ts'
import type { LifeState, News } from './life.ts'
import type { ContainerNow } from './pod-life.ts'
import type { PodFailure } from './pod-status.ts'
import type { MainProcess } from './processes.ts'
import type { RecordedLife } from './recorded-life.ts'

/** An application that runs now. */
export interface RunningApp {
  readonly pod: Pod
  readonly behavior: AppBehavior
  readonly env: Readonly<Record<string, string>>
  /** When this run began, in milliseconds since 1970. */
  readonly startedAt: number
  /** Writes a line to the pod's log, and counts a request. */
  readonly logRequest: (line: Omit<TimedLine, 'afterMs'>) => void
}

export interface Tenant {
  readonly uid: string
  readonly name: string
  readonly namespace: string
  readonly ip: string
  readonly bornAt: number
  readonly life: RecordedLife
  /** The programs that run, by container. */
  readonly processes: Map<string, MainProcess>
  /** Requests answered since the last line about them. */
  requests: number
  /** Told to end, and when it was to have ended at the latest (milliseconds since 1970). */
  endsBy: number | undefined
  failure: PodFailure | undefined
  /** What came while something else was being played. */
  readonly waiting: { readonly news: News; readonly container: string | undefined }[]
  playing: boolean
  /** The moment that it is to be woken at, if any; infinite otherwise. */
  wakesAt: number
  cancelWake: () => void
  readonly cancels: Set<() => void>
  /** Who wants to know when it ends. */
  readonly listeners: Set<() => void>
  readonly written: Map<string, WrittenFiles>
}

/** A container of the pod by its name, as it is now. */
function containerNow({ life }: Tenant, name: string): ContainerNow | undefined {
  const { containers, initContainers } = life.now()
  return [...containers, ...initContainers].find(({ setting }) => setting.container.name === name)
}

/** The container's state if it runs. */
export function runningState(
  tenant: Tenant,
  container: string,
): Extract<LifeState, { kind: 'running' }> | undefined {
  const state = containerNow(tenant, container)?.moment.state
  return state?.kind === 'running' ? state : undefined
}

/** The files that programs of a container have written; volumes are the pod's. */
export function writtenFiles({ written }: Tenant, container: string): WrittenFiles {
  const present = written.get(container)
  if (present !== undefined) return present
  const shared = written.values().next().value?.shared ?? new Map<string, Map<string, string>>()
  const made: WrittenFiles = { own: new Map(), shared }
  written.set(container, made)
  return made
}
