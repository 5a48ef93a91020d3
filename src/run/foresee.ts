/** What a run will change, asked of the server before it begins: the plan that the runbook's front matter names. */

import type { Runbook } from '../runbook/runbook.ts'
import type { BlockRequest, RunningBlock } from '../shell/block.ts'
import type { Conductor } from './conductor.ts'
import type { OutputLine } from './session.ts'

/** The plan is worth a moment's waiting, and the run can begin without it, in milliseconds. */
const PLAN_TIMEOUT_MS = 30_000
/** A plan that is longer has its beginning shown; its step tells the whole. */
const MOST_LINES = 400

export interface Foreseeing {
  readonly runbook: Runbook
  readonly conductor: Conductor
  readonly cwd: string
  readonly environment: () => Readonly<Record<string, string>>
  readonly redact: (text: string) => string
  readonly startBlock: (request: BlockRequest) => Promise<RunningBlock>
}

/** What asks for the plan, and what ends the asking with the run. */
export interface Foreseen {
  /**
   * Runs the plan's block as a dry run, announced and recorded, and shows what it prints. Whatever goes wrong with it is
   * shown in its place: it holds nothing up. Called again, it asks anew. Rejects only when the record can't be written.
   */
  readonly tell: () => Promise<void>
  readonly cancel: () => Promise<void>
}

/** For a runbook without a plan, and a run that has begun, there is nothing to tell. */
export function foresee({ runbook, conductor, ...parts }: Foreseeing): Foreseen {
  const block = runbook.phases.flatMap(({ steps }) => steps).find(({ id }) => id === runbook.plan)?.command
  const data = { plan: runbook.plan ?? '' }
  let running: RunningBlock | undefined
  let asked = 0

  async function tell(): Promise<void> {
    if (block === undefined || conductor.state().stage.stage !== 'preparing') return
    const mine = ++asked
    await running?.cancel()
    conductor.show({ plan: { kind: 'asking' } })
    await conductor.record({ type: 'plan.started', data })
    const lines: OutputLine[] = []
    const why = await ask(block.source, lines).catch((error) =>
      error instanceof Error ? error.message : String(error),
    )
    await conductor.record({ type: 'plan.ended', data: { ...data, ...(why === undefined ? {} : { why }) } })
    // The values were changed meanwhile: that plan is none any more.
    if (mine !== asked) return
    const shown = lines.slice(0, MOST_LINES).map(({ text }) => text)
    conductor.show({ plan: why === undefined ? { kind: 'told', lines: shown } : { kind: 'unknown', why } })
  }

  /** Fills `lines`; gives why there is no plan. */
  async function ask(source: string, lines: OutputLine[]): Promise<string | undefined> {
    running = await parts.startBlock({
      source,
      cwd: parts.cwd,
      env: parts.environment(),
      timeoutMs: PLAN_TIMEOUT_MS,
      dryRun: true,
      redact: parts.redact,
      onCommand: async ({ tool, argv, decision }) => {
        await conductor.record({ type: 'command.announced', data: { ...data, tool, argv, decision } })
      },
      onOutput: (batch) => {
        if (lines.at(-1)?.unfinished === true) lines.pop()
        lines.push(...batch)
      },
    })
    const { outcome } = await running.result
    running = undefined
    if (outcome.kind === 'exited' && outcome.code === 0) return undefined
    const how = outcome.kind === 'exited' ? `ended with exit code ${outcome.code}` : `was ${outcome.kind}`
    const said = lines.findLast(({ stream, text }) => stream === 'stderr' && text.trim() !== '')?.text.trim()
    return said === undefined ? `its plan ${how}` : `its plan ${how}: ${said}`
  }

  return {
    tell,
    cancel: async () => {
      await running?.cancel()
    },
  }
}
