/** Compiles a runbook into the machine that the conductor drives. */
import { initialTransition, transition } from 'xstate'
import type { Runbook } from '../src/runbook/runbook.ts'
import type { Deed } from './events.ts'
import { runChart } from './run.ts'
import { type RunSnapshot, runState } from './run-state.ts'
import type { RunMachine } from './state.ts'

/**
 * The machine of a runbook's run. Compile it once and keep it: 200 steps take some tens of milliseconds, an event
 * then a fraction of one. All of it is pure, and nothing throws.
 */
export function compileRun(runbook: Runbook): RunMachine<RunSnapshot> {
  const chart = runChart(runbook)
  return {
    start: () => {
      const [snapshot, actions] = initialTransition(chart)
      return [snapshot, deedsIn(actions)]
    },
    next: (snapshot, event) => {
      const [after, actions] = transition(chart, snapshot, event)
      return [after, deedsIn(actions)]
    },
    state: runState,
  }
}

/** The deeds among a transition's actions, in order. */
function deedsIn(actions: readonly { readonly type: string; readonly params: unknown }[]): readonly Deed[] {
  return actions.flatMap(({ type, params }) => (type === 'deed' && isDeed(params) ? [params] : []))
}

/** XState gives the parameters of all actions one type; `chart.ts` gives a `deed` none but a Deed. */
function isDeed(params: unknown): params is Deed {
  return (
    typeof params === 'object' &&
    params !== null &&
    'type' in params &&
    (params.type === 'startBlock' || params.type === 'openRunbook')
  )
}
