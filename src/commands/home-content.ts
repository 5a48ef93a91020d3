/** What the home screen learns after its first frame: the runbooks' titles, the runs that can be resumed, the cluster. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { listRuns, stateDirectory } from '../journal/store.ts'
import type { NamedRunbook } from '../run/find-runbook.ts'
import { parseRunbook } from '../runbook/parse.ts'
import type { RunbookKind } from '../runbook/runbook.ts'
import type { HomeContent } from '../tui/home-app.tsx'
import type { HomeItem } from '../tui/home-keys.ts'
import { runLine } from './runs.ts'

const groups: Readonly<Record<RunbookKind, string>> = {
  emergency: 'Emergencies',
  deployment: 'Deployments',
  troubleshooting: 'Troubleshooting',
}

/** How many open runs are offered; `handrail runs` lists them all. */
const RUNS_SHOWN = 5

/** Everything that the home screen can say; what can't be read is said so in its item. */
export async function homeContent(
  runbooks: readonly NamedRunbook[],
  practice: HomeItem,
): Promise<HomeContent> {
  const [read, runs, where, nights] = await Promise.all([
    Promise.all(runbooks.map(runbookItem)),
    openRuns(),
    clusterWords(),
    badNights(practice.group),
  ])
  const named = read.flatMap(({ emergency }) => emergency ?? [])
  const times = (name: string) => named.filter((one) => one === name).length
  const way = named.toSorted((a, b) => times(b) - times(a))[0]
  const items = read.map(({ item }) => (item.title === way ? { ...item, emergency: true as const } : item))
  const order = Object.values(groups)
  const sorted = items.toSorted(
    (a, b) =>
      order.indexOf(a.group) - order.indexOf(b.group) ||
      Number(b.emergency ?? false) - Number(a.emergency ?? false),
  )
  return { items: [...sorted, ...runs, practice, ...nights], where }
}

/** A runbook's item, and the runbook that it names as its way out. */
async function runbookItem({
  name,
  file,
}: NamedRunbook): Promise<{ readonly item: HomeItem; readonly emergency?: string }> {
  const choice = { kind: 'runbook', name } as const
  const parsed = parseRunbook(await readFile(file, 'utf8').catch(() => ''), file)
  if (!parsed.ok)
    return {
      item: { choice, group: 'Runbooks', title: name, summary: `can't be run: handrail check ${file}` },
    }
  const { kind, summary, title, emergency } = parsed.runbook
  return {
    item: { choice, group: groups[kind], title: name, summary: summary === '' ? title : summary },
    ...(emergency === undefined ? {} : { emergency }),
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

/** The context that a runbook would be pinned to. */
async function clusterWords(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('kubectl', ['config', 'current-context'], { timeout: 5000 })
    return `cluster: ${stdout.trim()}`
  } catch {
    return 'no cluster configured'
  }
}
