/** Which cluster and namespace a run is opened on. */
import type { Runbook } from '../runbook/runbook.ts'
import { type Context, readContext } from './pin.ts'
import { Refusal } from './refusal.ts'

interface Named {
  readonly runbook: Runbook
  /** Values given with `-p`. */
  readonly given: Readonly<Record<string, string>>
  /** Given with `-n`. */
  readonly namespace?: string
}

/** The cluster to pin to, where there is one. Throws a Refusal when a runbook that calls kubectl has to go without. */
export async function contextFor(
  runbook: Runbook,
  environment: Readonly<Record<string, string>>,
  context: string | undefined,
): Promise<Context | undefined> {
  const result = await readContext(environment, context)
  if (result.kind === 'found') return result.context
  if (!usesKubectl(runbook) && context === undefined) return undefined
  if (result.kind === 'no-kubectl') {
    throw new Refusal(
      `kubectl is not on the PATH, and "${runbook.title}" needs it. Nothing was run. ` +
        'Install it from https://kubernetes.io/docs/tasks/tools/ or practise without one: handrail practice',
    )
  }
  throw new Refusal(
    `no cluster to work on: ${result.why}. Nothing was run. ` +
      'Name a context with --context, or practise without a cluster: handrail practice',
  )
}

function usesKubectl(runbook: Runbook): boolean {
  return runbook.phases
    .flatMap((phase) => phase.steps)
    .flatMap((step) => [step.command, step.verify, step.undo, step.watch])
    .some((block) => block?.commands.some((command) => command.words[0] === 'kubectl'))
}

/** The namespace of a run: given by flag or parameter, else the runbook's default, else the context's. */
export function namespaceFor({ namespace, given, runbook }: Named, context: Context | undefined): string {
  const sources = runbook.parameters.find((parameter) => parameter.name === 'NAMESPACE')?.sources
  const fallback = sources?.find((source) => source.kind === 'default')?.value
  return namespace ?? given.NAMESPACE ?? fallback ?? context?.namespace ?? 'default'
}
