/** A block of a runbook as a process: what is asked for, and what comes back. */

/** A command as a stand-in saw it at the moment of execution: the real argument vector. */
export interface AnnouncedCommand {
  readonly tool: 'kubectl' | 'aws'
  /** Without the tool's own name. Secrets in it are not masked. */
  readonly argv: readonly string[]
  /** The directory that the command ran in: a block may `cd`. */
  readonly cwd: string
  readonly decision: 'run' | 'dry-run-server' | 'print' | 'refuse'
  /** The vector that is really run, or that would have run for `print`; empty for `refuse`. */
  readonly ran: readonly string[]
  /** Why it was refused, as a sentence; for `refuse` alone. */
  readonly why?: string
}

/** What the commands of a run are held to; each that is absent is not looked at. */
export interface Pinned {
  /** The one kubeconfig context that `--context` may name. */
  readonly context?: string
  /** The private kubeconfig: neither `--kubeconfig` nor the block's own KUBECONFIG may name another. */
  readonly kubeconfig?: string
  /** The one profile that `--profile` and the block's own AWS_PROFILE may name. */
  readonly awsProfile?: string
}

export interface BlockRequest {
  readonly source: string
  /** Default: bash. */
  readonly interpreter?: string
  readonly cwd: string
  /**
   * The whole environment of the process, made by `blockEnvironment`: the caller has put the parameters in.
   * The stand-ins are put in front of its PATH here. HANDRAIL_AWS_ENDPOINT_URL in it sends every `aws` there.
   */
  readonly env: Readonly<Record<string, string>>
  /** None: the block may take as long as it likes. */
  readonly timeoutMs?: number
  readonly dryRun: boolean
  readonly pinned?: Pinned
  /** What starts this same Handrail: a program and its first arguments. With it the block has a `handrail` on its PATH. */
  readonly handrail?: readonly string[]
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
  /** The line has no end yet, as a prompt has none: it comes again, whole, once more of it was printed. */
  readonly unfinished?: true
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
