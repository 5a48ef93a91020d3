/** Which keys work on the run screen now, and what each does: decided here, shown at the foot, pressed in `press`. */
import type { Choice } from '../../machines/state.ts'
import type { Action, RunView } from '../run/session.ts'
import { currentStep, isBusy } from './run-reading.ts'
import { emptyField, type FieldKey, type TextField, typeInto } from './text-field.ts'

/** What lies over the screen and takes the keys. */
export type Overlay =
  | { readonly kind: 'help' }
  | { readonly kind: 'leave' }
  /** A reason is asked for; an empty one is refused. */
  | {
      readonly kind: 'reason'
      readonly purpose: 'skip' | 'rollback' | 'stop' | 'note'
      readonly field: TextField
    }
  /** A step that destroys wants its id typed. */
  | { readonly kind: 'typed'; readonly step: string; readonly field: TextField }

export interface RunUi {
  readonly overlay?: Overlay
  /** The answer to the parameter that is asked for. */
  readonly answer: TextField
  /** The highlighted item of the current step's checklist. */
  readonly item: number
  /** Lines that the output is scrolled up from its end; 0 follows it. */
  readonly scrolled: number
  /** Whether blue and green fill the screen where they have no pane of their own. */
  readonly showsCluster: boolean
}

export const freshUi: RunUi = { answer: emptyField, item: 0, scrolled: 0, showsCluster: false }

export interface Key extends FieldKey {
  readonly name?: 'enter' | 'escape' | 'tab' | 'up' | 'down' | 'pageUp' | 'pageDown'
}

/** A key as the foot shows it. */
export interface KeyHint {
  readonly key: string
  readonly does: string
}

export interface Pressed {
  readonly ui: RunUi
  readonly action?: Action
  /** The operator leaves the screen; the run stays as it is. */
  readonly leaves?: true
}

/** The keys that do something now, the most likely first. */
export function keyHints(view: RunView, ui: RunUi, narrow: boolean): readonly KeyHint[] {
  const { overlay } = ui
  if (overlay?.kind === 'help') return [{ key: 'esc', does: 'close' }]
  if (overlay?.kind === 'leave') {
    return [
      { key: 'y', does: 'leave' },
      { key: 'esc', does: 'stay' },
    ]
  }
  if (overlay !== undefined) {
    return [
      { key: 'enter', does: overlay.kind === 'typed' ? 'run it' : purposes[overlay.purpose].verb },
      { key: 'esc', does: 'back' },
    ]
  }
  if (view.question !== undefined) {
    return [
      { key: 'enter', does: 'answer' },
      { key: 'ctrl-c', does: 'leave' },
    ]
  }
  return [
    ...enterHint(view),
    ...choiceHints(view),
    ...(isBusy(view) ? [{ key: 'x', does: 'cancel' }] : []),
    ...(narrow && view.state.stage.stage !== 'ended'
      ? [{ key: 'tab', does: ui.showsCluster ? 'step' : 'pods' }]
      : []),
    ...(view.state.stage.stage === 'ended' ? [] : [{ key: 'n', does: 'note' }]),
    { key: '?', does: 'help' },
    { key: 'q', does: view.state.stage.stage === 'ended' ? 'close' : 'leave' },
  ]
}

const purposes = {
  skip: { verb: 'skip the step', asks: 'Why is this step skipped?' },
  rollback: { verb: 'roll back', asks: 'Why is it rolled back?' },
  stop: { verb: 'stop here', asks: 'Why does it stop here?' },
  note: { verb: 'write it down', asks: 'What should the record say?' },
} as const

/** What a reason is asked for, in a question. */
export function purposeQuestion(purpose: keyof typeof purposes): string {
  return purposes[purpose].asks
}

