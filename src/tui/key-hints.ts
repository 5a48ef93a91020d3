/** The keys that do something now, as the foot and the help name them. `press` in run-keys.ts is their other half. */
import type { Choice } from '../../machines/state.ts'
import type { RunView } from '../run/session.ts'
import { formHints, offersForm } from './form-keys.ts'
import { outputHints } from './output-keys.ts'
import { currentState, currentStep, isBusy, leadsOf } from './run-reading.ts'
import { type KeyHint, nextTab, type Overlay, type Purpose, type RunUi } from './run-ui.ts'
import type { Scroll } from './scroll.ts'

/** How the screen stands that the keys work on. */
export interface Screen {
  /** How far what is shown can be scrolled, if it can. */
  readonly scroll: Scroll | undefined
}

/** The most likely key first. */
export function keyHints(view: RunView, ui: RunUi, screen: Screen): readonly KeyHint[] {
  if (ui.overlay?.kind === 'output') return outputHints(ui.overlay.reading, screen.scroll, ui.held)
  if (ui.overlay !== undefined) return overlayHints(ui.overlay)
  if (view.question !== undefined || (ui.editing !== undefined && offersForm(view))) {
    return [
      ...formHints(view, ui),
      ...(offersEmergency(view) ? [{ key: 'ctrl-e', does: 'emergency' }] : []),
      { key: 'ctrl-n', does: 'note' },
      { key: 'ctrl-c', does: 'leave' },
    ]
  }
  const ended = view.state.stage.stage === 'ended'
  const away = !ended && ui.tab !== 'step'
  return [
    ...(view.countdown === undefined ? [] : [{ key: 'h', does: 'hold the rollback' }]),
    ...(ended ? [{ key: 'enter q', does: 'close' }] : away ? awayHint(ui) : enterHint(view)),
    ...(offersForm(view) ? [{ key: 'p', does: 'parameters' }] : []),
    ...choiceHints(view).filter(({ key }) => !away || key !== 'r'),
    ...(isBusy(view) ? [{ key: 'x', does: 'cancel' }] : []),
    ...(ended || (away && nextTab[ui.tab] === 'step')
      ? []
      : [{ key: 'tab', does: tabWords[nextTab[ui.tab]] }]),
    ...scrollHints(view, ui, screen.scroll),
    ...(offersOutput(view) ? [{ key: 'o', does: 'output' }] : []),
    ...(ended ? [] : [{ key: 'n', does: 'note' }]),
    { key: '?', does: 'help' },
    ...(ended ? [] : [{ key: 'q', does: 'leave' }]),
  ]
}

/** What runs by one key isn't on the screen now: that key leads to it. */
function awayHint(ui: RunUi): readonly KeyHint[] {
  return [{ key: nextTab[ui.tab] === 'step' ? 'enter tab' : 'enter', does: tabWords.step }]
}

const tabWords = { step: 'the step', steps: 'all steps', pods: 'pods' } as const

function overlayHints(overlay: Exclude<Overlay, { kind: 'output' }>): readonly KeyHint[] {
  switch (overlay.kind) {
    case 'help':
      return [{ key: 'esc', does: 'close' }]
    case 'leave':
      return [
        { key: 'y', does: 'leave' },
        { key: 'esc', does: 'stay' },
      ]
    case 'emergency':
      return [
        { key: 'y', does: 'stop here and open it' },
        { key: 'esc', does: 'back' },
      ]
    case 'lead':
      return [
        { key: 'y', does: 'stop here and open it' },
        { key: 'esc', does: 'back' },
      ]
    case 'typed':
      return [
        { key: 'enter', does: overlay.purpose === 'begin' ? 'begin' : 'run it' },
        { key: 'esc', does: 'back' },
      ]
    case 'reason':
      return [
        { key: 'enter', does: purposeVerbs[overlay.purpose] },
        { key: 'esc', does: 'back' },
      ]
  }
}

const purposeVerbs: Readonly<Record<Purpose, string>> = {
  skip: 'skip the step',
  rollback: 'roll back',
  stop: 'stop here',
  note: 'write it down',
}

function enterHint(view: RunView): readonly KeyHint[] {
  if (offers(view, 'begin')) return [{ key: 'enter', does: 'begin' }]
  if (offers(view, 'confirm')) {
    const step = currentStep(view)
    if (currentState(view)?.status === 'found') return [{ key: 'enter', does: 'go on' }]
    return [{ key: 'enter', does: step?.command === undefined ? 'it is done' : 'run it' }]
  }
  if (!offers(view, 'attest')) return []
  return [
    { key: 'space', does: 'attest' },
    { key: '↑↓', does: 'choose' },
  ]
}

function choiceHints(view: RunView): readonly KeyHint[] {
  return [
    ...leadHint(view),
    ...(offers(view, 'retry') ? [{ key: 'r', does: 'retry' }] : []),
    ...(offers(view, 'rollback') ? [{ key: 'b', does: 'roll back' }] : []),
    ...(offersEmergency(view) ? [{ key: 'e', does: 'emergency' }] : []),
    ...(offers(view, 'skip') ? [{ key: 's', does: 'skip' }] : []),
    ...(offersStop(view) ? [{ key: 'S', does: 'stop' }] : []),
  ]
}

function leadHint(view: RunView): readonly KeyHint[] {
  const [lead] = leadsOf(view)
  return lead === undefined || !offers(view, 'lead') ? [] : [{ key: 'l', does: `open ${lead}` }]
}

function scrollHints(view: RunView, ui: RunUi, scroll: Scroll | undefined): readonly KeyHint[] {
  if (scroll === undefined) return []
  const keys = offers(view, 'attest') && ui.tab === 'step' ? 'PgUp PgDn' : '↑↓ PgUp PgDn'
  if (ui.held === undefined) return [{ key: keys, does: 'scroll' }]
  return [
    { key: keys, does: 'scroll' },
    { key: 'f', does: restWords(scroll) },
  ]
}

function restWords({ rest }: Scroll): string {
  if (rest === 'last') return 'follow'
  return rest === 'first' ? 'to the top' : 'to the step'
}

/** Whether the machine would take the choice now. */
export function offers(view: RunView, choice: Choice): boolean {
  return view.state.choices.includes(choice)
}

/** Before the first step there is nothing to stop: one leaves. */
export function offersStop(view: RunView): boolean {
  return offers(view, 'stop') && view.state.stage.stage !== 'preparing'
}

/** There is output to read, whatever the step is at. */
export function offersOutput({ output }: RunView): boolean {
  return output !== undefined && output.lines.length > 0
}

/** Whatever runs or is asked: the way to the emergency runbook is open. A block that runs is cancelled by it. */
export function offersEmergency(view: RunView): boolean {
  return view.runbook.emergency !== undefined && view.state.stage.stage !== 'ended'
}
