/** What the guard says about a command. */

/** It goes on: as it is, as a dry run of the server, or as a line that says what would have been run. */
export interface Verdict {
  readonly decision: 'run' | 'dry-run-server' | 'print'
  /** The argument vector that is run, or that would be. */
  readonly ran: readonly string[]
}

/** It would leave what the run is pinned to. */
interface Refusal {
  readonly decision: 'refuse'
  /** A clause: "--server is given, and this run is pinned to the context …". */
  readonly why: string
}

export type Decision = Verdict | Refusal
