/** The figures of the metrics page, which a fault may freeze. */
import type { Faults } from '../faults.ts'
import type { Totals } from './ledger.ts'
import { andThen, type Soon } from './soon.ts'

interface DatedTotals {
  /** When they were counted, in milliseconds since 1970. */
  readonly at: number
  readonly totals: Totals
}

/** Counts now, or gives what was counted before it all stood still. */
export type FrozenTotals = (count: () => Soon<Totals>) => Soon<DatedTotals>

/** One for all pods: they read the same copy. */
export function createFrozenTotals(faults: Faults, now: () => number): FrozenTotals {
  let last: DatedTotals | undefined
  return (count) => {
    const since = faults.now().metricsFrozenAt
    if (since !== undefined && last !== undefined) return last
    const at = since ?? now()
    return andThen(count(), (totals) => {
      last = { at, totals }
      return last
    })
  }
}
