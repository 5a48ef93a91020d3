/** `handrail audit`: whether the record is whole, and the copy that a team keeps in PostgreSQL. */
import { type Verification, verifyRun } from '../journal/audit.ts'
import { shipAll } from '../journal/ship.ts'
import { listRuns, runDirectory, stateDirectory } from '../journal/store.ts'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { say, warn } from './say.ts'

/** Verifies the named runs, or all; prints a line each and gives 0 only if every one is as it was written. */
export async function auditVerifyCommand(runs: readonly string[]): Promise<number> {
  const state = stateDirectory(process.env)
  const directories =
    runs.length > 0
      ? runs.map((run) => directoryOf(state, run))
      : (await listRuns(state)).map(({ directory }) => directory)
  if (directories.length === 0) {
    warn(`There is no run under ${state} to verify.\n`)
    return exitCode.done
  }
  let sound = true
  for (const directory of directories) {
    const verification = await verifyRun(directory)
    sound &&= verification.sound
    say(`${verificationLines(verification).join('\n')}\n`)
  }
  return sound ? exitCode.done : exitCode.failed
}

function directoryOf(state: string, run: string): string {
  try {
    return runDirectory(state, run)
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), exitCode.usage)
  }
}

/** What the verification of one run found, the head last so that a person can note it down. */
function verificationLines(verification: Verification): readonly string[] {
  const { run, status, records, head, problem, outputs, sound } = verification
  const found = {
    complete: 'complete: sealed at its end',
    open: 'open: the run has not ended, or its end was cut off',
    torn: `torn: the last line was never finished (${verification.tornBytes ?? 0} bytes), as a crash leaves it`,
    altered: 'ALTERED',
    missing: 'MISSING',
  }[status]
  return [
    `${sound ? 'ok ' : 'BAD'} ${run}: ${records} records, ${found}`,
    ...(problem === undefined ? [] : [`    ${problem.message}`]),
    ...outputs.missing.map((sha256) => `    the output ${sha256} is missing`),
    ...outputs.altered.map((sha256) => `    the output ${sha256} was altered`),
    ...(head === undefined ? [] : [`    head ${head.seq} ${head.hash}`]),
  ]
}

/** Ships every run's records that the database doesn't have yet. */
export async function auditShipCommand(): Promise<number> {
  const url = process.env.HANDRAIL_DATABASE_URL
  if (url === undefined || url === '') {
    throw new Refusal(
      'HANDRAIL_DATABASE_URL is not set, so there is nowhere to ship to. Nothing was sent. ' +
        'Example: HANDRAIL_DATABASE_URL=postgres://handrail@db.internal/runs?sslmode=verify-full',
      exitCode.usage,
    )
  }
  const { runs, problem } = await shipAll(stateDirectory(process.env), url)
  for (const { run, shipped, already, problem: own } of runs) {
    const trouble = own === undefined ? '' : `; ${own.message}`
    say(`${run}: ${shipped} shipped, ${already} there already${trouble}\n`)
  }
  if (problem !== undefined) warn(`handrail: ${problem.message}\n`)
  const sound = problem === undefined && runs.every((run) => run.problem === undefined)
  return sound ? exitCode.done : exitCode.failed
}
