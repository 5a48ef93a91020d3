/** The tools that a runbook's blocks call and that this machine lacks, each with the way to get it. */
import type { Runbook } from '../runbook/runbook.ts'
import { which } from '../shell/which.ts'

const help: Readonly<Record<string, string>> = {
  kubectl: 'Install it as https://kubernetes.io/docs/tasks/tools/ says, or practice: that brings its own.',
  aws: 'Install it as https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html says.',
  psql: 'It comes with the PostgreSQL client: `apt install postgresql-client` or `brew install libpq`.',
  curl: 'Install it with the system: `apt install curl` or `brew install curl`.',
  python3: 'The aws CLI is written in it: `apt install python3` or `brew install python`.',
}

/** Where a tool comes from, as a sentence. */
export function howToGet(name: string): string {
  return help[name] ?? `Install ${name}, then try again.`
}

/** What to say in live mode when a tool isn't there: one or two sentences that end in what to do. */
function missingTool(name: string): string {
  return `${name} is not on your PATH, and the steps of this runbook need it. ${howToGet(name)}`
}

/** A sentence for each known tool that the runbook calls and `path` does not have. */
export function missingTools(runbook: Runbook, path: string): readonly string[] {
  return [...calledTools(runbook)]
    .filter((tool) => Object.hasOwn(help, tool) && which(tool, path) === undefined)
    .map(missingTool)
}

/** The first word of every command in a runbook's blocks. */
export function calledTools(runbook: Runbook): ReadonlySet<string> {
  const commands = runbook.phases
    .flatMap((phase) => phase.steps)
    .flatMap((step) => [step.command, step.verify, step.undo, step.watch, step.finding])
    .flatMap((block) => block?.commands ?? [])
  return new Set(commands.map((command) => command.words[0] ?? ''))
}
