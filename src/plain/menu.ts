/** What a person may choose now, as numbered choices. */
import type { Choice } from '../../machines/state.ts'
import type { Action, RunView } from '../run/session.ts'
import { effectWords } from '../run/words.ts'
import type { Step } from '../runbook/runbook.ts'

/** One numbered choice: an action, one that wants a reason or a typed word first, or leaving the run as it stands. */
export type MenuOption =
  | { readonly label: string; readonly action: Action }
  | { readonly label: string; readonly asks: string; readonly make: (text: string) => Action }
  | { readonly label: string; readonly leave: true }

export interface Menu {
  /** Sentences above the choices. */
  readonly about: readonly string[]
  readonly options: readonly MenuOption[]
}

/** The menu for a run that waits for a person; undefined while a process runs, and after the end. */
export function menuFor(view: RunView): Menu | undefined {
  const { state } = view
  if (state.choices.length === 0) return undefined
  const leave: MenuOption = { label: 'leave; the run can be resumed', leave: true }
  if (state.stage.stage === 'preparing') {
    return { about: planLines(view), options: [beginOption(view), leave] }
  }
  if (state.stage.stage === 'ended') return undefined
  const id = state.stage.step
  const step = allSteps(view).find((candidate) => candidate.id === id)
  if (step === undefined) return undefined
  return { about: about(view, step), options: [...stepOptions(view, step), leave] }
}

function beginOption({ typedToBegin }: RunView): MenuOption {
  if (typedToBegin === undefined) return { label: 'begin', action: { kind: 'begin' } }
  return {
    label: `begin, on the production context ${typedToBegin}`,
    asks: `type ${typedToBegin} to begin`,
    make: (typed) => ({ kind: 'begin', typed }),
  }
}

function planLines(view: RunView): string[] {
  return [
    'plan:',
    ...allSteps(view).map((step, index) => {
      const effect = step.command === undefined ? '' : ` (${effectWords[step.effect]})`
      return `  ${index + 1}. ${step.title}${effect}`
    }),
  ]
}

function about(view: RunView, step: Step): string[] {
  if (view.state.steps[step.id]?.status === 'found') return []
  if (view.state.choices.includes('confirm')) {
    const { command } = step
    return [
      ...(step.prose.trim() === '' ? [] : [step.prose.trim()]),
      ...(command === undefined
        ? ['to be done by hand']
        : command.source
            .trimEnd()
            .split('\n')
            .map((line) => `$ ${line}`)),
    ]
  }
  return []
}

function stepOptions(view: RunView, step: Step): MenuOption[] {
  return view.state.choices.flatMap((choice): readonly MenuOption[] => optionsFor(choice, view, step))
}

function optionsFor(choice: Choice, view: RunView, step: Step): readonly MenuOption[] {
  switch (choice) {
    case 'attest': {
      const done = new Set(view.state.attested[step.id])
      return step.checklist
        .filter((item) => !done.has(item.id))
        .map((item) => ({
          label: `attest: ${item.text}`,
          action: { kind: 'attest', step: step.id, item: item.id },
        }))
    }
    case 'confirm': {
      const found = view.state.steps[step.id]?.status === 'found'
      if (step.effect === 'destroy' && !found) {
        return [
          {
            label: `run it: ${effectWords.destroy}`,
            asks: `type ${step.id} to run it`,
            make: (typed) => ({ kind: 'confirm', step: step.id, typed }),
          },
        ]
      }
      return [
        {
          label: found ? 'go on' : step.command === undefined ? 'it is done' : 'run it',
          action: { kind: 'confirm', step: step.id },
        },
      ]
    }
    case 'retry':
      return [{ label: 'run it again', action: { kind: 'retry', step: step.id } }]
    case 'skip':
      return [{ label: 'skip it', asks: 'why', make: (reason) => ({ kind: 'skip', step: step.id, reason }) }]
    case 'rollback': {
      const count = view.state.wayBack.length
      const steps = `${count} ${count === 1 ? 'step' : 'steps'}`
      return [{ label: `roll back ${steps}`, asks: 'why', make: (reason) => ({ kind: 'rollback', reason }) }]
    }
    case 'emergency':
      return [
        {
          label: `open the emergency runbook ${view.runbook.emergency ?? ''}`,
          action: { kind: 'emergency' },
        },
      ]
    case 'lead':
      return leadsOf(view).map((runbook) => ({
        label: `stop here and open ${runbook}, where what was found leads`,
        action: { kind: 'lead', runbook },
      }))
    case 'stop':
      return [{ label: 'stop here', asks: 'why', make: (reason) => ({ kind: 'stop', reason }) }]
    case 'begin':
      return []
  }
}

/** The runbooks that the findings so far lead to, the latest first. */
function leadsOf({ state }: RunView): readonly string[] {
  const leads = Object.values(state.findings).flatMap(({ leadsTo }) => leadsTo ?? [])
  return [...new Set(leads.toReversed())]
}

function allSteps(view: RunView): readonly Step[] {
  return view.runbook.phases.flatMap((phase) => phase.steps)
}
