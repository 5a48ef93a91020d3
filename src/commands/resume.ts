/** `handrail resume`: takes up a run where it was left, by somebody or by a crash. */
import type { Shipping } from '../journal/ship.ts'
import { listRuns, stateDirectory } from '../journal/store.ts'
import { exitCode } from '../run/exit-code.ts'
import { resumeRun } from '../run/open-run.ts'
import { Refusal } from '../run/refusal.ts'
import { aroundProcess } from './around.ts'
import { followRun, shipRun } from './follow-run.ts'
import { runOptions } from './run-options.ts'
import { runLine } from './runs.ts'
import { sayJson } from './say.ts'

/** Resumes the named run, or the newest one that has not ended; gives the exit code and throws Refusals. */
export async function resumeCommand(run: string | undefined, given: unknown): Promise<number> {
  const options = runOptions.parse(given)
  let shipping: Shipping | undefined
  const around = aroundProcess({}, (record) => {
    if (options.output === 'json') sayJson(record)
    shipping?.notify()
  })
  const open = await resumeRun(run ?? (await newestOpen()), options.param, around)
  shipping = shipRun(open)
  return followRun(open, options, shipping)
}

async function newestOpen(): Promise<string> {
  const runs = (await listRuns(stateDirectory(process.env))).map(runLine)
  const open = runs.find(({ status }) => status === 'open')
  if (open === undefined)
    throw new Refusal('there is no run that could be resumed: handrail runs lists them all.', exitCode.usage)
  return open.run
}
