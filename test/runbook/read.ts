/** How these tests read a runbook that has to be good, and list what is wrong with one that isn't. */
import { checkRunbook, formatProblem, parseRunbook } from '../../src/runbook/parse.ts'
import type { Runbook, Step } from '../../src/runbook/runbook.ts'

/** The runbook; throws with its problems where there are errors. */
export function runbookOf(source: string, file = 'runbooks/test.md'): Runbook {
  const parsed = parseRunbook(source, file)
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.runbook
}

export function stepsOf(source: string): readonly Step[] {
  return runbookOf(source).phases.flatMap((phase) => phase.steps)
}

/** The only step. */
export function stepOf(source: string): Step {
  const [step, ...more] = stepsOf(source)
  if (step === undefined || more.length > 0) throw new Error(`${more.length + 1} steps`)
  return step
}

/** All problems as a terminal shows them, in order. */
export function problemsOf(source: string, file = 'bad.md'): readonly string[] {
  return checkRunbook(source, file).map(formatProblem)
}

/** Front matter that makes the file ours, on lines 1 to 3, then the body. */
export function ours(body: string): string {
  return `---\nkind: deployment\n---\n${body}`
}
