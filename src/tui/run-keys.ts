/** What a key does on the run screen now: decided here, named in key-hints.ts, carried out by run-app.tsx. */
import type { RunView } from '../run/session.ts'
import { offersForm, openForm, pressAnswer, pressForm } from './form-keys.ts'
import { offers, offersEmergency, offersOutput, offersStop } from './key-hints.ts'
import { openOutput, pasteIntoOutput } from './output-keys.ts'
import { pressOver } from './overlay-keys.ts'
import { currentState, currentStep, isBusy, leadsOf } from './run-reading.ts'
import {
  type Check,
  type Key,
  nextTab,
  type Overlay,
  type Pressed,
  type Purpose,
  type RunUi,
} from './run-ui.ts'
import { moved, type Scroll } from './scroll.ts'
import { emptyField, typeInto } from './text-field.ts'

/**
 * What a key does; one that does nothing gives the same `ui` back. `scroll` is what the screen can be scrolled by, `check`
 * what tells whether a parameter can have a value.
 */
export function press(
  view: RunView,
  ui: RunUi,
  key: Key,
  scroll?: Scroll,
  check: Check = () => undefined,
): Pressed {
  if (key.ctrl && key.input === 'c') return ctrlC(view, ui)
  // What is typed may hold an e: where letters are taken, the panic key is this one.
  if (key.ctrl && key.input === 'e' && offersEmergency(view)) return over(ui, { kind: 'emergency' })
  if (key.ctrl && key.input === 'n' && offersNote(view, ui))
    return holding(view, over(ui, { kind: 'reason', purpose: 'note', field: emptyField }))
  if (ui.overlay !== undefined) return pressOver(view, ui, ui.overlay, key, scroll)
  if (ui.editing !== undefined && offersForm(view)) return pressForm(view, ui, ui.editing, key, check)
  if (view.question !== undefined) return pressAnswer(view, ui, key)
  // What runs by one key has to be on the screen: from elsewhere the key leads there first.
  if (ui.tab !== 'step' && view.state.stage.stage !== 'ended' && (key.name === 'enter' || key.input === 'r'))
    return { ui: { ...ui, tab: 'step', held: undefined } }
  switch (key.name) {
    case 'enter':
      return pressEnter(view, ui)
    case 'tab':
      return { ui: { ...ui, tab: nextTab[ui.tab], held: undefined } }
    case 'up':
    case 'down':
      return move(view, ui, key.name === 'up' ? -1 : 1, scroll)
    case 'pageUp':
    case 'pageDown':
      return scrolled(ui, scroll, (key.name === 'pageUp' ? -1 : 1) * (scroll?.page ?? 0))
    case 'escape':
      return { ui: { ...ui, tab: 'step', held: undefined } }
    default:
      return key.ctrl ? { ui } : holding(view, pressLetter(view, ui, key.input, scroll))
  }
}

/** A note can be written at any moment but while another text is asked for over the screen, or when the record is sealed. */
function offersNote(view: RunView, { overlay }: RunUi): boolean {
  return view.state.stage.stage !== 'ended' && (overlay === undefined || overlay.kind === 'output')
}

/** How a key reached the screen. */
export interface Arrival {
  /** More keys came with it in one read from the terminal: quick typing on a slow line, or an unmarked paste. */
  readonly amongOthers: boolean
  /** The screen has asked what it asks now for so short a time that the key was meant for what was there before. */
  readonly early: boolean
  /** What lay over the screen when the read began. */
  readonly over: RunUi['overlay']
}

/** Whether a key can't have been meant as the yes that it would be now. */
export function isUnmeant(
  view: RunView,
  ui: RunUi,
  key: Key,
  { amongOthers, early, over }: Arrival,
): boolean {
  if (ui.overlay?.kind === 'emergency' || ui.overlay?.kind === 'lead')
    return amongOthers && over?.kind !== ui.overlay.kind
  // Where output is read Enter decides nothing about the run.
  if (key.name !== 'enter' || ui.overlay?.kind === 'output') return false
  // What is set there can be set anew: nothing runs by it.
  if (ui.overlay === undefined && ui.editing !== undefined && offersForm(view)) return false
  if (ui.overlay === undefined && view.question !== undefined) return early && ui.answer.text === ''
  if (amongOthers) return !(ui.overlay?.kind === 'reason' && over?.kind === 'reason')
  return early && (ui.overlay === undefined || !('field' in ui.overlay) || ui.overlay.field.text === '')
}

/** A paste goes into what is being typed, and nowhere else: it confirms nothing. */
export function paste(view: RunView, ui: RunUi, text: string): RunUi {
  const { overlay } = ui
  if (overlay?.kind === 'output') return pasteIntoOutput(view, ui, overlay.reading, text)
  if (overlay !== undefined) {
    return 'field' in overlay
      ? { ...ui, overlay: { ...overlay, field: typeInto(overlay.field, { input: text }) } }
      : ui
  }
  const { editing } = ui
  if (editing !== undefined)
    return { ...ui, editing: { ...editing, field: typeInto(editing.field, { input: text }) } }
  return view.question === undefined ? ui : { ...ui, answer: typeInto(ui.answer, { input: text }) }
}

