/** What a key does while the output lies over the body: scroll, search, wrap, copy. */
import type { BlockOutput, RunView } from '../run/session.ts'
import type { Key, KeyHint, OutputReading, Pressed, RunUi } from './run-ui.ts'
import { moved, type Scroll } from './scroll.ts'
import { emptyField, typeInto } from './text-field.ts'

const SIDEWAYS = 16

/** The output as it is opened: wrapped, at its newest lines. */
export function openOutput(view: RunView, ui: RunUi): RunUi {
  const name = `${view.run}-${view.output?.step ?? 'output'}.txt`
  const file = { text: name, at: name.length }
  return reading({ ...ui, held: undefined }, { wraps: true, sideways: 0, sought: emptyField, file })
}

/** What a search finds, in the spelling of the search or another; undefined while nothing is searched for. */
export function soughtIn({ sought }: OutputReading): RegExp | undefined {
  return sought.text === ''
    ? undefined
    : new RegExp(sought.text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('\\-', '-'), 'gi')
}

/** The lines with a match, counted from the block's first line. */
export function matchesIn(output: BlockOutput, sought: RegExp | undefined): readonly number[] {
  if (sought === undefined) return []
  return output.lines.flatMap(({ text }, index) =>
    text.search(sought) === -1 ? [] : [output.dropped + index],
  )
}

/** What a key does; esc goes back one step at a time. */
export function pressOutput(
  view: RunView,
  ui: RunUi,
  now: OutputReading,
  key: Key,
  scroll: Scroll | undefined,
): Pressed {
  if (now.typing === 'search') return pressSearch(view, ui, now, key, scroll)
  if (now.typing === 'file') return pressFile(ui, now, key)
  const { told: _, ...fresh } = now
  const by = (rows: number): Pressed =>
    scroll === undefined ? { ui } : { ui: reading({ ...ui, held: moved(ui.held, scroll, rows) }, fresh) }
  switch (key.name) {
    case 'escape':
      return { ui: now.sought.text === '' ? closed(ui) : reading(ui, withoutSearch(fresh)) }
    case 'up':
    case 'down':
      return by(key.name === 'up' ? -1 : 1)
    case 'pageUp':
    case 'pageDown':
      return by((key.name === 'pageUp' ? -1 : 1) * (scroll?.page ?? 0))
    case 'enter':
    case 'tab':
      return { ui }
    default:
      break
  }
  if (key.home) return by(Number.NEGATIVE_INFINITY)
  if (key.end) return by(Number.POSITIVE_INFINITY)
  if (key.left || key.right) return { ui: reading(ui, sideways(fresh, key.left ? -SIDEWAYS : SIDEWAYS)) }
  return key.ctrl ? { ui } : pressLetter(view, ui, fresh, key.input, scroll, by)
}

function pressLetter(
  view: RunView,
  ui: RunUi,
  now: OutputReading,
  input: string,
  scroll: Scroll | undefined,
  by: (rows: number) => Pressed,
): Pressed {
  switch (input) {
    case 'k':
      return by(-1)
    case 'j':
      return by(1)
    case 'g':
      return by(Number.NEGATIVE_INFINITY)
    case 'G':
    case 'f':
      return by(Number.POSITIVE_INFINITY)
    case 'w':
      return { ui: reading(ui, { ...now, wraps: !now.wraps, sideways: 0 }) }
    case '/':
      return { ui: reading(ui, { ...now, typing: 'search' }) }
    case 'n':
    case 'N':
      return { ui: atMatch(view, ui, now, scroll, input === 'n' ? 'below' : 'above') }
    case 'c':
      return { ui: reading(ui, { ...now, typing: 'file' }) }
    case 'o':
    case 'q':
      return { ui: closed(ui) }
    default:
      return { ui }
  }
}

