/** What a key does while something lies over the run screen: esc always goes back. */
import type { Action, RunView } from '../run/session.ts'
import { pressOutput } from './output-keys.ts'
import { currentStep } from './run-reading.ts'
import type { Key, Overlay, Pressed, Purpose, RunUi } from './run-ui.ts'
import type { Scroll } from './scroll.ts'
import { type TextField, typeInto } from './text-field.ts'

/** What a key does to the overlay, or to the run through it. */
export function pressOver(view: RunView, ui: RunUi, overlay: Overlay, key: Key, scroll?: Scroll): Pressed {
  if (overlay.kind === 'output') return pressOutput(view, ui, overlay.reading, key, scroll)
  const { overlay: _, ...closed } = ui
  if (key.name === 'escape') return { ui: closed }
  switch (overlay.kind) {
    case 'help':
      return key.input === '?' || key.input === 'q' ? { ui: closed } : { ui }
    case 'leave':
      return says(key, 'y') ? { ui: closed, leaves: true } : { ui }
    case 'emergency':
      return says(key, 'y') ? { ui: closed, action: { kind: 'emergency' } } : { ui }
    case 'lead':
      return says(key, 'y') ? { ui: closed, action: { kind: 'lead', runbook: overlay.runbook } } : { ui }
    case 'typed':
      if (key.name !== 'enter') return typing(ui, overlay, key)
      if (overlay.field.text.trim() !== overlay.wants)
        return { ui: { ...ui, overlay: { ...overlay, refused: true } } }
      return { ui: closed, action: typedAction(overlay) }
    case 'reason': {
      if (key.name !== 'enter') return typing(ui, overlay, key)
      const text = overlay.field.text.trim()
      if (text === '' && needsText(overlay.purpose)) {
        return { ui: { ...ui, overlay: { ...overlay, refused: true } } }
      }
      const action = reasonAction(view, overlay.purpose, text)
      return action === undefined ? { ui: closed } : { ui: closed, action }
    }
  }
}

function typedAction({ purpose, wants }: Extract<Overlay, { kind: 'typed' }>): Action {
  return purpose === 'begin'
    ? { kind: 'begin', typed: wants }
    : { kind: 'confirm', step: wants, typed: wants }
}

/** Skipping wants a reason and a note its text; whoever has to roll back at once isn't held up by a question. */
function needsText(purpose: Purpose): boolean {
  return purpose === 'skip' || purpose === 'note'
}

function says(key: Key, letter: string): boolean {
  return key.input === letter && !key.ctrl
}

function typing(ui: RunUi, overlay: Extract<Overlay, { field: TextField }>, key: Key): Pressed {
  if (key.name !== undefined) return { ui }
  const { refused: _, ...asked } = overlay
  return { ui: { ...ui, overlay: { ...asked, field: typeInto(overlay.field, key) } } }
}

function reasonAction(view: RunView, purpose: Purpose, text: string): Action | undefined {
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