function enterHint(view: RunView): readonly KeyHint[] {
  if (view.state.stage.stage === 'ended') return [{ key: 'enter', does: 'close' }]
  if (offers(view, 'begin')) return [{ key: 'enter', does: 'begin' }]
  if (offers(view, 'confirm')) {
    const step = currentStep(view)
    return [{ key: 'enter', does: step?.command === undefined ? 'it is done' : 'run it' }]
  }
  if (offers(view, 'attest')) {
    return [
      { key: 'space', does: 'attest' },
      { key: '↑↓', does: 'choose' },
    ]
  }
  return []
}

function choiceHints(view: RunView): readonly KeyHint[] {
  return [
    ...(offers(view, 'retry') ? [{ key: 'r', does: 'retry' }] : []),
    ...(offers(view, 'rollback') ? [{ key: 'b', does: 'roll back' }] : []),
    ...(offers(view, 'emergency') ? [{ key: 'e', does: 'emergency' }] : []),
    ...(offers(view, 'skip') ? [{ key: 's', does: 'skip' }] : []),
    ...(offers(view, 'stop') && view.state.stage.stage !== 'preparing' ? [{ key: 'S', does: 'stop' }] : []),
  ]
}

function offers(view: RunView, choice: Choice): boolean {
  return view.state.choices.includes(choice)
}

/** What a key does now; a key that does nothing gives the same state back. */
export function press(view: RunView, ui: RunUi, key: Key): Pressed {
  if (key.ctrl && key.input === 'c')
    return view.question === undefined ? leave(view, ui) : { ui, leaves: true }
  if (ui.overlay !== undefined) return pressOver(view, ui, ui.overlay, key)
  if (view.question !== undefined) return pressAnswer(view.question.name, ui, key)
  switch (key.name) {
    case 'enter':
      return pressEnter(view, ui)
    case 'tab':
      return { ui: { ...ui, showsCluster: !ui.showsCluster } }
    case 'up':
    case 'down':
      return move(view, ui, key.name === 'up' ? -1 : 1)
    case 'pageUp':
      return { ui: { ...ui, scrolled: ui.scrolled + 10 } }
    case 'pageDown':
      return { ui: { ...ui, scrolled: Math.max(0, ui.scrolled - 10) } }
    case 'escape':
      return { ui: { ...ui, showsCluster: false, scrolled: 0 } }
    default:
      return pressLetter(view, ui, key.input)
  }
}

function pressEnter(view: RunView, ui: RunUi): Pressed {
  if (view.state.stage.stage === 'ended') return { ui, leaves: true }
  if (offers(view, 'begin')) return { ui, action: { kind: 'begin' } }
  const step = currentStep(view)
  if (step === undefined || !offers(view, 'confirm')) return { ui }
  if (step.effect !== 'destroy') return { ui, action: { kind: 'confirm', step: step.id } }
  return { ui: { ...ui, overlay: { kind: 'typed', step: step.id, field: emptyField } } }
}

function pressLetter(view: RunView, ui: RunUi, input: string): Pressed {
  const step = currentStep(view)
  const ask = (purpose: keyof typeof purposes): Pressed => ({
    ui: { ...ui, overlay: { kind: 'reason', purpose, field: emptyField } },
  })
  switch (input) {
    case ' ':
      return attest(view, ui)
    case 'k':
      return move(view, ui, -1)
    case 'j':
      return move(view, ui, 1)
    case 'f':
      return { ui: { ...ui, scrolled: 0 } }
    case 'r':
      return step !== undefined && offers(view, 'retry')
        ? { ui, action: { kind: 'retry', step: step.id } }
        : { ui }
    case 'b':
      return offers(view, 'rollback') ? ask('rollback') : { ui }
    case 's':
      return offers(view, 'skip') ? ask('skip') : { ui }
    case 'S':
      return offers(view, 'stop') && view.state.stage.stage !== 'preparing' ? ask('stop') : { ui }
    case 'e':
      return offers(view, 'emergency') ? { ui, action: { kind: 'emergency' } } : { ui }
    case 'x':
      return isBusy(view) ? { ui, action: { kind: 'cancel' } } : { ui }
    case 'n':
      return view.state.stage.stage === 'ended' ? { ui } : ask('note')
    case '?':
      return { ui: { ...ui, overlay: { kind: 'help' } } }
    case 'q':
      return leave(view, ui)
    default:
      return { ui }
  }
}

