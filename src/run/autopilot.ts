/** Presses what the flags would press, whenever the run stands still. */
import type { Conductor } from './conductor.ts'
import { type Decision, decide, type Flags } from './policy.ts'

/** Why the autopilot can't go on: a person is needed, or the flags say to leave the run as it stands. */
export type Halt = { readonly kind: 'needs'; readonly what: string } | { readonly kind: 'leave' }

export interface Autopilot {
  /** Looks again, and halts again if the run still stands where it stood. */
  readonly lookAgain: () => void
  readonly stop: () => void
}

/**
 * Follows a run with the flags of the command line. `onHalt` is called once for each standstill that the flags don't
 * answer; somebody else may act then, and the autopilot takes up again.
 */
export function followFlags(conductor: Conductor, flags: Flags, onHalt: (halt: Halt) => void): Autopilot {
  let busy = false
  let halted: string | undefined
  let stopped = false

  function consider() {
    if (busy || stopped) return
    const decision = decide(conductor.view(), flags)
    if (decision === 'wait') {
      halted = undefined
      return
    }
    if (decision !== 'leave' && 'action' in decision) {
      busy = true
      halted = undefined
      conductor.decide(decision.action, 'flag').then(again, again)
      return
    }
    const halt = haltOf(decision)
    const key = JSON.stringify([halt, conductor.state().stage])
    if (key === halted) return
    halted = key
    onHalt(halt)
  }

  function again() {
    busy = false
    consider()
  }

  const unsubscribe = conductor.subscribe(consider)
  consider()
  return {
    lookAgain: () => {
      halted = undefined
      consider()
    },
    stop: () => {
      stopped = true
      unsubscribe()
    },
  }
}

function haltOf(decision: Exclude<Decision, 'wait' | { action: unknown }>): Halt {
  return decision === 'leave' ? { kind: 'leave' } : { kind: 'needs', what: decision.needs }
}
