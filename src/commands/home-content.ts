/** What the home screen learns after its first frame: the runbooks' titles, the runs that can be resumed. */
import { readFile } from 'node:fs/promises'
import { listRuns, stateDirectory } from '../journal/store.ts'
import type { NamedRunbook } from '../run/find-runbook.ts'
import { parseRunbook } from '../runbook/parse.ts'
import type { Runbook, RunbookKind } from '../runbook/runbook.ts'
import type { HomeItem } from '../tui/home-keys.ts'
import { runLine } from './runs.ts'

const groups: Readonly<Record<RunbookKind, string>> = {
  emergency: 'Emergencies',
  deployment: 'Deployments',
  troubleshooting: 'Troubleshooting',
}

/** How many open runs are offered; `handrail runs` lists them all. */
const RUNS_SHOWN = 5

export interface HomeKnown {
  readonly items: readonly HomeItem[]
  /** The first runbook for deployments: what it works on is what the home screen shows. */
  readonly deployment: Runbook | undefined
}

/** Everything that can be opened from the home screen; what can't be read is said so in its item. */
export async function homeContent(runbooks: readonly NamedRunbook[], practice: HomeItem): Promise<HomeKnown> {
  const [read, runs, nights] = await Promise.all([
    Promise.all(runbooks.map(readItem)),
    openRuns(),
    badNights(practice.group),
  ])
  const named = read.flatMap(({ runbook }) => runbook?.emergency ?? [])
  const times = (name: string) => named.filter((one) => one === name).length
  const way = named.toSorted((a, b) => times(b) - times(a))[0]
  const items = read.map(({ item }) => (item.title === way ? { ...item, emergency: true as const } : item))
  const order = Object.values(groups)
  const sorted = items.toSorted(
    (a, b) =>
      order.indexOf(a.group) - order.indexOf(b.group) ||
      Number(b.emergency ?? false) - Number(a.emergency ?? false),
  )
  const deployment = read.find(({ runbook }) => runbook?.kind === 'deployment')?.runbook
  return { items: [...sorted, ...runs, practice, ...nights], deployment }
}

/** A runbook's item, and the runbook where it can be read. */
async function readItem({
  name,
  file,
}: NamedRunbook): Promise<{ readonly item: HomeItem; readonly runbook?: Runbook }> {
  const choice = { kind: 'runbook', name } as const
  const parsed = parseRunbook(await readFile(file, 'utf8').catch(() => ''), file)
  if (!parsed.ok)
    return {
      item: { choice, group: 'Runbooks', title: name, summary: `can't be run: handrail check ${file}` },
    }
  const { runbook } = parsed
  const { kind, summary, title } = runbook
  return {
    item: { choice, group: groups[kind], title: name, summary: summary === '' ? title : summary },
    runbook,
  }
}

async function openRuns(): Promise<readonly HomeItem[]> {
  const runs = (await listRuns(stateDirectory(process.env)).catch(() => [])).map(runLine)
  return runs
    .filter(({ status }) => status === 'open')
    .slice(0, RUNS_SHOWN)
    .map(({ run, mode, lastAt }) => ({
      choice: { kind: 'resume', run },
      group: 'Runs to resume',
      title: run,
      summary: `${mode}, left at ${lastAt.slice(0, 16).replace('T', ' ')} UTC`,
    }))
}

/** What can be practised besides the night on which all goes well. */
async function badNights(group: string): Promise<readonly HomeItem[]> {
  const { scenarios } = await import('../world/scenarios/scenarios.ts')
  return scenarios
    .filter(({ id }) => id !== 'happy')
    .map(({ id, title, minutes }) => ({
      choice: { kind: 'practice', scenario: id },
      group,
      title: id,
      summary: `${title}. About ${minutes} minutes.`,
    }))
}
