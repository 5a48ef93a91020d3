/** Decides for an absent operator: what the flags of the command line would press now. */
import type { Action, RunView } from './session.ts'

export interface Flags {
  /** Confirms what a key would confirm; never a `destroy`. */
  readonly yes: boolean
  /** Attests the checklists. */
  readonly attest: boolean
  /** Step ids of `destroy` steps that may run. */
  readonly confirm: readonly string[]
  readonly onFailure: 'ask' | 'stop' | 'rollback'
}

/** What to do next, or that only a person can tell: then `needs` says in words what is missing. */
export type Decision = { readonly action: Action } | { readonly needs: string } | 'wait' | 'leave'

/** The next action for a run that stands still; `wait` while a process runs or the run has ended. */
export function decide(view: RunView, flags: Flags): Decision {
  const { state } = view
  if (view.question !== undefined) {
    if (flags.yes && view.question.offered !== undefined) {
      return { action: { kind: 'answer', parameter: view.question.name, value: '' } }
    }
    return { needs: `a value for ${view.question.name}: give it with -p ${view.question.name}=VALUE` }
  }
  const { stage } = state
  if (stage.stage === 'ended') return 'wait'
  if (stage.stage === 'preparing') {
    if (!state.choices.includes('begin')) return 'wait'
    return flags.yes ? { action: { kind: 'begin' } } : { needs: 'somebody to begin the run: give --yes' }
  }
  const step = state.steps[stage.step]
  switch (step?.status) {
    case 'ready':
      return attestNext(view, stage.step, flags)
    case 'confirming':
      return confirm(view, stage.step, flags)
    case 'found':
      return flags.yes
        ? { action: { kind: 'confirm', step: stage.step } }
        : { needs: `somebody to read what "${stage.step}" has found: give --yes` }
    case 'failed':
    case 'unknown':
    case 'blocked':
      return afterFailure(view, flags)
    case 'undo-failed':
    case 'undo-unknown':
      return 'leave'
    default:
      return 'wait'
  }
}

function attestNext(view: RunView, stepId: string, flags: Flags): Decision {
  const done = new Set(view.state.attested[stepId])
  const item = stepOf(view, stepId)?.checklist.find((candidate) => !done.has(candidate.id))
  if (item === undefined) return 'wait'
  if (!flags.attest) return { needs: `somebody to attest "${item.text}": give --attest` }
  return { action: { kind: 'attest', step: stepId, item: item.id } }
}

function confirm(view: RunView, stepId: string, flags: Flags): Decision {
  if (stepOf(view, stepId)?.effect === 'destroy') {
    if (flags.confirm.includes(stepId)) return { action: { kind: 'confirm', step: stepId, typed: stepId } }
    return { needs: `a word on "${stepId}", which can't be taken back: give --confirm=${stepId}` }
  }
  if (flags.yes) return { action: { kind: 'confirm', step: stepId } }
  return { needs: `somebody to confirm the step "${stepId}": give --yes` }
}

function afterFailure(view: RunView, flags: Flags): Decision {
  const { choices } = view.state
  if (flags.onFailure === 'rollback' && choices.includes('rollback')) {
    return { action: { kind: 'rollback', reason: '--on-failure=rollback' } }
  }
  if (flags.onFailure === 'stop' && choices.includes('stop')) {
    return { action: { kind: 'stop', reason: '--on-failure=stop' } }
  }
  return 'leave'
}

function stepOf(view: RunView, id: string) {
  return view.runbook.phases.flatMap((phase) => phase.steps).find((step) => step.id === id)
}
