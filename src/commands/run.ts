/** `handrail run`: carries out a runbook, here or in a practice world of its own. */
import type { Shipping } from '../journal/ship.ts'
import { openRun } from '../run/open-run.ts'
import { Refusal } from '../run/refusal.ts'
import { aroundProcess } from './around.ts'
import { followRun, shipRun } from './follow-run.ts'
import { type LoadedRunbook, loadRunbook } from './load-runbook.ts'
import { calledTools, missingTools } from './missing-tools.ts'
import { startPracticeWorld } from './practice-world.ts'
import { type RunOptions, runOptions } from './run-options.ts'

/** Carries out the runbook that a name or path means; gives the exit code and throws Refusals. */
export async function runCommand(nameOrPath: string, given: unknown): Promise<number> {
  const options = runOptions.parse(given)
  const loaded = await loadRunbook(nameOrPath, process.cwd())
  if (!options.practice) return runHere(loaded, options, {})
  const world = await startPracticeWorld({
    speed: options.speed,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    // Scripts that a block calls may call kubectl as well.
    called: new Set(['kubectl', ...calledTools(loaded.runbook)]),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  try {
    return await runHere(loaded, options, world.env)
  } finally {
    await world.close()
  }
}

/** Runs in this process's environment with `overlay` over it, and goes over to the emergency runbook if one is opened. */
async function runHere(
  loaded: LoadedRunbook,
  options: RunOptions,
  overlay: Readonly<Record<string, string>>,
): Promise<number> {
  let shipping: Shipping | undefined
  const around = aroundProcess(overlay, (record) => {
    if (options.output === 'json') process.stdout.write(`${JSON.stringify(record)}\n`)
    shipping?.notify()
  })
  if (!around.inPracticeWorld) refuseWithout(missingTools(loaded.runbook, around.environment.PATH ?? ''))
  const open = await openRun(
    {
      ...loaded,
      mode: modeOf(options, around.inPracticeWorld),
      given: options.param,
      ...(options.practice ? { endsWithWorld: true } : {}),
      ...(options.context === undefined ? {} : { context: options.context }),
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    },
    around,
  )
  shipping = shipRun(open)
  const code = await followRun(open, options, shipping)
  const emergency = open.conductor.opens()
  if (emergency === undefined) return code
  const next = await loadRunbook(emergency, loaded.cwd)
  const known = new Set(next.runbook.parameters.map(({ name }) => name))
  const param = Object.fromEntries(Object.entries(options.param).filter(([name]) => known.has(name)))
  return runHere(next, { ...options, param }, overlay)
}

/** Nothing is begun that would stop half-way for want of a tool. */
function refuseWithout(missing: readonly string[]) {
  if (missing.length > 0) throw new Refusal(`${missing.join('\n')}\nNothing was run.`)
}

function modeOf({ dryRun }: RunOptions, inPracticeWorld: boolean) {
  if (dryRun) return 'dry-run'
  return inPracticeWorld ? 'practice' : 'live'
}
