/** The run screen: it reads the session and the live status, takes keys, and draws the frame. */
import { useWindowSize } from 'ink'
import { useRef, useState, useSyncExternalStore } from 'react'
import type { ClusterStatus } from '../cluster/status.ts'
import type { RunSession } from '../run/session.ts'
import { Rows } from './rows.tsx'
import { runFrame, WIDE_FROM } from './run-frame.ts'
import { freshUi, type Key, keyHints, paste, press } from './run-keys.ts'
import { currentStep } from './run-reading.ts'
import type { Fill } from './step-pane.ts'
import type { Theme } from './theme.ts'
import { useClock } from './use-clock.ts'
import { useKeys } from './use-keys.ts'

/** An Enter this soon after the screen came to ask something else was meant for what was there before. */
const DOUBLE_PRESS_MS = 250

/** A value that changes, as React reads such things. */
export interface Store<T> {
  readonly get: () => T
  readonly subscribe: (listener: () => void) => () => void
}

export interface RunAppProps {
  readonly session: RunSession
  readonly status: Store<ClusterStatus | undefined>
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly record: string
  readonly fill: Fill
  readonly theme: Theme
  readonly onLeave: () => void
}

export function RunApp({ session, status, now, record, fill, theme, onLeave }: RunAppProps) {
  const view = useSyncExternalStore(session.subscribe, session.view)
  const cluster = useSyncExternalStore(status.subscribe, status.get)
  const [ui, setUi] = useState(freshUi)
  const { columns, rows } = useWindowSize()
  const time = useClock(now, view.state.stage.stage !== 'ended')
  const asked = useRef({ what: '', since: 0, step: '' })

  const step = currentStep(view)?.id ?? ''
  const what = `${step} ${view.question?.name ?? ''} ${keyHints(view, freshUi, columns < WIDE_FROM)[0]?.does ?? ''}`
  if (asked.current.what !== what) {
    if (asked.current.step !== step && (ui.item !== 0 || ui.scrolled !== 0))
      setUi({ ...ui, item: 0, scrolled: 0 })
    asked.current = { what, since: now(), step }
  }

  function onKeys(keys: readonly Key[]) {
    let next = ui
    for (const key of keys) {
      const types = next.overlay !== undefined || view.question !== undefined
      // Enter confirms only when it comes alone, and not right after the screen came to ask something else.
      const unasked = keys.length > 1 || now() - asked.current.since < DOUBLE_PRESS_MS
      if (key.name === 'enter' && !types && unasked) continue
      const pressed = press(view, next, key)
      next = pressed.ui
      if (pressed.action !== undefined) session.act(pressed.action)
      if (pressed.leaves) return onLeave()
    }
    if (next !== ui) setUi(next)
  }
  useKeys(onKeys, (text) => setUi(paste(view, ui, text)))

  return (
    <Rows
      lines={runFrame(
        { view, ui, status: cluster, now: Math.max(time, view.startedAt), record, fill, theme },
        columns,
        rows,
      )}
    />
  )
}