/** While a question is open nothing has been changed, so ctrl-c leaves at once; later it asks first. */
function ctrlC(view: RunView, ui: RunUi): Pressed {
  return view.question === undefined ? leave(view, ui) : { ui, leaves: true }
}

function leave(view: RunView, ui: RunUi): Pressed {
  return view.state.stage.stage === 'ended' ? { ui, leaves: true } : over(ui, { kind: 'leave' })
}

function over(ui: RunUi, overlay: Overlay): Pressed {
  return { ui: { ...ui, overlay } }
}

function pressEnter(view: RunView, ui: RunUi): Pressed {
  if (view.state.stage.stage === 'ended') return { ui, leaves: true }
  if (offers(view, 'begin')) {
    const { typedToBegin: wants } = view
    return wants === undefined
      ? { ui, action: { kind: 'begin' } }
      : over(ui, { kind: 'typed', purpose: 'begin', wants, field: emptyField })
  }
  const step = currentStep(view)
  if (step === undefined || !offers(view, 'confirm')) return { ui }
  if (step.effect !== 'destroy' || currentState(view)?.status === 'found')
    return { ui, action: { kind: 'confirm', step: step.id } }
  return over(ui, { kind: 'typed', purpose: 'destroy', wants: step.id, field: emptyField })
}

/** Whoever opens something else than the rollback while it counts down is there, and must not be raced while typing. */
function holding(view: RunView, pressed: Pressed): Pressed {
  const { overlay } = pressed.ui
  if (view.countdown === undefined || overlay === undefined || pressed.action !== undefined) return pressed
  if (overlay.kind === 'help' || (overlay.kind === 'reason' && overlay.purpose === 'rollback')) return pressed
  return { ...pressed, action: { kind: 'hold', step: view.countdown.step } }
}

function pressLetter(view: RunView, ui: RunUi, input: string, scroll: Scroll | undefined): Pressed {
  const step = currentStep(view)
  const ask = (purpose: Purpose, may: boolean) =>
    may ? over(ui, { kind: 'reason', purpose, field: emptyField }) : { ui }
  switch (input) {
    case ' ':
      return attest(view, ui)
    case 'k':
      return move(view, ui, -1, scroll)
    case 'j':
      return move(view, ui, 1, scroll)
    case 'f':
      return { ui: { ...ui, held: undefined } }
    case 'r':
      return step !== undefined && offers(view, 'retry')
        ? { ui, action: { kind: 'retry', step: step.id } }
        : { ui }
    case 'b':
      return ask('rollback', offers(view, 'rollback'))
    case 's':
      return ask('skip', offers(view, 'skip'))
    case 'S':
      return ask('stop', offersStop(view))
    case 'e':
      return offersEmergency(view) ? over(ui, { kind: 'emergency' }) : { ui }
    case 'l': {
      const [runbook] = leadsOf(view)
      return runbook !== undefined && offers(view, 'lead') ? over(ui, { kind: 'lead', runbook }) : { ui }
    }
    case 'x':
      return isBusy(view) ? { ui, action: { kind: 'cancel' } } : { ui }
    case 'n':
      return ask('note', view.state.stage.stage !== 'ended')
    case '?':
      return over(ui, { kind: 'help' })
    case 'h':
      return view.countdown === undefined
        ? { ui }
        : { ui, action: { kind: 'hold', step: view.countdown.step } }
    case 'p':
      return { ui: offersForm(view) ? openForm(view, ui) : ui }
    case 'o':
      return { ui: offersOutput(view) ? openOutput(view, ui) : ui }
    case 'q':
      return leave(view, ui)
    default:
      return { ui }
  }
}

/** Over a checklist the arrows choose an item; elsewhere they scroll. */
function move(view: RunView, ui: RunUi, by: number, scroll: Scroll | undefined): Pressed {
  const step = currentStep(view)
  if (step === undefined || ui.tab !== 'step' || !offers(view, 'attest')) return scrolled(ui, scroll, by)
  const item = Math.min(Math.max(ui.item + by, 0), step.checklist.length - 1)
  return { ui: { ...ui, item } }
}

function scrolled(ui: RunUi, scroll: Scroll | undefined, by: number): Pressed {
  return scroll === undefined ? { ui } : { ui: { ...ui, held: moved(ui.held, scroll, by) } }
}

/** Attests the highlighted item, or takes it back, and goes on to the next one that is open. */
function attest(view: RunView, ui: RunUi): Pressed {
  const step = currentStep(view)
  const item = step?.checklist[ui.item]
  if (step === undefined || item === undefined || ui.tab !== 'step' || !offers(view, 'attest')) return { ui }
  const done = view.state.attested[step.id] ?? []
  if (done.includes(item.id)) return { ui, action: { kind: 'withdraw', step: step.id, item: item.id } }
  const isOpen = (index: number) => {
    const other = step.checklist[index]
    return other !== undefined && other.id !== item.id && !done.includes(other.id)
  }
  const after = step.checklist.map((_, index) => (ui.item + 1 + index) % step.checklist.length)
  const next = { ...ui, item: after.find(isOpen) ?? ui.item }
  return { ui: next, action: { kind: 'attest', step: step.id, item: item.id } }
}