function leave(view: RunView, ui: RunUi): Pressed {
  if (view.state.stage.stage === 'ended') return { ui, leaves: true }
  return { ui: { ...ui, overlay: { kind: 'leave' } } }
}

/** Over a checklist the arrows choose an item; elsewhere they scroll the output. */
function move(view: RunView, ui: RunUi, by: number): Pressed {
  const step = currentStep(view)
  if (step === undefined || !offers(view, 'attest')) {
    return { ui: { ...ui, scrolled: Math.max(0, ui.scrolled - by) } }
  }
  const item = Math.min(Math.max(ui.item + by, 0), step.checklist.length - 1)
  return { ui: { ...ui, item } }
}

/** Attests the highlighted item, or takes it back, and goes on to the next one that is open. */
function attest(view: RunView, ui: RunUi): Pressed {
  const step = currentStep(view)
  const item = step?.checklist[ui.item]
  if (step === undefined || item === undefined || !offers(view, 'attest')) return { ui }
  const done = view.state.attested[step.id] ?? []
  if (done.includes(item.id)) return { ui, action: { kind: 'withdraw', step: step.id, item: item.id } }
  const open = step.checklist.findIndex((other) => other.id !== item.id && !done.includes(other.id))
  const next = { ...ui, item: open === -1 ? 0 : open }
  return { ui: next, action: { kind: 'attest', step: step.id, item: item.id } }
}

function pressAnswer(parameter: string, ui: RunUi, key: Key): Pressed {
  if (key.name === 'enter') {
    return { ui: { ...ui, answer: emptyField }, action: { kind: 'answer', parameter, value: ui.answer.text } }
  }
  return key.name === undefined ? { ui: { ...ui, answer: typeInto(ui.answer, key) } } : { ui }
}

function pressOver(view: RunView, ui: RunUi, overlay: Overlay, key: Key): Pressed {
  const { overlay: _, ...closed } = ui
  if (key.name === 'escape') return { ui: closed }
  switch (overlay.kind) {
    case 'help':
      return key.input === '?' || key.input === 'q' ? { ui: closed } : { ui }
    case 'leave':
      return key.input === 'y' ? { ui: closed, leaves: true } : { ui }
    case 'typed':
      if (key.name !== 'enter') return typing(ui, overlay, key)
      if (overlay.field.text !== overlay.step) return { ui }
      return { ui: closed, action: { kind: 'confirm', step: overlay.step, typed: overlay.field.text } }
    case 'reason': {
      if (key.name !== 'enter') return typing(ui, overlay, key)
      const text = overlay.field.text.trim()
      const action = text === '' ? undefined : reasonAction(view, overlay.purpose, text)
      return action === undefined ? { ui } : { ui: closed, action }
    }
  }
}

function typing(ui: RunUi, overlay: Extract<Overlay, { field: TextField }>, key: Key): Pressed {
  if (key.name !== undefined) return { ui }
  return { ui: { ...ui, overlay: { ...overlay, field: typeInto(overlay.field, key) } } }
}

function reasonAction(view: RunView, purpose: keyof typeof purposes, text: string): Action | undefined {
  const step = currentStep(view)
  switch (purpose) {
    case 'skip':
      return step === undefined ? undefined : { kind: 'skip', step: step.id, reason: text }
    case 'rollback':
      return { kind: 'rollback', reason: text }
    case 'stop':
      return { kind: 'stop', reason: text }
    case 'note':
      return { kind: 'note', text }
  }
}

/** A paste goes into what is being typed, and nowhere else: it confirms nothing. */
export function paste(view: RunView, ui: RunUi, text: string): RunUi {
  const { overlay } = ui
  if (overlay !== undefined) return 'field' in overlay ? typing(ui, overlay, { input: text }).ui : ui
  return view.question === undefined ? ui : { ...ui, answer: typeInto(ui.answer, { input: text }) }
}
