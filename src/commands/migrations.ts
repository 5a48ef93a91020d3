/** `handrail migrations`: what ran in the database, what is safe to run, and running it. */
import { hostname, userInfo } from 'node:os'
import type { Redactor } from '../journal/redact.ts'
import { lookAtService, NoAnswer } from '../migrations/cluster.ts'
import type { Migration, Phase, Requirement } from '../migrations/file.ts'
import { type Folder, NoMigrations, readFolder } from '../migrations/folder.ts'
import { type Finding, isRefused, judge } from '../migrations/judge.ts'
import { type Patience, runMigration, usualPatience } from '../migrations/run-migration.ts'
import { type Session, takeLock } from '../migrations/session.ts'
import { SquawkFailed } from '../migrations/squawk.ts'
import { expandsBefore, standingsOf, toRun } from '../migrations/standing.ts'
import { judgeTraffic, type TrafficVerdict } from '../migrations/traffic.ts'
import { makeTable, readRan } from '../migrations/what-ran.ts'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { databaseUrl, withSession } from './migrations-database.ts'
import {
  failureText,
  faultLines,
  findingLines,
  happeningLine,
  planLines,
  standingLines,
} from './migrations-text.ts'
import { say } from './say.ts'

export interface CheckOptions {
  readonly dir: string
  /** Files only. */
  readonly offline?: boolean
  /** A phase of which every one must have run. */
  readonly ran?: Phase
}

export interface RunPhaseOptions {
  readonly dir: string
  readonly dryRun?: boolean
  /** How long a statement may wait for a lock, in seconds. */
  readonly lockTimeout?: number
  readonly tries?: number
}

export interface ContractOptions extends RunPhaseOptions {
  /** Instead of the one that the files name. */
  readonly namespace?: string
  /** Why the cluster is not asked; kept beside what ran. */
  readonly trafficHasLeft?: string
}

/** Gives 0 when all is well (pending ones are), 1 when a file is unsafe or doesn't fit what ran, 2 when it can't look. */
export async function migrationsCheckCommand({ dir, offline = false, ran }: CheckOptions): Promise<number> {
  const folder = await folderOf(dir)
  if (offline) {
    const findings = await judged(folder.migrations)
    sayLines([
      ...folder.migrations.map(({ path }) => path),
      ...faultLines(folder.faults),
      ...findings.flatMap(findingLines),
    ])
    return verdict(folder.faults.length + findings.filter(isRefused).length, folder.migrations.length)
  }
  const { url, redact } = databaseUrl(' Files alone: handrail migrations check --offline')
  return await withSession(
    url,
    redact,
    { application: 'handrail migrations check', readOnly: true },
    async (session) => {
      const { standings, misfits } = standingsOf(folder.migrations, await readRan(session.query))
      const open = new Set(standings.filter(({ kind }) => kind !== 'ran').map(({ migration }) => migration))
      const findings = await judged(folder.migrations, { session, wanted: open })
      const faults = [...folder.faults, ...misfits]
      sayLines([`PostgreSQL ${session.serverVersion} at ${session.place}`, ...standingLines(standings)])
      sayLines([...faultLines(faults), ...findings.flatMap(findingLines)].map(redact))
      const notRun = ran === undefined ? [] : toRun(standings, ran)
      sayLines(notRun.map(({ path }) => `${path}: has not run`))
      const unfinished = standings.filter(
        (each) => each.kind === 'unfinished' && !notRun.includes(each.migration),
      )
      const wrong = faults.length + notRun.length + unfinished.length + findings.filter(isRefused).length
      return verdict(wrong, open.size)
    },
  )
}

function verdict(wrong: number, judgedCount: number): number {
  const fine = judgedCount === 0 ? 'everything ran' : `nothing is wrong with the ${judgedCount} still to run`
  sayLines([
    wrong === 0 ? `ok: ${fine}` : `not ok: ${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`,
  ])
  return wrong === 0 ? exitCode.done : exitCode.failed
}

/** Prints the names of what ran, so that a runbook can tell whether more ran since then. Gives 0. */
export async function migrationsRanCommand(phase: Phase): Promise<number> {
  const { url, redact } = databaseUrl()
  const options = { application: 'handrail migrations ran', readOnly: true }
  return await withSession(url, redact, options, async (session) => {
    const names = (await readRan(session.query))
      .filter((each) => each.phase === phase)
      .map(({ name }) => name)
    sayLines([names.length === 0 ? 'none' : names.toSorted().join(' ')])
    return exitCode.done
  })
}

/** Runs every expand that has not run. Gives 0, or 1 when one failed; what must not run is refused before any does. */
export async function migrationsExpandCommand(options: RunPhaseOptions): Promise<number> {
  return await runPhase('expand', options, async () => undefined)
}

/** Runs every contract that has not run, if the traffic has left the code that needs what they remove. */
export async function migrationsContractCommand(options: ContractOptions): Promise<number> {
  const { trafficHasLeft, namespace } = options
  if (trafficHasLeft !== undefined && trafficHasLeft.trim().length < 10)
    throw new Refusal(
      '--traffic-has-left needs a reason that somebody can understand next year. Nothing was changed.',
      exitCode.usage,
    )
  return await runPhase('contract', options, async (contracts) => {
    if (trafficHasLeft !== undefined) {
      sayLines([`The cluster is not asked where its traffic goes: ${trafficHasLeft}`])
      return trafficHasLeft
    }
    for (const requirement of requirementsOf(contracts)) {
      const wanted = { ...requirement, ...(namespace === undefined ? {} : { namespace }) }
      const found = await trafficOf(wanted)
      if (found.kind === 'not-left') throw new Refusal(`${found.why}\nNothing was changed. ${trafficAdvice}`)
      const { image, version } = wanted
      sayLines([`the traffic needs no ${image} before ${version}: ${found.serving.join(', ')}`])
      if (found.stillThere.length > 0)
        sayLines([`afterwards these are no way back any more: ${found.stillThere.join(', ')}`])
    }
    return undefined
  })
}

