/** A runbook from its name or path, read and parsed, or refused with every place that has to be mended. */
import { exitCode } from '../run/exit-code.ts'
import { type FoundRunbook, findRunbook } from '../run/find-runbook.ts'
import { Refusal } from '../run/refusal.ts'
import { parseRunbook } from '../runbook/parse.ts'
import { formatProblem } from '../runbook/problem.ts'
import type { Runbook } from '../runbook/runbook.ts'

export interface LoadedRunbook extends FoundRunbook {
  readonly runbook: Runbook
}

/** Throws a Refusal that lists all problems; a runbook with warnings alone is fine. */
export async function loadRunbook(nameOrPath: string, cwd: string): Promise<LoadedRunbook> {
  const found = await findRunbook(nameOrPath, cwd)
  const parsed = parseRunbook(found.source, found.file)
  if (parsed.ok) return { ...found, runbook: parsed.runbook }
  const list = parsed.problems.map(formatProblem).join('\n')
  throw new Refusal(
    `the runbook ${nameOrPath} can't be run as it stands. Nothing was run.\n${list}`,
    exitCode.usage,
  )
}
