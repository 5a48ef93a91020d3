/** What the panes read out of a run's view. */
import type { StepState } from '../../machines/state.ts'
import type { RunView } from '../run/session.ts'
import type { Step } from '../runbook/runbook.ts'

export function allSteps(view: RunView): readonly Step[] {
  return view.runbook.phases.flatMap((phase) => phase.steps)
}

/** The step that the run is at, walking or rolling back. */
export function currentStep(view: RunView): Step | undefined {
  const { stage } = view.state
  if (stage.stage !== 'walking' && stage.stage !== 'rolling-back') return undefined
  return allSteps(view).find((step) => step.id === stage.step)
}

export function currentState(view: RunView): StepState | undefined {
  const step = currentStep(view)
  return step === undefined ? undefined : view.state.steps[step.id]
}

/** Whether a process runs now, or is about to. */
export function isBusy(view: RunView): boolean {
  const status = currentState(view)?.status
  return (
    status === 'running' ||
    status === 'verifying' ||
    status === 'watching' ||
    status === 'finding' ||
    status === 'undoing'
  )
}

/** The runbooks that the findings so far lead to, the latest first. */
export function leadsOf({ state }: RunView): readonly string[] {
  const leads = Object.values(state.findings).flatMap(({ leadsTo }) => leadsTo ?? [])
  return [...new Set(leads.toReversed())]
}
