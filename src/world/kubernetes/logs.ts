/** What the API needs to know of containers' output to serve `kubectl logs`; whoever plays the kubelet supplies it. */
import type { Pod } from './objects.ts'

/** One line of a container's output. */
export interface LogLine {
  /** When it was written, in milliseconds since 1970. */
  readonly at: number
  /** The text without its line break. */
  readonly text: string
}

export interface LogOptions {
  readonly container: string
  /** The instance before the last restart. */
  readonly previous: boolean
  /** Goes on with later lines until the container ends or `signal` aborts. */
  readonly follow: boolean
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

/**
 * The lines of a container, oldest first; with `follow` the later ones as they are written. Tail, since and
 * timestamps are the API's affair. Gives undefined when there is no such instance (no previous one, or a
 * container that has not started).
 */
export type LogSource = (pod: Pod, options: LogOptions) => LogLines | undefined

export interface LogLines {
  /** What has been written so far. */
  readonly written: readonly LogLine[]
  /** What is written from now on; ends with the container, or when the signal aborts. Read with `follow` only. */
  readonly later: AsyncIterable<LogLine>
}
