/** The states of a step before anything of it runs: its facts, its checklist, the operator's word. */
import type { Step } from '../src/runbook/runbook.ts'
import type { StateConfig, StateConfigs } from './chart.ts'
import { openingOf, wantsConfirmation } from './course.ts'

/** `entering`, which decides, and of `blocked`, `ready` and `confirming` those that the step can be in. */
export function standingStates(step: Step): StateConfigs {
  const blocked = step.requires.length > 0
  const listed = step.checklist.length > 0
  const confirms = wantsConfirmation(step)
  return {
    entering: enteringState(step),
    ...(blocked ? { blocked: blockedState(step) } : {}),
    ...(listed ? { ready: readyState(step) } : {}),
    ...(confirms ? { confirming: confirmingState(step) } : {}),
  }
}

function enteringState(step: Step): StateConfig {
  const { requires, checklist } = step
  const onward = { target: checklist.length > 0 ? 'ready' : afterChecklist(step) }
  if (requires.length === 0) return { always: onward }
  return {
    always: [{ guard: { type: 'factsMissing', params: { requires } }, target: 'blocked' }, onward],
  }
}

/** A step whose facts don't hold is not offered; facts can't come while it stands here, so there is no retry. */
function blockedState({ id, requires }: Step): StateConfig {
  return { entry: { type: 'block', params: { step: id, requires } } }
}

function readyState(step: Step): StateConfig {
  const { id } = step
  const items = itemIds(step)
  return {
    tags: 'attest',
    entry: { type: 'stand', params: { step: id, status: 'ready' } },
    always: { guard: { type: 'allAttested', params: { step: id, items } }, target: afterChecklist(step) },
    on: {
      'item.attested': { guard: { type: 'isItemOf', params: { step: id, items } }, actions: 'attest' },
      'item.withdrawn': { guard: { type: 'isAttestedItemOf', params: { step: id } }, actions: 'withdraw' },
    },
  }
}

/** An item attested by mistake can still be withdrawn here. */
function confirmingState(step: Step): StateConfig {
  const { id } = step
  const confirmed = { guard: { type: 'isForStep', params: { step: id } }, target: openingOf(step) } as const
  const entry = { type: 'stand', params: { step: id, status: 'confirming' } } as const
  if (step.checklist.length === 0) {
    return { tags: 'confirm', entry, on: { 'step.confirmed': confirmed } }
  }
  return {
    tags: ['attest', 'confirm'],
    entry,
    on: {
      'step.confirmed': confirmed,
      'item.withdrawn': {
        guard: { type: 'isAttestedItemOf', params: { step: id } },
        target: 'ready',
        actions: 'withdraw',
      },
    },
  }
}

function afterChecklist(step: Step): string {
  return wantsConfirmation(step) ? 'confirming' : openingOf(step)
}

function itemIds(step: Step): readonly string[] {
  return step.checklist.map((item) => item.id)
}
