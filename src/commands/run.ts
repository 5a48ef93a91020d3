/** `handrail run`: carries out a runbook, here or in a practice world of its own. */
import type { Shipping } from '../journal/ship.ts'
import { openRun } from '../run/open-run.ts'
import { Refusal } from '../run/refusal.ts'
import { aroundProcess } from './around.ts'
import { followRun, shipRun } from './follow-run.ts'
import { loadRunbook } from './load-runbook.ts'
import { calledTools, missingTools } from './missing-tools.ts'
import { startPracticeWorld } from './practice-world.ts'
import { type RunOptions, runOptions } from './run-options.ts'

/** Carries out the runbook that a name or path means; gives the exit code and throws Refusals. */
export async function runCommand(nameOrPath: string, given: unknown): Promise<number> {
  const options = runOptions.parse(given)
  const loaded = await loadRunbook(nameOrPath, process.cwd())
  const world = options.practice
    ? await startPracticeWorld({
        speed: options.speed,
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        // Scripts that a block calls may call kubectl as well.
        called: new Set(['kubectl', ...calledTools(loaded.runbook)]),
        onProgress: (line) => process.stderr.write(`${line}\n`),
      })
    : undefined
  try {
    let shipping: Shipping | undefined
    const around = aroundProcess(world?.env ?? {}, (record) => {
      if (options.output === 'json') process.stdout.write(`${JSON.stringify(record)}\n`)
      shipping?.notify()
    })
    if (!around.inPracticeWorld) refuseWithout(missingTools(loaded.runbook, around.environment.PATH ?? ''))
    const open = await openRun(
      {
        ...loaded,
        mode: modeOf(options, around.inPracticeWorld),
        given: options.param,
        ...(options.context === undefined ? {} : { context: options.context }),
        ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      },
      around,
    )
    shipping = shipRun(open)
    return await followRun(open, options, shipping)
  } finally {
    await world?.close()
  }
}

/** Nothing is begun that would stop half-way for want of a tool. */
function refuseWithout(missing: readonly string[]) {
  if (missing.length > 0) throw new Refusal(`${missing.join('\n')}\nNothing was run.`)
}

function modeOf({ dryRun }: RunOptions, inPracticeWorld: boolean) {
  if (dryRun) return 'dry-run'
  return inPracticeWorld ? 'practice' : 'live'
}
