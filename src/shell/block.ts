/** A block of a runbook as a process: what is asked for, and what comes back. */

/** A command as a stand-in saw it at the moment of execution: the real argument vector. */
export interface AnnouncedCommand {
  readonly tool: 'kubectl' | 'aws'
  readonly argv: readonly string[]
  readonly decision: 'run' | 'dry-run-server' | 'print'
  /** The vector that is really run, or that would have run for `print`. */
  readonly ran: readonly string[]
}

export interface BlockRequest {
  readonly source: string
  /** Default: bash. */
  readonly interpreter?: string
  readonly cwd: string
  /** The whole environment of the process: the caller has put the parameters in. */
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly dryRun: boolean
  /** Masks secrets in whole lines; used for everything that is kept or shown. */
  readonly redact: (text: string) => string
  /** Called before the command runs; the command waits until this resolves, and is refused if it throws. */
  readonly onCommand: (command: AnnouncedCommand) => Promise<void>
  /** Cleaned, masked lines for the screen; at most about 60 batches a second, however fast the block prints. */
  readonly onOutput: (lines: readonly OutputLine[]) => void
}

export interface OutputLine {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export type BlockOutcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'lost'; readonly why: string }

export interface BlockResult {
  readonly outcome: BlockOutcome
  readonly durationMs: number
  /** What is kept of the output: masked and cleaned; the middle is left out past the bound, and says so. */
  readonly output: string
  /** All bytes that the block printed, kept or not. */
  readonly printedBytes: number
}

export interface RunningBlock {
  readonly pid: number
  readonly result: Promise<BlockResult>
  /** INT now, then TERM, then KILL, each to the whole process group; resolves when the group is gone. */
  readonly cancel: () => Promise<void>
}
