/** A gate that trips takes the run back by itself, unless somebody holds that: at 3 a.m. nobody may be looking. */

import type { Conductor } from './conductor.ts'
import type { RunView } from './session.ts'
import { durationWords } from './words.ts'

/** How long an operator has to say that they will decide themselves, in milliseconds. */
export const HOLD_WITHIN_MS = 20_000

/** What the countdown is told of time. */
export interface CountdownClock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Calls back once after so many milliseconds; gives what calls it off. */
  readonly after: (ms: number, work: () => void) => () => void
}

/**
 * Counts down from the moment that a gate trips in this session, and then chooses the rollback. A run that was resumed
 * with a tripped gate has somebody before it: there nothing counts. Gives what ends it.
 */
export function followGates(conductor: Conductor, { now, after }: CountdownClock): () => void {
  let seen = trippedGate(conductor.view())
  let callOff: (() => void) | undefined

  function settle() {
    callOff?.()
    callOff = undefined
    if (conductor.view().countdown !== undefined) conductor.show({ countdown: undefined })
  }

  function arm(step: string) {
    conductor.show({ countdown: { step, until: now() + HOLD_WITHIN_MS } })
    callOff = after(HOLD_WITHIN_MS, () => {
      callOff = undefined
      conductor.show({ countdown: undefined })
      const reason = `the gate tripped, and nobody held the rollback for ${durationWords(HOLD_WITHIN_MS)}`
      // A record that can't be written ends the run elsewhere: `broken` tells.
      conductor.decide({ kind: 'rollback', reason }, 'countdown').catch(() => undefined)
    })
  }

  function look() {
    const view = conductor.view()
    const tripped = trippedGate(view)
    if (tripped?.key !== seen?.key) {
      seen = tripped
      settle()
      if (tripped !== undefined) arm(tripped.step)
    } else if (callOff !== undefined && view.countdown === undefined) settle()
  }

  const unsubscribe = conductor.subscribe(look)
  return () => {
    unsubscribe()
    callOff?.()
  }
}

/** The gate that has just tripped, where there is something to take back; `key` tells one time from the next. */
function trippedGate({ state }: RunView): { readonly step: string; readonly key: string } | undefined {
  const { stage, choices, wayBack } = state
  if (stage.stage !== 'walking' || !choices.includes('rollback') || wayBack.length === 0) return undefined
  const step = state.steps[stage.step]
  if (step?.status !== 'failed' || step.failure.role !== 'watch') return undefined
  // An operator who cancels the gate is there and has something in mind.
  if (step.failure.outcome.kind === 'cancelled') return undefined
  return { step: stage.step, key: `${stage.step} ${step.attempt} ${step.at}` }
}