const trafficAdvice =
  'Ship and switch first; or, if you know better than the cluster, say why: --traffic-has-left "REASON". The reason is kept beside what ran.'

function requirementsOf(contracts: readonly Migration[]): readonly Requirement[] {
  const all = contracts.flatMap(({ requires }) => requires ?? [])
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
}

async function trafficOf(requirement: Requirement): Promise<TrafficVerdict> {
  try {
    return judgeTraffic(requirement, await lookAtService(requirement.namespace, requirement.service))
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    return {
      kind: 'not-left',
      why: `The cluster did not say which code has the traffic, and so it may be the old one: ${error.message}`,
    }
  }
}

async function runPhase(
  phase: Phase,
  options: RunPhaseOptions,
  /** Refuses, or gives the reason why it need not ask. */
  permit: (migrations: readonly Migration[]) => Promise<string | undefined>,
): Promise<number> {
  const { dir, dryRun = false } = options
  const { migrations, faults } = await folderOf(dir)
  if (faults.length > 0) throw refused(faultLines(faults))
  const { url, redact } = databaseUrl()
  const by = process.env.HANDRAIL_OPERATOR ?? `${userInfo().username}@${hostname()}`
  const application = `handrail migrations ${phase} by ${by}`.slice(0, 63)
  return await withSession(url, redact, { application, readOnly: dryRun }, async (session) => {
    if (!dryRun) await takeLock(session)
    const { standings, misfits } = standingsOf(migrations, await readRan(session.query))
    if (misfits.length > 0) throw refused(faultLines(misfits))
    const waiting = toRun(standings, phase)
    if (waiting.length === 0) {
      sayLines([`nothing to run: every ${phase} of ${dir} is in ${session.place}`])
      return exitCode.done
    }
    const before = phase === 'contract' ? expandsBefore(standings, waiting) : []
    if (before.length > 0)
      throw refused(before.map(({ path }) => `${path} has not run: first handrail migrations expand`))
    const findings = await judged(migrations, { session, wanted: new Set(waiting) })
    sayLines(findings.filter((finding) => !isRefused(finding)).flatMap(findingLines))
    if (findings.some(isRefused)) throw refused(findings.filter(isRefused).flatMap(findingLines))
    if (dryRun) sayLines(waiting.flatMap(planLines))
    const trafficHasLeft = await permit(waiting)
    if (dryRun) {
      sayLines([`dry run: ${waiting.length} would run in ${session.place}; nothing was changed`])
      return exitCode.done
    }
    await makeTable(session.query)
    const run = { session, who: { by, trafficHasLeft }, patience: patienceOf(options) }
    return await withSession(url, redact, { application: 'handrail migrations, looking on' }, (watcher) =>
      runAll(waiting, { ...run, watcher }, redact),
    )
  })
}

async function runAll(
  migrations: readonly Migration[],
  runner: Omit<Parameters<typeof runMigration>[1], 'onHappening'>,
  redact: Redactor,
): Promise<number> {
  for (const [index, migration] of migrations.entries()) {
    sayLines([`${migration.path} …`])
    const onHappening = (happening: Parameters<typeof happeningLine>[0]) =>
      sayLines([redact(happeningLine(happening))])
    const outcome = await runMigration(migration, { ...runner, onHappening })
    if (outcome.kind === 'failed') {
      const rest = migrations.slice(index + 1).map(({ name }) => name)
      const later = rest.length === 0 ? '' : `\nNot begun: ${rest.join(', ')}.`
      const done =
        index === 0
          ? ''
          : `\nDone before it, and staying: ${migrations
              .slice(0, index)
              .map(({ name }) => name)
              .join(', ')}.`
      throw new Refusal(redact(`${failureText(migration, outcome)}${done}${later}`), exitCode.failed)
    }
    sayLines([`  ran in ${Math.max(1, Math.round(outcome.ms))} ms`])
  }
  sayLines([`${migrations.length} ran in ${runner.session.place}`])
  return exitCode.done
}

function patienceOf({ lockTimeout, tries }: RunPhaseOptions): Patience {
  return {
    ...usualPatience,
    ...(lockTimeout === undefined ? {} : { lockTimeoutMs: Math.ceil(lockTimeout * 1000) }),
    ...(tries === undefined ? {} : { tries: Math.ceil(tries) }),
  }
}

async function folderOf(dir: string): Promise<Folder> {
  try {
    return await readFolder(dir)
  } catch (error) {
    if (error instanceof NoMigrations)
      throw new Refusal(`${error.message} Nothing was changed.`, exitCode.usage)
    throw error
  }
}

async function judged(
  migrations: readonly Migration[],
  live?: { readonly session: Session; readonly wanted: ReadonlySet<Migration> },
): Promise<readonly Finding[]> {
  try {
    return await judge(
      migrations,
      live && { serverVersion: live.session.serverVersion, wanted: (each) => live.wanted.has(each) },
    )
  } catch (error) {
    if (error instanceof SquawkFailed)
      throw new Refusal(`${error.message} Nothing was changed.`, exitCode.usage)
    throw error
  }
}

function refused(lines: readonly string[]): Refusal {
  return new Refusal(`nothing was run, because of this:\n${lines.join('\n')}`)
}

function sayLines(lines: readonly string[]): void {
  if (lines.length > 0) say(`${lines.join('\n')}\n`)
}
