/** A runbook in a practice world where a scenario happens, as `handrail run … --practice SCENARIO` means it. */
import type { LoadedRunbook } from './load-runbook.ts'
import { pagerBeside } from './practice-pager.ts'
import { askScore, briefingText } from './practice-score.ts'
import { startPracticeWorld } from './practice-world.ts'
import { runLoaded, worldOptions } from './run-loaded.ts'
import type { RunOptions } from './run-options.ts'
import { chooseScenario } from './scenario-choice.ts'

/**
 * Carries the runbook out and gives the run's own exit code. The debrief follows on stdout, with `-o json` as a last
 * line `{"type":"practice.score","data":{…}}`. Throws Refusals.
 */
export async function runScenario(loaded: LoadedRunbook, options: RunOptions, id: string): Promise<number> {
  const chosen = chooseScenario(id, options.seed)
  const known = new Set(loaded.runbook.parameters.map(({ name }) => name))
  const offered = Object.entries(chosen.task.params).filter(([name]) => known.has(name))
  const param = { ...Object.fromEntries(offered), ...options.param }
  const world = await startPracticeWorld({
    ...worldOptions(loaded, options),
    seed: chosen.seed,
    scenario: chosen.scenario.id,
  })
  try {
    process.stderr.write(briefingText(chosen, process.stderr.columns))
    const code = await runLoaded(loaded, { ...options, param }, world.env, pagerBeside(world))
    const { json, debrief } = await askScore(world)
    process.stdout.write(
      options.output === 'json' ? `{"type":"practice.score","data":${json}}\n` : `\n${debrief}`,
    )
    return code
  } finally {
    await world.close()
  }
}
