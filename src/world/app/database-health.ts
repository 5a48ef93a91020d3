/** What is known of the databases that applications use, by what came of their requests. */

type Known = 'unknown' | 'well' | 'away'

export interface DatabaseHealth {
  readonly of: (url: string) => Known
  /** Someone has asked it, and this came of it. */
  readonly report: (url: string, well: boolean) => void
}

/** Nothing is known at first. `onChange` hears of a database of which something else is known now. */
export function createDatabaseHealth(onChange: (url: string) => void): DatabaseHealth {
  const known = new Map<string, Known>()
  const of = (url: string) => known.get(url) ?? 'unknown'
  return {
    of,
    report(url, well) {
      const now: Known = well ? 'well' : 'away'
      if (of(url) === now) return
      known.set(url, now)
      onChange(url)
    },
  }
}