/** The search goes along with the typing: the newest match at or above where the operator was is shown at once. */
function pressSearch(
  view: RunView,
  ui: RunUi,
  now: OutputReading,
  key: Key,
  scroll: Scroll | undefined,
): Pressed {
  const { typing: _, ...done } = now
  if (key.name === 'escape') return { ui: reading(ui, withoutSearch(done)) }
  if (key.name === 'enter') return { ui: reading(ui, done) }
  if (key.name !== undefined) return { ui }
  const { match: from, ...typed } = { ...now, sought: typeInto(now.sought, key) }
  const matches = view.output === undefined ? [] : matchesIn(view.output, soughtIn(typed))
  const start = from ?? ui.held ?? Number.POSITIVE_INFINITY
  const match = matches.findLast((line) => line <= start) ?? matches[0]
  return { ui: match === undefined ? reading(ui, typed) : shown(ui, typed, match, scroll) }
}

/** A paste goes into what is being typed; elsewhere it does nothing. */
export function pasteIntoOutput(view: RunView, ui: RunUi, now: OutputReading, text: string): RunUi {
  if (now.typing === undefined) return ui
  const key = { input: text }
  return now.typing === 'file' ? pressFile(ui, now, key).ui : pressSearch(view, ui, now, key, undefined).ui
}

function pressFile(ui: RunUi, now: OutputReading, key: Key): Pressed {
  const { typing: _, ...done } = now
  const path = now.file.text.trim()
  if (key.name === 'escape') return { ui: reading(ui, done) }
  if (key.name === 'enter') return path === '' ? { ui } : { ui: reading(ui, done), copiesTo: path }
  return key.name === undefined ? { ui: reading(ui, { ...now, file: typeInto(now.file, key) }) } : { ui }
}

/** The next match that way, and from the last one around to the first. */
function atMatch(
  view: RunView,
  ui: RunUi,
  now: OutputReading,
  scroll: Scroll | undefined,
  way: 'above' | 'below',
): RunUi {
  const matches = view.output === undefined ? [] : matchesIn(view.output, soughtIn(now))
  const from = now.match ?? -1
  const next =
    way === 'below'
      ? (matches.find((line) => line > from) ?? matches[0])
      : (matches.findLast((line) => line < from) ?? matches.at(-1))
  return next === undefined ? ui : shown(ui, now, next, scroll)
}

/** What came of a copy, told where the output is still read. */
export function toldOfCopy(ui: RunUi, told: string): RunUi {
  return ui.overlay?.kind === 'output' ? reading(ui, { ...ui.overlay.reading, told }) : ui
}

function shown(ui: RunUi, now: OutputReading, match: number, scroll: Scroll | undefined): RunUi {
  if (scroll?.showing === undefined) return reading(ui, { ...now, match })
  const held = moved(scroll.first, scroll, scroll.showing(match) - scroll.first)
  return reading({ ...ui, held }, { ...now, match })
}

function sideways(now: OutputReading, by: number): OutputReading {
  return now.wraps ? now : { ...now, sideways: Math.max(0, now.sideways + by) }
}

function withoutSearch({ match: _, ...now }: OutputReading): OutputReading {
  return { ...now, sought: emptyField }
}

function reading(ui: RunUi, now: OutputReading): RunUi {
  return { ...ui, overlay: { kind: 'output', reading: now } }
}

function closed({ overlay: _, ...ui }: RunUi): RunUi {
  return { ...ui, held: undefined }
}

/** The keys that do something while the output is read. */
export function outputHints(
  now: OutputReading,
  scroll: Scroll | undefined,
  held: number | undefined,
): readonly KeyHint[] {
  if (now.typing === 'search')
    return [
      { key: 'enter', does: 'done' },
      { key: 'esc', does: 'no search' },
    ]
  if (now.typing === 'file')
    return [
      { key: 'enter', does: 'copy' },
      { key: 'esc', does: 'back' },
    ]
  const searching = now.sought.text !== ''
  return [
    ...(scroll === undefined ? [] : [{ key: '↑↓ PgUp PgDn g', does: 'scroll' }]),
    ...(held === undefined ? [] : [{ key: 'f', does: 'follow' }]),
    { key: '/', does: 'search' },
    ...(searching ? [{ key: 'n N', does: 'next, last' }] : []),
    { key: 'w', does: now.wraps ? 'do not wrap' : 'wrap' },
    ...(now.wraps ? [] : [{ key: '←→', does: 'sideways' }]),
    { key: 'c', does: 'copy to a file' },
    { key: 'esc', does: searching ? 'no search' : 'back' },
  ]
}
