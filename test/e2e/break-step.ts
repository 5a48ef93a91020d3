/** Makes runbooks fail where a test wants it: after a step's command has done its work. */
import { parseRunbook } from '../../src/runbook/parse.ts'
import type { Block, Runbook, Step } from '../../src/runbook/runbook.ts'

/** The runbook, or a throw with what is wrong with it. */
export function readRunbook(source: string, file: string): Runbook {
  const parsed = parseRunbook(source, file)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.runbook
}

/** The steps that can fail, in order: those in which something runs that decides whether they pass. */
export function breakableSteps(runbook: Runbook): readonly Step[] {
  return runbook.phases.flatMap(({ steps }) => steps).filter((step) => decisive(step) !== undefined)
}

/** The last block of a step that decides: behind it nothing of the step is left to be done. */
function decisive({ command, verify, watch }: Step): Block | undefined {
  return watch ?? verify ?? command
}

/** The source with one step that does all it does and then fails, soon. */
export function breakStep(source: string, step: Step): string {
  const block = decisive(step)
  if (block === undefined) throw new Error(`nothing in the step ${step.id} can fail`)
  const lines = source.split('\n')
  const opening = block.position.line - 1
  const closing = lines.findIndex((line, index) => index > opening && line.trimEnd() === '```')
  const fence = (lines[opening] ?? '').replace(/timeout=\w+/, 'timeout=1s')
  const body = lines.slice(opening + 1, closing)
  const broken =
    block.role === 'command'
      ? [lines[opening] ?? '', ...body, 'exit 1']
      : [fence, 'echo "broken for a test"', 'exit 1']
  return [...lines.slice(0, opening), ...broken, ...lines.slice(closing)].join('\n')
}
