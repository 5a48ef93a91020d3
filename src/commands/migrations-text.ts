/** What `handrail migrations` says. */
import type { Fault, Migration } from '../migrations/file.ts'
import type { Finding } from '../migrations/judge.ts'
import type { Happening, Outcome } from '../migrations/run-migration.ts'
import { sessionText } from '../migrations/session.ts'
import type { Standing } from '../migrations/standing.ts'

/** One line for each migration, under its phase. */
export function standingLines(standings: readonly Standing[]): readonly string[] {
  return (['expand', 'contract'] as const).flatMap((phase) => {
    const own = standings.filter(({ migration }) => migration.phase === phase)
    return own.length === 0 ? [] : [phase, ...own.map(standingLine)]
  })
}

function standingLine(standing: Standing): string {
  const { migration, kind } = standing
  switch (kind) {
    case 'ran': {
      const { startedAt, by, trafficHasLeft } = standing.ran
      const override = trafficHasLeft === undefined ? '' : `; "${trafficHasLeft}"`
      return `  ✓ ${migration.name}  ran ${minute(startedAt)} by ${by}${override}`
    }
    case 'unfinished':
      return `  ? ${migration.name}  begun ${minute(standing.ran.startedAt)} by ${standing.ran.by}, and not known to have ended`
    case 'pending':
      return `  · ${migration.name}  pending${needs(migration)}`
  }
}

function needs({ requires }: Migration): string {
  if (requires === undefined) return ''
  const { image, version, namespace, service } = requires
  return `; requires ${image} >= ${version} behind ${namespace}/${service}`
}

/** What a dry run shows of a migration: how it would run, and its SQL. */
export function planLines(migration: Migration): readonly string[] {
  const how = migration.transaction ? 'in one transaction' : 'without a transaction'
  const sql = migration.sql.trimEnd().split('\n')
  return [`would run ${migration.path}, ${how}${needs(migration)}:`, ...indented(sql), '']
}

export function faultLines(faults: readonly Fault[]): readonly string[] {
  return faults.map(({ path, line, why }) => `${path}:${line}: ${why}`)
}

/** File and line, the rule, why, and the safe way as files to copy. */
export function findingLines({ path, line, rule, why, allowed, recipe }: Finding): readonly string[] {
  if (allowed !== undefined) return [`${path}:${line}: ${rule}, allowed by its author: ${allowed}`]
  const files = (recipe ?? []).flatMap(({ phase, sql }, index, all) => {
    const which = all.length === 1 ? 'a file' : `file ${index + 1} of ${all.length}`
    return [`  Instead, ${which} in ${phase}/:`, ...indented(sql.split('\n'))]
  })
  return [`${path}:${line}: ${rule}: ${why}`, ...files]
}

export function happeningLine(happening: Happening): string {
  switch (happening.kind) {
    case 'waits':
      return `  waits for ${happening.behind.map(sessionText).join('; ')}`
    case 'tries-again':
      return `  got no lock; try ${happening.attempt} of ${happening.tries} in ${happening.afterMs / 1000} s`
    case 'drops-invalid-index':
      return `  drops the INVALID index ${happening.index}, which an earlier try has left`
  }
}

/** Why a migration did not run, what it left, and what to do. */
export function failureText(migration: Migration, outcome: Extract<Outcome, { kind: 'failed' }>): string {
  const { why, line, timeout, tries, behind, left, unknown } = outcome
  const place = line === undefined ? migration.path : `${migration.path}:${line}`
  const again = `Then run \`handrail migrations ${migration.phase}\` again.`
  const blocked = behind.map((each) => `  in the way: ${sessionText(each)}`)
  const kept =
    left.length > 0
      ? `It left the INVALID index ${left.join(', ')}, which slows down writes and helps no query. The next run drops it first.`
      : 'Nothing of this file was changed.'
  if (unknown)
    return [
      `${place}: ${why}. The connection was lost: ${migration.transaction ? 'the file is done as a whole or not at all' : 'the server may still be at work on it'}.`,
      'Look with `handrail migrations check` before anything else.',
    ].join('\n')
  if (timeout === 'lock')
    return [
      `${place}: it got no lock in ${tries} tries (${why}).`,
      ...blocked,
      `${kept} Nobody waited for it longer than its lock_timeout.`,
      `Wait until that session is done, or have its owner end it. ${again}`,
    ].join('\n')
  if (timeout === 'statement')
    return [
      `${place}: a statement took longer than it may (${why}).`,
      ...blocked,
      kept,
      `If it needs the time and blocks nobody, give the file a line like "-- statement-timeout: 30min" at its head. ${again}`,
    ].join('\n')
  return `${place}: ${why}.\n${kept} Mend the file. ${again}`
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`))
}

function minute(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')}Z`
}
