/** `handrail` alone: the home screen, and then whatever was chosen there. */
import type { ClusterStatus } from '../cluster/status.ts'
import { printable } from '../health/printable.ts'
import { exitCode } from '../run/exit-code.ts'
import { type NamedRunbook, namedRunbooks } from '../run/find-runbook.ts'
import { Refusal } from '../run/refusal.ts'
import type { HomeContent } from '../tui/home-app.tsx'
import type { HomeChoice, HomeItem } from '../tui/home-keys.ts'
import { openHome } from '../tui/open-home.tsx'
import { themeFor } from '../tui/theme.ts'
import type { Vitals } from '../vitals/vitals.ts'
import type { HomeTarget } from './home-target.ts'
import { drawsScreens, isInteractive } from './terminal.ts'
import { watched } from './watched.ts'

const practice: HomeItem = {
  choice: { kind: 'practice' },
  group: 'Practice',
  title: 'deploy, in the practice world',
  summary: 'Real kubectl on a practice cluster. Nothing can break.',
}

/** Shows the home screen and carries out what was chosen; gives its exit code. */
export async function homeCommand(): Promise<number> {
  if (!isInteractive()) {
    throw new Refusal('the home screen needs a terminal. Without one: handrail --help', exitCode.usage)
  }
  const names = namedRunbooks(process.cwd())
  const chosen = drawsScreens() ? await onScreen(names) : await inLines(names)
  switch (chosen?.kind) {
    case 'runbook': {
      const { runCommand } = await import('./run.ts')
      return runCommand(chosen.name, {})
    }
    case 'resume': {
      const { resumeCommand } = await import('./resume.ts')
      return resumeCommand(chosen.run, {})
    }
    case 'practice': {
      const { practiceCommand } = await import('./practice.ts')
      return practiceCommand(chosen.scenario, {})
    }
    case undefined:
      return exitCode.done
  }
}

async function inLines(names: readonly NamedRunbook[]): Promise<HomeChoice | undefined> {
  const [{ homeContent }, { homeTarget }, { chooseAtHome }] = await Promise.all([
    import('./home-content.ts'),
    import('./home-target.ts'),
    import('../plain/home-menu.ts'),
  ])
  const { items, deployment } = await homeContent(names, practice)
  const target = await homeTarget(deployment)
  const where =
    target === undefined
      ? 'no cluster configured'
      : `cluster: ${printable(target.context)} / ${printable(target.namespace)}`
  const item = await chooseAtHome(items, `(${where})`, { input: process.stdin, output: process.stdout })
  return item?.choice
}

/** The first frame needs nothing but names; what takes longer to learn is drawn when it is known. */
async function onScreen(names: readonly NamedRunbook[]): Promise<HomeChoice | undefined> {
  const named = names.map(
    ({ name }): HomeItem => ({
      choice: { kind: 'runbook', name },
      group: 'Runbooks',
      title: name,
      summary: '',
    }),
  )
  const target = Promise.withResolvers<HomeTarget | undefined>()
  // There is nothing to mask before there is a cluster.
  let mask = (text: string) => text
  const content = watched<HomeContent>({ items: [...named, practice], where: { kind: 'looking' } }, (tell) =>
    learn(names, tell, target.resolve),
  )
  const status = watched<ClusterStatus | undefined>(undefined, async (tell) => {
    const found = await target.promise
    const { maskAtHome, watchTarget } = await import('./home-target.ts')
    mask = maskAtHome
    return watchTarget(found, tell)
  })
  const vitals = watched<Vitals | undefined>(undefined, async (tell) => {
    const found = await target.promise
    return (await import('./home-target.ts')).watchTargetVitals(found, status.get, tell)
  })
  try {
    const theme = themeFor(process.env)
    return await openHome({ content, status, vitals, mask: (text) => mask(text), now: Date.now, theme })
  } finally {
    for (const one of [content, status, vitals]) one.close()
  }
}

/** The items first, since a key is meant for them; the cluster when it is known. */
async function learn(
  names: readonly NamedRunbook[],
  tell: (content: HomeContent) => void,
  found: (target: HomeTarget | undefined) => void,
): Promise<undefined> {
  const { homeContent } = await import('./home-content.ts')
  const { items, deployment } = await homeContent(names, practice)
  tell({ items, where: { kind: 'looking' } })
  const { homeTarget } = await import('./home-target.ts')
  const target = await homeTarget(deployment)
  const { mode, context = '', namespace = '' } = target ?? {}
  tell({
    items,
    where:
      mode === undefined
        ? { kind: 'none' }
        : { kind: 'found', mode, context: printable(context), namespace: printable(namespace) },
  })
  found(target)
}
