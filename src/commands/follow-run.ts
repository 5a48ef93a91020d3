/** Leads an open run to its end, or to where it is left, on the front end that fits; gives the exit code. */

import type { RunState } from '../../machines/state.ts'
import { type Shipping, startShipping } from '../journal/ship.ts'
import { exitCode, exitCodeOf } from '../run/exit-code.ts'
import type { OpenRun } from '../run/open-run.ts'
import { Refusal } from '../run/refusal.ts'
import { flagsOf, type RunOptions } from './run-options.ts'
import { warn } from './say.ts'
import { drawsScreens, isInteractive } from './terminal.ts'

/** How long the end of a run waits for the database that a team keeps its runs in. */
const SHIP_PATIENCE_MS = 3000

/** How a front end let go: the run ended, was left as it stands, or could not go on without a person. */
interface Parting {
  readonly kind: 'ended' | 'left'
  readonly needs?: string
}

/** Closes the run at the end, whatever happens. Throws a Refusal for a run that could not be prepared. */
export async function followRun(
  open: OpenRun,
  options: RunOptions,
  shipping: Shipping | undefined,
): Promise<number> {
  const { conductor, run } = open
  const interruption = interrupted()
  const stopped = Promise.withResolvers<void>()
  let refusal: unknown
  function refuse(error: unknown) {
    refusal = error
    stopped.resolve()
  }
  interruption.signal.then(stopped.resolve)
  open.prepared.then(() => tellPlan(open, options)).catch(refuse)
  conductor.broken.then((error) => {
    refuse(
      new Refusal(
        `the record can't be written: ${error.message} Nothing more was run.`,
        exitCode.recordBroken,
      ),
    )
  })
  try {
    const parting = await frontEnd(open, options, stopped.promise)
    if (refusal !== undefined) throw refusal
    const atParting = conductor.state()
    // A practice world of its own ends with its run: nobody could go on there.
    const endsWithWorld = options.practice !== false
    if (endsWithWorld) await open.abandon('left; a run in practice is not taken up again')
    await open.close()
    return part(parting, atParting, endsWithWorld ? undefined : run, interruption.happened())
  } finally {
    interruption.stop()
    await open.close()
    await shipping?.close({ waitMs: SHIP_PATIENCE_MS })
  }
}

/** Says how to go on where that is possible, and gives the exit code. */
function part(parting: Parting, state: RunState, run: string | undefined, wasInterrupted: boolean): number {
  if (state.stage.stage !== 'ended' && run !== undefined)
    warn(`\nThe run is left as it stands. Go on with: handrail resume ${run}\n`)
  if (wasInterrupted) return exitCode.interrupted
  if (parting.needs !== undefined) {
    warn(`handrail: it needs ${parting.needs}\n`)
    return exitCode.usage
  }
  return exitCodeOf(state)
}

/** Where somebody can read it before the run begins; with --yes nobody does. */
async function tellPlan(open: OpenRun, { yes, output }: RunOptions): Promise<void> {
  if (yes || output !== undefined || !isInteractive()) return
  // A record that can't be written is told by the conductor.
  await open.foresee().catch(() => undefined)
}

/** Leads the run on the front end that fits, until it lets go or `stopped` resolves. */
async function frontEnd(open: OpenRun, options: RunOptions, stopped: Promise<void>): Promise<Parting> {
  if (options.output === undefined && !options.plain && drawsScreens()) {
    const { showRun } = await import('./show-run.ts')
    return showRun(open, options, stopped)
  }
  const { runPlain } = await import('../plain/run-plain.ts')
  const narrates = options.output === undefined
  const terminal = {
    input: process.stdin,
    output: narrates ? process.stdout : process.stderr,
    interactive: narrates && process.stdin.isTTY === true,
    tell: narrates,
  }
  return runPlain(open.conductor, flagsOf(options), terminal, stopped)
}

/** Ships in the background where HANDRAIL_DATABASE_URL says so; problems are shown, and stop nothing. */
export function shipRun(open: OpenRun): Shipping | undefined {
  const databaseUrl = process.env.HANDRAIL_DATABASE_URL
  if (databaseUrl === undefined || databaseUrl === '') return undefined
  const { run, directory, conductor } = open
  return startShipping({
    databaseUrl,
    directory,
    run,
    onProblem: ({ message }) => conductor.show({ notices: [...conductor.view().notices, message] }),
  })
}

/** Ctrl-C and its like, and a reader who has gone, leave the run instead of killing it in the middle of a record. */
function interrupted() {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const came = Promise.withResolvers<void>()
  let happened = false
  const listener = () => {
    happened = true
    came.resolve()
  }
  for (const signal of signals) process.on(signal, listener)
  process.stdout.on('error', listener)
  return {
    signal: came.promise,
    happened: () => happened,
    stop: () => {
      for (const signal of signals) process.off(signal, listener)
      process.stdout.off('error', listener)
    },
  }
}
