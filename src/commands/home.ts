/** `handrail` alone: the home screen, and then whatever was chosen there. */
import { exitCode } from '../run/exit-code.ts'
import { type NamedRunbook, namedRunbooks } from '../run/find-runbook.ts'
import { Refusal } from '../run/refusal.ts'
import type { HomeContent } from '../tui/home-app.tsx'
import type { HomeChoice, HomeItem } from '../tui/home-keys.ts'
import { openHome } from '../tui/open-home.tsx'
import { themeFor } from '../tui/theme.ts'
import { drawsScreens, isInteractive } from './terminal.ts'

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
  const names = await namedRunbooks(process.cwd())
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
  const { homeContent } = await import('./home-content.ts')
  const { chooseAtHome } = await import('../plain/home-menu.ts')
  const { items, where } = await homeContent(names, practice)
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
  const content = growing({ items: [...named, practice], where: '' })
  setImmediate(async () => {
    const { homeContent } = await import('./home-content.ts')
    content.set(await homeContent(names, practice))
  })
  return openHome({ content, theme: themeFor(process.env) })
}

/** A value that listeners are told of when it grows. */
function growing(first: HomeContent) {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: (next: HomeContent) => {
      value = next
      for (const listener of listeners) listener()
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
