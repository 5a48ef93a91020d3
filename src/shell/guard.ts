/** What becomes of a command that a block is about to run: decided on its real argument vector, and on nothing else. */
import { awsLeavesPractice, awsRefusal, isAwsRead, withEndpoint } from './aws-guard.ts'
import type { AnnouncedCommand, Pinned } from './block.ts'
import type { Decision } from './decision.ts'
import { kubectlCommand } from './kubectl-command.ts'
import { kubectlDryRun, kubectlRefusal } from './kubectl-guard.ts'

export interface GuardedCommand {
  readonly tool: AnnouncedCommand['tool']
  /** Without the tool's own name. */
  readonly argv: readonly string[]
  readonly dryRun: boolean
  readonly pinned?: Pinned
  /** The command's own KUBECONFIG and AWS_PROFILE: a block may have set them. */
  readonly kubeconfig?: string
  readonly awsProfile?: string
  /** Where every `aws` of the practice world has to go. */
  readonly awsEndpointUrl?: string
}

/**
 * Decides about one command. Outside of a dry run everything is run as it is, but for what would leave the cluster,
 * account or practice world that the run is pinned to: that is refused. In a dry run what only looks is run, what the
 * server can pretend to do is turned into that, and the rest is printed. docs/dry-run.md says it at length.
 */
export function decide(command: GuardedCommand): Decision {
  return command.tool === 'kubectl' ? decideKubectl(command) : decideAws(command)
}

/** Whether a command is known to only look: the same knowledge that a dry run goes by. */
export function onlyLooks(tool: AnnouncedCommand['tool'], argv: readonly string[]): boolean {
  return tool === 'kubectl' ? kubectlCommand(argv).kind === 'read' : isAwsRead(argv)
}

function decideKubectl({ argv, dryRun, pinned, kubeconfig }: GuardedCommand): Decision {
  const why = pinned && kubectlRefusal(argv, pinned, kubeconfig)
  if (why !== undefined) return { decision: 'refuse', why }
  return dryRun ? kubectlDryRun(argv) : { decision: 'run', ran: argv }
}

function decideAws({ argv, dryRun, pinned, awsProfile, awsEndpointUrl }: GuardedCommand): Decision {
  const why =
    (pinned && awsRefusal(argv, pinned, awsProfile)) ??
    (awsEndpointUrl === undefined ? undefined : awsLeavesPractice(argv, awsEndpointUrl))
  if (why !== undefined) return { decision: 'refuse', why }
  const ran = awsEndpointUrl === undefined ? argv : withEndpoint(argv, awsEndpointUrl)
  return { decision: dryRun && !isAwsRead(argv) ? 'print' : 'run', ran }
}
