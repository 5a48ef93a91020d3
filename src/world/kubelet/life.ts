/**
 * The words in which a container's life is told. All times are milliseconds since the pod came to its node, as a real
 * cluster would take them; whoever plays the lives may go faster.
 */
import type { Happening } from '../event-recorder.ts'
import type { Container } from '../kubernetes/objects.ts'
import type { ProbeResult, Verdict } from './probe.ts'
import type { ContainerProgram } from './program-of.ts'

/** One run of the container that has ended. */
export interface EndedRun {
  readonly startedAt: number
  readonly endedAt: number
  readonly exitCode: number
  readonly reason: 'Error' | 'Completed' | 'OOMKilled' | 'StartError'
  readonly message?: string
  readonly run: number
}

export type LifeState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | {
      readonly kind: 'running'
      readonly startedAt: number
      readonly program: Exclude<ContainerProgram, { kind: 'missing' }>
      readonly env: Readonly<Record<string, string>>
      /** Whether its startup probe has held, if it has one. */
      readonly started: boolean
    }
  | ({ readonly kind: 'terminated' } & EndedRun)

/** What is to be done in the world because of a moment. */
export type Deed =
  /** The program is started: its end is told by `exited`. */
  | { readonly kind: 'start'; readonly run: number }
  | { readonly kind: 'signal'; readonly signal: 9 | 15 }
  /** A command is run in the container for a probe, told by `probed`. */
  | {
      readonly kind: 'probe'
      readonly probe: ProbeName
      readonly command: readonly string[]
      readonly timeoutMs: number
    }
  /** A command is run before the container ends, told by `hooked`. */
  | { readonly kind: 'hook'; readonly command: readonly string[] }

export type ProbeName = 'startup' | 'readiness' | 'liveness'

/** What a life hears. */
export type News =
  /** The time has come that it wanted to be woken at. */
  | { readonly kind: 'time'; readonly at: number }
  /** The program has ended. */
  | { readonly kind: 'exited'; readonly at: number; readonly code: number }
  | { readonly kind: 'out-of-memory'; readonly at: number }
  | { readonly kind: 'probed'; readonly at: number; readonly probe: ProbeName; readonly result: ProbeResult }
  | { readonly kind: 'hooked'; readonly at: number }
  /** Something that probes depend on may be different now. */
  | { readonly kind: 'look'; readonly at: number }
  /** The container is another one in the pod's spec. */
  | { readonly kind: 'changed'; readonly at: number; readonly container: Container }
  /** It is to end for good, within so many milliseconds. */
  | { readonly kind: 'end'; readonly at: number; readonly graceMs: number }

export interface ContainerMoment {
  readonly at: number
  readonly state: LifeState
  readonly last?: EndedRun
  readonly restarts: number
  /** Whether the readiness probe holds; a container without one is ready while it runs. */
  readonly ready: boolean
  readonly events: readonly Happening[]
  readonly deeds: readonly Deed[]
  /** When it wants to hear of the time; infinite when nothing happens by itself. */
  readonly wakeAt: number
}

/** A container's life: it says how it is, and is told what is new. It ends when nothing will come any more. */
export type Life<T = void> = Generator<ContainerMoment, T, News>

/** What the environment of a container comes to, or the message of why it can't be made. */
export type Environment = { readonly env: Readonly<Record<string, string>> } | { readonly missing: string }

export interface ContainerSetting {
  readonly container: Container
  readonly pod: { readonly name: string; readonly namespace: string; readonly uid: string }
  readonly ip: string
  /** Of the pod, or of an init container. */
  readonly restartPolicy: string
  /** How long it may take to end when it is restarted, in milliseconds. */
  readonly graceMs: number
  /** What it waits for before it has begun: `ContainerCreating`, or `PodInitializing`. */
  readonly waitsFor: string
  /** Whether the node has the image already. Asked once for each image, before its first start. */
  readonly imagePresent: (image: string) => boolean
  readonly isPullable: (image: string) => boolean
  /** Asked at each start, so that a restart sees a changed Secret or ConfigMap, and nothing else does. */
  readonly environment: (container: Container) => Environment
  readonly programOf: (container: Container, env: Readonly<Record<string, string>>) => ContainerProgram
  /** What the application in this container answers now to a GET of that path. */
  readonly verdict: (path: string) => Verdict
}

/** When the pod's network is there and its address is known. */
export const sandboxReadyMs = 500

export function normal(reason: string, message: string): Happening {
  return { type: 'Normal', reason, message }
}

export function warning(reason: string, message: string): Happening {
  return { type: 'Warning', reason, message }
}

/** The state of a container that doesn't run yet, or not any more for a while. */
export function waiting(reason: string, message?: string): LifeState {
  return { kind: 'waiting', reason, ...(message === undefined ? {} : { message }) }
}
