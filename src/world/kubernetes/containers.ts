/** What the API needs of running containers to serve exec, attach and port-forward; whoever plays the kubelet supplies it. */
import type { Duplex } from 'node:stream'
import type { Pod } from './objects.ts'

/** How a process came to its end. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  /** It could not be started; the message is the runtime's. */
  | { readonly kind: 'failed'; readonly message: string }

/** Where what a process prints goes. */
export interface ProcessOutput {
  readonly stdout: (bytes: Buffer) => void
  readonly stderr: (bytes: Buffer) => void
}

/** A process in a container that a client is connected with. */
export interface RemoteProcess {
  readonly write: (bytes: Buffer) => void
  /** The client will send no more. */
  readonly closeStdin: () => void
  /** The client's terminal has another size, in characters. */
  readonly resize: (size: { readonly width: number; readonly height: number }) => void
  /** The client has gone. */
  readonly hangUp: () => void
  readonly ended: Promise<ProcessEnd>
}

export interface ContainerRuntime {
  readonly isRunning: (pod: Pod, container: string) => boolean
  /** Starts a command in a container; undefined when the container doesn't run. */
  readonly exec: (
    pod: Pod,
    asked: {
      readonly container: string
      readonly command: readonly string[]
      readonly stdin: boolean
      readonly tty: boolean
      readonly output: ProcessOutput
    },
  ) => RemoteProcess | undefined
  /** Joins the container's main process; undefined when the container doesn't run. */
  readonly attach: (
    pod: Pod,
    asked: { readonly container: string; readonly stdin: boolean; readonly output: ProcessOutput },
  ) => RemoteProcess | undefined
  /** A connection to a port in the pod; undefined when nothing listens there. */
  readonly connect: (podUid: string, port: number) => Duplex | undefined
  /** Calls `listener` once when the pod doesn't run any more. Gives what ends that. */
  readonly onPodEnd: (podUid: string, listener: () => void) => () => void
}
