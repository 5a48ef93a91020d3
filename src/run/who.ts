/** Who led each step, folded from the records like everything else: two people may have shared a run. */
import type { How, RunEvent } from '../../machines/events.ts'

/** The latest decision about a step. */
interface Decision {
  readonly by: string
  readonly how: How
}

/** By step id; a step that nobody was asked about has none. */
export type Who = Readonly<Record<string, Decision>>

export const nobody: Who = {}

/** Who led the steps after an event that a record of `by` brought. */
export function whoAfter(who: Who, event: RunEvent, by: string): Who {
  switch (event.type) {
    case 'item.attested':
    case 'step.confirmed':
    case 'step.retried':
      return { ...who, [event.step]: { by, how: event.how } }
    case 'item.withdrawn':
    case 'step.skipped':
      return { ...who, [event.step]: { by, how: 'key' } }
    default:
      return who
  }
}
