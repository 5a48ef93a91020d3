/** The form of a run's parameters before it begins: what keys do to the question that is open and to values that are there. */
import type { Action, RunView } from '../run/session.ts'
import type { Parameter } from '../runbook/runbook.ts'
import type { Check, Editing, Key, KeyHint, Pressed, RunUi } from './run-ui.ts'
import { emptyField, type TextField, typeInto } from './text-field.ts'

/** Whether the parameters can still be changed, and there are any. */
export function offersForm({ state, parameters }: RunView): boolean {
  return state.stage.stage === 'preparing' && parameters.length > 0
}

/** The form with the first parameter that a person has set, or else the first. */
export function openForm(view: RunView, ui: RunUi): RunUi {
  const set = view.parameters.find(({ source }) => source === 'given' || source === 'answered')
  const first = set ?? view.parameters[0]
  return first === undefined ? ui : edit(view, ui, first.name)
}

function edit(view: RunView, ui: RunUi, name: string): RunUi {
  const secret = parameterOf(view, name)?.secret === true
  const text = secret ? '' : knownValue(view, name)
  return { ...ui, editing: { name, field: { text, at: text.length } } }
}

/** What a key does to the value that is being changed. */
export function pressForm(view: RunView, ui: RunUi, editing: Editing, key: Key, check: Check): Pressed {
  switch (key.name) {
    case 'escape':
      return { ui: closed(ui) }
    case 'enter':
      return set(view, ui, editing, check)
    case 'up':
    case 'backTab':
      return { ui: moved(view, ui, editing.name, -1) }
    case 'down':
    case 'tab':
      return { ui: moved(view, ui, editing.name, 1) }
    case 'pageUp':
    case 'pageDown':
      return { ui }
    default: {
      const oneOf = parameterOf(view, editing.name)?.oneOf
      const field =
        oneOf !== undefined && (key.left || key.right)
          ? chosen(oneOf, editing.field, key.right ? 1 : -1)
          : typeInto(editing.field, key)
      return { ui: { ...ui, editing: { ...editing, field } } }
    }
  }
}

/** What a key does to the answer that the open question waits for. */
export function pressAnswer(view: RunView, ui: RunUi, key: Key): Pressed {
  const { question } = view
  if (question === undefined) return { ui }
  const { name, oneOf } = question
  switch (key.name) {
    case 'enter': {
      const action: Action = { kind: 'answer', parameter: name, value: ui.answer.text }
      return { ui: { ...ui, answer: emptyField }, action }
    }
    case 'up':
    case 'down':
      if (oneOf !== undefined)
        return { ui: { ...ui, answer: chosen(oneOf, ui.answer, key.name === 'down' ? 1 : -1) } }
      return { ui: key.name === 'up' ? moved(view, ui, undefined, -1) : ui }
    case 'backTab':
    case 'tab':
      return { ui: moved(view, ui, undefined, key.name === 'tab' ? 1 : -1) }
    case undefined:
      if (oneOf !== undefined && (key.left || key.right))
        return { ui: { ...ui, answer: chosen(oneOf, ui.answer, key.right ? 1 : -1) } }
      return { ui: { ...ui, answer: typeInto(ui.answer, key) } }
    default:
      return { ui }
  }
}

/** The next or the last of what there is to choose from. */
function chosen(oneOf: readonly string[], { text }: TextField, by: 1 | -1): TextField {
  const at = oneOf.indexOf(text)
  const to = by === 1 ? at + 1 : (at === -1 ? oneOf.length : at) - 1
  const value = oneOf[Math.min(Math.max(to, 0), oneOf.length - 1)] ?? ''
  return { text: value, at: value.length }
}

/** The field before or after; the open question has its place behind all that is known, and beyond it one begins anew. */
function moved(view: RunView, ui: RunUi, from: string | undefined, by: 1 | -1): RunUi {
  const names = view.parameters.map(({ name }) => name)
  const places = view.question === undefined ? names : [...names, undefined]
  const at = places.indexOf(from)
  const to = places[(at + by + places.length) % places.length]
  return to === undefined ? closed(ui) : edit(view, ui, to)
}

/** A value that may not be stays in its field, where the screen says why; one that is there already changes nothing. */
function set(view: RunView, ui: RunUi, { name, field }: Editing, check: Check): Pressed {
  const isSecret = parameterOf(view, name)?.secret === true
  if (isSecret ? field.text === '' : field.text.trim() === knownValue(view, name)) return { ui: closed(ui) }
  if (check(name, field.text) !== undefined) return { ui }
  return { ui: closed(ui), action: { kind: 'answer', parameter: name, value: field.text } }
}

function closed({ editing: _, ...ui }: RunUi): RunUi {
  return ui
}

function knownValue(view: RunView, name: string): string {
  return view.parameters.find((one) => one.name === name)?.value ?? ''
}

function parameterOf({ runbook }: RunView, name: string): Parameter | undefined {
  return runbook.parameters.find((one) => one.name === name)
}

/** The keys of the form. */
export function formHints(view: RunView, { editing }: RunUi): readonly KeyHint[] {
  const oneOf = editing === undefined ? view.question?.oneOf : parameterOf(view, editing.name)?.oneOf
  const choose = oneOf === undefined ? [] : [{ key: editing === undefined ? '↑↓' : '←→', does: 'choose' }]
  if (editing !== undefined)
    return [
      { key: 'enter', does: 'set it' },
      ...choose,
      { key: '↑↓ tab', does: 'other values' },
      { key: 'esc', does: 'leave it as it was' },
    ]
  return [
    { key: 'enter', does: 'answer' },
    ...choose,
    ...(view.parameters.length === 0 ? [] : [{ key: 'tab', does: 'other values' }]),
  ]
}
