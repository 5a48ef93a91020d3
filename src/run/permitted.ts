/** Decides what an operator's action is on the record, or that the present state doesn't offer it. */
import type { How } from '../../machines/events.ts'
import type { RunState } from '../../machines/state.ts'
import type { Json } from '../journal/record.ts'
import type { Runbook } from '../runbook/runbook.ts'
import type { Action, RunView } from './session.ts'

/** A record to be: its type and data, not yet sealed. */
export interface Entry {
  readonly type: string
  readonly data: { readonly [key: string]: Json }
}

/**
 * The entry for an action, or undefined where the state doesn't offer it. `cancel` and `answer` are no entries of
 * their own: what they bring about is recorded when it happens.
 */
export function entryFor(
  action: Action,
  state: RunState,
  { runbook, typedToBegin }: Pick<RunView, 'runbook' | 'typedToBegin'>,
  how: How,
): Entry | undefined {
  const offered = (choice: RunState['choices'][number], entry: Entry) =>
    state.choices.includes(choice) ? entry : undefined
  const current =
    state.stage.stage === 'walking' || state.stage.stage === 'rolling-back' ? state.stage.step : undefined
  const here = (step: string, entry: Entry | undefined) => (step === current ? entry : undefined)

  switch (action.kind) {
    case 'begin':
      if (how === 'key' && typedToBegin !== undefined && action.typed !== typedToBegin) return undefined
      return offered('begin', { type: 'run.begun', data: { how } })
    case 'attest': {
      const text = itemText(runbook, action.step, action.item)
      if (text === undefined) return undefined
      const { step, item } = action
      return here(step, offered('attest', { type: 'item.attested', data: { step, item, text, how } }))
    }
    case 'withdraw': {
      const { step, item } = action
      return here(step, offered('attest', { type: 'item.withdrawn', data: { step, item } }))
    }
    case 'confirm': {
      const { step } = action
      const effect = runbook.phases
        .flatMap((phase) => phase.steps)
        .find((candidate) => candidate.id === step)?.effect
      const isRead = state.steps[step]?.status === 'found'
      if (effect === 'destroy' && !isRead && action.typed !== step) return undefined
      return here(step, offered('confirm', { type: 'step.confirmed', data: { step, how } }))
    }
    case 'retry':
      return here(action.step, offered('retry', { type: 'step.retried', data: { step: action.step, how } }))
    case 'skip': {
      const { step, reason } = action
      if (reason.trim() === '') return undefined
      return here(step, offered('skip', { type: 'step.skipped', data: { step, reason } }))
    }
    case 'rollback':
      return offered('rollback', { type: 'rollback.chosen', data: { how, reason: action.reason } })
    case 'hold':
      return here(action.step, offered('rollback', { type: 'rollback.held', data: { step: action.step } }))
    case 'emergency':
      return runbook.emergency === undefined
        ? undefined
        : offered('emergency', { type: 'emergency.chosen', data: { runbook: runbook.emergency } })
    case 'lead':
      return offered('lead', { type: 'lead.followed', data: { runbook: action.runbook } })
    case 'stop':
      return offered('stop', { type: 'run.stopped', data: { how, reason: action.reason } })
    case 'note':
      return action.text.trim() === '' || state.stage.stage === 'ended'
        ? undefined
        : { type: 'note.added', data: { text: action.text } }
    case 'cancel':
    case 'answer':
      return undefined
  }
}

function itemText(runbook: Runbook, step: string, item: string): string | undefined {
  return runbook.phases
    .flatMap((phase) => phase.steps)
    .find((candidate) => candidate.id === step)
    ?.checklist.find((candidate) => candidate.id === item)?.text
}
