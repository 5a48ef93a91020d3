/** How long steps took, folded from the events like everything else. */
import type { RunEvent } from '../../machines/events.ts'
import type { RunState } from '../../machines/state.ts'

export interface Times {
  /** Milliseconds since 1970 at which each step's first block of the latest attempt started. */
  readonly began: Readonly<Record<string, number>>
  /** Milliseconds that each passed step took. */
  readonly durations: Readonly<Record<string, number>>
}

export const noTimes: Times = { began: {}, durations: {} }

/** The times after an event, given the state that the event led to. */
export function timesAfter(times: Times, event: RunEvent, state: RunState): Times {
  if (event.type === 'block.started' && event.role !== 'undo') {
    const current = state.steps[event.step]
    const fresh = event.role === 'command' || times.began[event.step] === undefined
    if (!fresh || current?.status === 'passed') return times
    return { ...times, began: { ...times.began, [event.step]: event.at } }
  }
  if (event.type === 'block.ended' && state.steps[event.step]?.status === 'passed') {
    const began = times.began[event.step]
    if (began === undefined) return times
    return { ...times, durations: { ...times.durations, [event.step]: event.at - began } }
  }
  return times
}
