/** The run screen: it reads the session and the live status, takes keys, and draws the frame. */
import { useWindowSize } from 'ink'
import { useRef, useState, useSyncExternalStore } from 'react'
import type { ClusterStatus } from '../cluster/status.ts'
import type { BlockOutput, RunSession } from '../run/session.ts'
import type { Vitals } from '../vitals/vitals.ts'
import type { Fill } from './block-rows.ts'
import { keyHints } from './key-hints.ts'
import { toldOfCopy } from './output-keys.ts'
import { Rows } from './rows.tsx'
import { runFrame } from './run-frame.ts'
import { isUnmeant, paste, press } from './run-keys.ts'
import { currentStep } from './run-reading.ts'
import { type Check, freshUi, type Key, type RunUi } from './run-ui.ts'
import type { Store } from './store.ts'
import type { Theme } from './theme.ts'
import { useClock } from './use-clock.ts'
import { useKeys } from './use-keys.ts'

/** An Enter this soon after the screen came to ask something else was meant for what was there before. */
const DOUBLE_PRESS_MS = 250

export interface RunAppProps {
  readonly session: RunSession
  readonly status: Store<ClusterStatus | undefined>
  readonly vitals: Store<Vitals | undefined>
  /** Masks secrets in the cluster's own words. */
  readonly mask: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly record: string
  readonly fill: Fill
  readonly check: Check
  readonly theme: Theme
  /** Writes the output to a file and tells what came of it; never rejects. */
  readonly copyOutput: (path: string, output: BlockOutput) => Promise<string>
  readonly onLeave: () => void
}

/** What was chosen, scrolled to and typed belongs to the step, or the form, that it was on. */
function afresh({ editing: _, ...ui }: RunUi): RunUi {
  return { ...ui, item: 0, held: undefined }
}

export function RunApp({ session, status, vitals, copyOutput, onLeave, ...fixed }: RunAppProps) {
  const { now, theme, check } = fixed
  const view = useSyncExternalStore(session.subscribe, session.view)
  const fares = useSyncExternalStore(vitals.subscribe, vitals.get)
  const cluster = useSyncExternalStore(status.subscribe, status.get)
  const [ui, setUi] = useState(freshUi)
  const { columns, rows } = useWindowSize()
  const time = useClock(now, view.state.stage.stage !== 'ended')
  const asked = useRef({ what: '', since: 0, step: '' })

  const step = currentStep(view)?.id ?? view.state.stage.stage
  const firstKey = keyHints(view, freshUi, { scroll: undefined })[0]?.does ?? ''
  const what = `${step} ${view.question?.name ?? ''} ${firstKey} ${ui.overlay?.kind ?? ''}`
  if (asked.current.what !== what) {
    if (asked.current.step !== step && (ui.item !== 0 || ui.held !== undefined || ui.editing !== undefined))
      setUi(afresh(ui))
    asked.current = { what, since: now(), step }
  }
  const screen = { ...fixed, view, ui, status: cluster, vitals: fares, now: Math.max(time, view.startedAt) }
  const { lines, scroll } = runFrame(screen, columns, rows)

  // On the view that the operator sees: what has come since is not what a key was meant for.
  function onKeys(keys: readonly Key[]) {
    const early = now() - asked.current.since < DOUBLE_PRESS_MS
    const arrival = { amongOthers: keys.length > 1, early, over: ui.overlay }
    let next = ui
    let leaves = false
    for (const key of keys) {
      if (isUnmeant(view, next, key, arrival)) continue
      const pressed = press(view, next, key, scroll, check)
      next = pressed.ui
      if (pressed.action !== undefined) session.act(pressed.action)
      if (pressed.copiesTo !== undefined && view.output !== undefined)
        copyOutput(pressed.copiesTo, view.output).then((words) => setUi((was) => toldOfCopy(was, words)))
      leaves ||= pressed.leaves === true
    }
    if (next !== ui) setUi(next)
    if (leaves) onLeave()
  }
  useKeys(onKeys, (text) => setUi(paste(view, ui, text)))

  return <Rows lines={lines} palette={theme.palette} />
}
