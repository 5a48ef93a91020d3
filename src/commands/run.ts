/** `handrail run`: carries out a runbook, here or in a practice world of its own. */
import { loadRunbook } from './load-runbook.ts'
import { startPracticeWorld } from './practice-world.ts'
import { runLoaded, worldOptions } from './run-loaded.ts'
import { runOptions } from './run-options.ts'

/** Carries out the runbook that a name or path means; gives the exit code and throws Refusals. */
export async function runCommand(nameOrPath: string, given: unknown): Promise<number> {
  const options = runOptions.parse(given)
  const loaded = await loadRunbook(nameOrPath, process.cwd())
  if (options.practice === false) return runLoaded(loaded, options, {})
  if (typeof options.practice === 'string') {
    const { runScenario } = await import('./run-scenario.ts')
    return runScenario(loaded, options, options.practice)
  }
  const world = await startPracticeWorld(worldOptions(loaded, options))
  try {
    return await runLoaded(loaded, options, world.env)
  } finally {
    await world.close()
  }
}
