/** Where a database stands: the files held against what ran. */
import type { Fault, Migration, Phase } from './file.ts'
import type { Ran } from './what-ran.ts'

export type Standing =
  | { readonly kind: 'ran'; readonly migration: Migration; readonly ran: Ran }
  /** Without a transaction, begun, and not known to have ended. */
  | { readonly kind: 'unfinished'; readonly migration: Migration; readonly ran: Ran }
  | { readonly kind: 'pending'; readonly migration: Migration }

export interface Standings {
  readonly standings: readonly Standing[]
  /** What doesn't fit: nothing may run before somebody has looked. */
  readonly misfits: readonly Fault[]
}

/** Compares the migrations (by number) with what ran in the database. */
export function standingsOf(migrations: readonly Migration[], ran: readonly Ran[]): Standings {
  const byName = new Map(ran.map((each) => [each.name, each]))
  const standings = migrations.map((migration): Standing => {
    const before = byName.get(migration.name)
    if (before === undefined) return { kind: 'pending', migration }
    return { kind: before.finishedAt === undefined ? 'unfinished' : 'ran', migration, ran: before }
  })
  return { standings, misfits: [...changed(standings), ...missing(migrations, ran), ...late(standings)] }
}

function changed(standings: readonly Standing[]): readonly Fault[] {
  return standings.flatMap((standing) => {
    if (standing.kind !== 'ran') return []
    const { migration, ran } = standing
    if (ran.phase !== migration.phase)
      return [fault(migration, `This ran as ${ran.phase} on ${day(ran)}. Put it back to ${ran.phase}/.`)]
    if (ran.checksum === migration.checksum) return []
    return [
      fault(
        migration,
        `This was changed after it ran on ${day(ran)} by ${ran.by}: the database has what it said before. Put the file back (git log shows how it was) and write what is new into a new file.`,
      ),
    ]
  })
}

function missing(migrations: readonly Migration[], ran: readonly Ran[]): readonly Fault[] {
  const names = new Set(migrations.map(({ name }) => name))
  return ran
    .filter(({ name }) => !names.has(name))
    .map((each) => ({
      path: `${each.phase}/${each.name}`,
      line: 1,
      why: `This ran on ${day(each)} by ${each.by} and is not in the folder. Is this checkout older than the database?`,
    }))
}

/** Pending ones whose number is below one of the same phase that ran: nobody has tried them in this order. */
function late(standings: readonly Standing[]): readonly Fault[] {
  const last = (phase: Phase) =>
    Math.max(
      0,
      ...standings.flatMap(({ kind, migration }) =>
        kind !== 'pending' && migration.phase === phase ? [migration.number] : [],
      ),
    )
  return standings.flatMap(({ kind, migration }) =>
    kind === 'pending' && migration.number < last(migration.phase)
      ? [fault(migration, 'This is new, and one with a higher number ran already. Give it the next number.')]
      : [],
  )
}

/** What is still to run of a phase, in order: pending and unfinished ones. */
export function toRun(standings: readonly Standing[], phase: Phase): readonly Migration[] {
  return standings
    .filter(({ kind, migration }) => kind !== 'ran' && migration.phase === phase)
    .map(({ migration }) => migration)
}

/** Expands that a contract builds on and that have not run: those with a lower number than the last one in `contracts`. */
export function expandsBefore(
  standings: readonly Standing[],
  contracts: readonly Migration[],
): readonly Migration[] {
  const last = Math.max(0, ...contracts.map(({ number }) => number))
  return toRun(standings, 'expand').filter(({ number }) => number < last)
}

function fault({ path }: Migration, why: string): Fault {
  return { path, line: 1, why }
}

function day({ startedAt }: Ran): string {
  return startedAt.toISOString().slice(0, 10)
}
