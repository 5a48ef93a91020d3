/** The rolling-back part of the run's chart: the undos of the steps, newest first. */
import type { Runbook, Step } from '../src/runbook/runbook.ts'
import { startDeed } from './awaited.ts'
import type { StateConfig, StateConfigs } from './chart.ts'
import { backOf, stepsOf } from './context.ts'
import { undoStateId } from './step.ts'

/**
 * One state for each step, entered at the step where the rollback was chosen and left towards the one before it.
 * Past the first step it is `rolled-back`; at a step that destroyed something and has no undo, `rollback-failed`.
 */
export function undoStates(runbook: Runbook): StateConfigs {
  const steps = stepsOf(runbook)
  return Object.fromEntries(
    steps
      .map((step, index) => {
        const before = steps[index - 1]
        const onward = before === undefined ? '#rolled-back' : `#${undoStateId(before.id)}`
        return [step.id, undoState(step, onward)] as const
      })
      .toReversed(),
  )
}

function undoState(step: Step, onward: string): StateConfig {
  const { id, undo } = step
  const barred = backOf(step) === 'barrier'
  return {
    id: undoStateId(id),
    description: `Take back: ${step.title}`,
    initial: 'looking',
    states: {
      looking: {
        always: [
          {
            guard: { type: 'isToTakeBack', params: { step: id } },
            target: undo === undefined ? 'left' : 'undoing',
          },
          { target: onward },
        ],
      },
      left: {
        entry: { type: 'leave', params: { step: id } },
        always: barred ? '#rollback-failed' : onward,
      },
      ...(undo === undefined ? {} : undoBlockStates(step, onward)),
    },
  }
}

/**
 * After a crash an undo that had started is unknown; one whose start isn't on record surely did not run, and goes on
 * as the rollback that the operator chose.
 */
function undoBlockStates(step: Step, onward: string): StateConfigs {
  const { id, provides } = step
  const lose = { type: 'loseUndo', params: { step: id } } as const
  return {
    undoing: {
      entry: [
        { type: 'undo', params: { step: id } },
        { type: 'deed', params: ({ context }) => startDeed(context, id, 'undo', 0) },
        { type: 'await', params: { step: id, role: 'undo' } },
      ],
      exit: 'stopAwaiting',
      on: {
        'block.started': { guard: 'isAwaited', actions: 'noteStart' },
        'block.ended': [
          { guard: 'endedWell', target: 'undone', actions: 'noteEnd' },
          { guard: 'lost', target: 'undo-unknown', actions: ['noteEnd', lose] },
          {
            guard: 'isAwaited',
            target: 'undo-failed',
            actions: ['noteEnd', { type: 'failUndo', params: { step: id } }],
          },
        ],
        'run.resumed': [
          { guard: 'notStarted', target: 'undoing', reenter: true },
          { target: 'undo-unknown', actions: lose },
        ],
      },
    },
    undone: { entry: { type: 'finishUndo', params: { step: id, provides } }, always: onward },
    'undo-failed': undoneBadlyState(step),
    'undo-unknown': undoneBadlyState(step),
  }
}

/** Skipping leaves the step as it is: the operator says why, and has seen to it or can live with it. */
function undoneBadlyState({ id }: Step): StateConfig {
  return {
    tags: ['retry', 'skip'],
    on: {
      'step.retried': { guard: { type: 'isForStep', params: { step: id } }, target: 'undoing' },
      'step.skipped': { guard: { type: 'skipsWithReason', params: { step: id } }, target: 'left' },
    },
  }
}
