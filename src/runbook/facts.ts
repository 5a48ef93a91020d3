/** Facts that steps require must be provided by a step before them. */
import type { Placed } from './attributes.ts'
import type { Report } from './problem.ts'
import { didYouMean } from './spelling.ts'

export interface StepFacts {
  readonly id: string
  readonly requires: readonly Placed<string>[]
  readonly provides: readonly Placed<string>[]
  readonly revokes: readonly Placed<string>[]
}

/** Reports every `requires` that no earlier step provides, and every `revokes` of a fact that no step provides at all. */
export function reportFacts(steps: readonly StepFacts[], report: Report): void {
  const provider = new Map<string, string>()
  for (const { id, provides } of steps) {
    for (const { value } of provides) if (!provider.has(value)) provider.set(value, id)
  }
  const earlier = new Set<string>()
  for (const { id, requires, provides, revokes } of steps) {
    for (const { value, position } of requires) {
      if (earlier.has(value)) continue
      const later = provider.get(value)
      const message = `no step before this one provides ${value}${later === undefined ? didYouMean(value, provider.keys()) : ''}`
      const mend =
        later === undefined
          ? `Add provides=${value} to the step that makes it true.`
          : later === id
            ? 'It is this very step that provides it: take the requires out.'
            : `Put this step behind ${later}, which provides it.`
      report({ severity: 'error', message, mend, position })
    }
    for (const { value, position } of revokes) {
      if (provider.has(value)) continue
      const message = `no step provides ${value}${didYouMean(value, provider.keys())}`
      report({ severity: 'error', message, mend: 'Revoke a fact that a step provides.', position })
    }
    for (const { value } of provides) earlier.add(value)
  }
}
