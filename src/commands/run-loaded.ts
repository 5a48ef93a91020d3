/** Carries out a runbook that is read already, in this process's environment or in a practice world's. */
import type { Shipping } from '../journal/ship.ts'
import { openRun } from '../run/open-run.ts'
import { Refusal } from '../run/refusal.ts'
import { aroundProcess } from './around.ts'
import { followRun, shipRun } from './follow-run.ts'
import { type LoadedRunbook, loadRunbook } from './load-runbook.ts'
import { calledTools, missingTools } from './missing-tools.ts'
import type { PracticeWorldOptions } from './practice-world.ts'
import type { RunOptions } from './run-options.ts'

/** The practice world that a runbook needs. */
export function worldOptions(
  { runbook }: LoadedRunbook,
  { speed, seed }: Pick<RunOptions, 'speed' | 'seed'>,
): PracticeWorldOptions {
  return {
    speed,
    ...(seed === undefined ? {} : { seed }),
    // Scripts that a block calls may call kubectl as well.
    called: new Set(['kubectl', ...calledTools(runbook)]),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  }
}

/** What goes on beside a run and has something to say on its screen; gives what ends it. */
export type Beside = (notice: (text: string) => void) => () => void

/** Runs in this process's environment with `overlay` over it, and goes over to the emergency runbook if one is opened. */
export async function runLoaded(
  loaded: LoadedRunbook,
  options: RunOptions,
  overlay: Readonly<Record<string, string>>,
  beside: Beside = () => () => {},
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
      ...(options.practice === false ? {} : { endsWithWorld: true }),
      ...(options.context === undefined ? {} : { context: options.context }),
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    },
    around,
  )
  shipping = shipRun(open)
  const { conductor } = open
  const leave = beside((notice) => conductor.show({ notices: [...conductor.view().notices, notice] }))
  const code = await followRun(open, options, shipping).finally(leave)
  const emergency = conductor.opens()
  if (emergency === undefined) return code
  const next = await loadRunbook(emergency, loaded.cwd)
  const known = new Set(next.runbook.parameters.map(({ name }) => name))
  const param = Object.fromEntries(Object.entries(options.param).filter(([name]) => known.has(name)))
  return runLoaded(next, { ...options, param }, overlay, beside)
}

/** Nothing is begun that would stop half-way for want of a tool. */
function refuseWithout(missing: readonly string[]) {
  if (missing.length > 0) throw new Refusal(`${missing.join('\n')}\nNothing was run.`)
}

function modeOf({ dryRun }: RunOptions, inPracticeWorld: boolean) {
  if (dryRun) return 'dry-run'
  return inPracticeWorld ? 'practice' : 'live'
}
