/** `handrail` alone: the home screen, and then whatever was chosen there. */
import { exitCode } from '../run/exit-code.ts'
import { namedRunbooks } from '../run/find-runbook.ts'
import { Refusal } from '../run/refusal.ts'
import type { HomeContent } from '../tui/home-app.tsx'
import type { HomeItem } from '../tui/home-keys.ts'
import { openHome } from '../tui/open-home.tsx'
import { themeFor } from '../tui/theme.ts'

const practice: HomeItem = {
  choice: { kind: 'practice' },
  group: 'Practice',
  title: 'deploy, in the practice world',
  summary: 'Real kubectl on a practice cluster. Nothing can break.',
}

/** Shows the home screen and carries out what was chosen; gives its exit code. */
export async function homeCommand(): Promise<number> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new Refusal('the home screen needs a terminal. Without one: handrail --help', exitCode.usage)
  }
  const names = await namedRunbooks(process.cwd())
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
  const chosen = await openHome({ content, theme: themeFor(process.env) })
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
      return practiceCommand(undefined, {})
    }
    case undefined:
      return exitCode.done
  }
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
