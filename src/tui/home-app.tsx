/** The home screen: what can be run, what can be resumed, where to practise, and how the cluster stands. */
import { useWindowSize } from 'ink'
import { useState, useSyncExternalStore } from 'react'
import type { ClusterStatus } from '../cluster/status.ts'
import type { Vitals } from '../vitals/vitals.ts'
import { type HomeWhere, homeFrame } from './home-frame.ts'
import { freshHome, type HomeChoice, type HomeItem, pressHome } from './home-keys.ts'
import { Rows } from './rows.tsx'
import type { Store } from './store.ts'
import { typeInto } from './text-field.ts'
import type { Theme } from './theme.ts'
import { useClock } from './use-clock.ts'
import { useKeys } from './use-keys.ts'

/** What the home screen shows; it grows as more becomes known. */
export interface HomeContent {
  readonly items: readonly HomeItem[]
  readonly where: HomeWhere
}

export interface HomeAppProps {
  readonly content: Store<HomeContent>
  readonly status: Store<ClusterStatus | undefined>
  readonly vitals: Store<Vitals | undefined>
  /** Masks secrets in the cluster's own words. */
  readonly mask: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly theme: Theme
  readonly onChosen: (choice: HomeChoice | undefined) => void
}

export function HomeApp({ content, status, vitals, mask, now, theme, onChosen }: HomeAppProps) {
  const { items, where } = useSyncExternalStore(content.subscribe, content.get)
  const cluster = useSyncExternalStore(status.subscribe, status.get)
  const fares = useSyncExternalStore(vitals.subscribe, vitals.get)
  const [ui, setUi] = useState(freshHome)
  const { columns, rows } = useWindowSize()
  const time = useClock(now, cluster !== undefined)
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
  const screen = { items, ui, where, status: cluster, vitals: fares, mask, now: time, theme }
  return <Rows lines={homeFrame(screen, columns, rows)} palette={theme.palette} />
}
