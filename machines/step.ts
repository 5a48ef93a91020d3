/** One step's life as a fragment of the run's chart; it has only the states that its step can be in. */
import type { Step } from '../src/runbook/runbook.ts'
import type { StateConfig } from './chart.ts'
import { hasWork, openingOf } from './course.ts'
import { standingStates } from './standing.ts'
import { workingStates } from './working.ts'

/** The id of a step's state, for targets from elsewhere in the chart. */
export const stepStateId = (step: string) => `step:${step}`

/** The id of the state in which a rollback deals with a step. */
export const undoStateId = (step: string) => `undo:${step}`

/**
 * The states of a step's life; `next` is the target when it has passed or was skipped.
 *
 * Whenever no process of it runs, the operator may skip the step (it then provides nothing) or choose the rollback.
 */
export function stepLife(step: Step, next: string): StateConfig {
  const { id } = step
  return {
    id: stepStateId(id),
    description: step.title,
    tags: ['skip', 'rollback'],
    initial: 'entering',
    on: {
      'step.skipped': {
        guard: { type: 'skipsWithReason', params: { step: id } },
        target: '.skipped',
        actions: 'skip',
      },
      'rollback.chosen': {
        guard: 'canRollBack',
        target: `#${undoStateId(id)}`,
        actions: { type: 'turnBack', params: { step: id } },
      },
    },
    states: {
      ...standingStates(step),
      ...workingStates(step),
      ...(hasWork(step) ? { failed: retryState(step), unknown: retryState(step) } : {}),
      passed: {
        entry: { type: 'pass', params: { step: id, provides: step.provides, revokes: step.revokes } },
        always: next,
      },
      skipped: { always: next },
    },
  }
}

/** `failed` or `unknown`: a retry runs the step again from its first block, or looks first where that is safer. */
function retryState(step: Step): StateConfig {
  const { id, command, verify } = step
  const again = { guard: { type: 'isForStep', params: { step: id } }, target: openingOf(step) } as const
  if (command === undefined || verify === undefined) {
    return { tags: 'retry', on: { 'step.retried': again } }
  }
  const look = { guard: { type: 'retriesAfterSuccess', params: { step: id } }, target: 'rechecking' } as const
  return { tags: 'retry', on: { 'step.retried': [look, again] } }
}
