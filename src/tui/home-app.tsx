/** The home screen: what can be run, what can be resumed, where to practise. */
import { useWindowSize } from 'ink'
import { useState, useSyncExternalStore } from 'react'
import { homeFrame } from './home-frame.ts'
import { freshHome, type HomeChoice, type HomeItem, pressHome } from './home-keys.ts'
import { Rows } from './rows.tsx'
import { typeInto } from './text-field.ts'
import type { Theme } from './theme.ts'
import { useKeys } from './use-keys.ts'

/** What the home screen shows; it grows as more becomes known. */
export interface HomeContent {
  readonly items: readonly HomeItem[]
  /** The cluster that a runbook would work on, in words. */
  readonly where: string
}

export interface HomeAppProps {
  readonly content: {
    readonly get: () => HomeContent
    readonly subscribe: (listener: () => void) => () => void
  }
  readonly theme: Theme
  readonly onChosen: (choice: HomeChoice | undefined) => void
}

export function HomeApp({ content, theme, onChosen }: HomeAppProps) {
  const { items, where } = useSyncExternalStore(content.subscribe, content.get)
  const [ui, setUi] = useState(freshHome)
  const { columns, rows } = useWindowSize()
  useKeys(
    (keys) => {
      let next = ui
      for (const key of keys) {
        const pressed = pressHome(items, next, key)
        next = pressed.ui
        if (pressed.chosen !== undefined || pressed.leaves) return onChosen(pressed.chosen)
      }
      if (next !== ui) setUi(next)
    },
    (text) => {
      if (ui.filtering) setUi({ ...ui, selected: 0, filter: typeInto(ui.filter, { input: text }) })
    },
  )
  return <Rows lines={homeFrame({ items, ui, where, theme }, columns, rows)} palette={theme.palette} />
}
