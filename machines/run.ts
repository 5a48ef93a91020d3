/** A whole run as one statechart: the phases and steps of its runbook in order, and the way back. */
import type { Runbook } from '../src/runbook/runbook.ts'
import { chart, type StateConfig, type StateConfigs } from './chart.ts'
import { startingContext, stepsOf } from './context.ts'
import type { RunEvent } from './events.ts'
import { undoStates } from './rolling-back.ts'
import type { Choice } from './state.ts'
import { stepLife, stepStateId } from './step.ts'

/** The chart of a runbook's run, as XState has it: for drawing, exploring, and driving by `initialTransition` and `transition`. */
export type RunChart = ReturnType<typeof runChart>

/**
 * Compiles a runbook to a statechart: `preparing` → `walking` (phases, in them steps, in them a step's life) →
 * `done`, with `rolling-back` (steps, newest first) → `rolled-back` or `rollback-failed`, and `stopped`.
 *
 * A step's id is a state's name, so ids must be unique and hold no dot (names.ts of the runbooks sees to both).
 */
export function runChart(runbook: Runbook) {
  return chart.createMachine({
    id: runbook.name,
    context: startingContext(runbook),
    initial: 'preparing',
    states: {
      preparing: preparingState(runbook),
      ...(stepsOf(runbook).length === 0 ? {} : walkedStates(runbook)),
      done: endState('done'),
      'rolled-back': endState('rolled-back'),
      stopped: endState('stopped'),
      'rollback-failed': endState('rollback-failed'),
    },
  })
}

/** Parameters come in one by one, and may change; with all of them known the run can begin. */
function preparingState(runbook: Runbook): StateConfig {
  const first = stepsOf(runbook)[0]
  const names = runbook.parameters.map((parameter) => parameter.name)
  const { tags, on } = leaving(runbook, 'stopped')
  return {
    tags: ['begin', ...tags],
    on: {
      'parameter.set': { actions: 'setParameter' },
      'parameter.withdrawn': { actions: 'withdrawParameter' },
      'run.begun': {
        guard: { type: 'parametersSet', params: { names } },
        target: first === undefined ? '#done' : `#${stepStateId(first.id)}`,
      },
      ...on,
    },
  }
}

function walkedStates(runbook: Runbook): StateConfigs {
  const firstPhase = runbook.phases.find((phase) => phase.steps.length > 0)
  const lastStep = stepsOf(runbook).at(-1)
  return {
    walking: {
      ...leaving(runbook, 'stopped'),
      initial: firstPhase?.id ?? '',
      states: phaseStates(runbook),
    },
    'rolling-back': {
      ...leaving(runbook, 'rollback-failed'),
      initial: lastStep?.id ?? '',
      states: undoStates(runbook),
    },
  }
}

function phaseStates(runbook: Runbook): StateConfigs {
  const following = followers(runbook)
  return Object.fromEntries(
    runbook.phases.flatMap((phase) => {
      const [first] = phase.steps
      if (first === undefined) return []
      const states = Object.fromEntries(
        phase.steps.map((step) => [step.id, stepLife(step, following.get(step.id) ?? '#done')]),
      )
      return [[phase.id, { description: phase.title, initial: first.id, states }]]
    }),
  )
}

/** For each step but the last the target that comes after it, across phases. */
function followers(runbook: Runbook): ReadonlyMap<string, string> {
  const steps = stepsOf(runbook)
  return new Map(
    steps.flatMap((step, index) => {
      const next = steps[index + 1]
      return next === undefined ? [] : [[step.id, `#${stepStateId(next.id)}`]]
    }),
  )
}

/**
 * Whenever no process runs the operator may leave: stop, or open another runbook, the emergency one or one that a
 * finding leads to, which stops this run.
 */
function leaving(runbook: Runbook, ending: 'stopped' | 'rollback-failed') {
  const { emergency } = runbook
  const stop = { guard: 'nothingRuns', target: `#${ending}` } as const
  const open = ({ event }: { readonly event: RunEvent }) => ({
    type: 'openRunbook' as const,
    runbook: event.type === 'emergency.chosen' || event.type === 'lead.followed' ? event.runbook : '',
  })
  const leads = stepsOf(runbook).some((step) => step.leads.length > 0)
  const tags: readonly Choice[] = [
    ...(emergency === undefined ? [] : ['emergency' as const]),
    ...(leads ? ['lead' as const] : []),
    'stop',
  ]
  return {
    tags: [...tags],
    on: {
      'run.stopped': stop,
      ...(emergency === undefined
        ? {}
        : {
            'emergency.chosen': {
              guard: { type: 'isEmergency', params: { runbook: emergency } },
              target: `#${ending}`,
              actions: { type: 'deed', params: open },
            } as const,
          }),
      ...(leads
        ? {
            'lead.followed': {
              guard: 'isLead',
              target: `#${ending}`,
              actions: { type: 'deed', params: open },
            } as const,
          }
        : {}),
    },
  }
}

function endState(id: string): StateConfig {
  return { id, type: 'final' }
}
