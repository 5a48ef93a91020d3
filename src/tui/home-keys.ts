/** The home screen's items, and what keys do among them. */
import type { Key, KeyHint } from './run-ui.ts'
import { emptyField, type TextField, typeInto } from './text-field.ts'

export type HomeChoice =
  | { readonly kind: 'runbook'; readonly name: string }
  | { readonly kind: 'resume'; readonly run: string }
  /** The practice world with a deployment that goes well, or with that scenario. */
  | { readonly kind: 'practice'; readonly scenario?: string }

export interface HomeItem {
  readonly choice: HomeChoice
  /** The heading that it stands under. */
  readonly group: string
  readonly title: string
  readonly summary: string
  /** The runbook that most others name as their way out: the panic key opens it. */
  readonly emergency?: true
}

export interface HomeUi {
  readonly selected: number
  readonly filter: TextField
  /** The filter takes the keys. */
  readonly filtering: boolean
  /** The help lies over the screen. */
  readonly helping: boolean
}

export const freshHome: HomeUi = { selected: 0, filter: emptyField, filtering: false, helping: false }

export interface HomePressed {
  readonly ui: HomeUi
  readonly chosen?: HomeChoice
  readonly leaves?: true
}

/**
 * The items that the filter leaves, the best first within their groups, and the group with the best one first: what
 * Enter opens has to be what was typed. A title fits when it has the letters in their order, a summary only as written.
 */
export function filtered(items: readonly HomeItem[], filter: string): readonly HomeItem[] {
  const sought = filter.trim().toLowerCase()
  if (sought === '') return items
  const found = items
    .map((item) => ({ item, rank: rankOf(item, sought) }))
    .filter(({ rank }) => rank < Rank.none)
  const best = new Map<string, number>()
  for (const { item, rank } of found) best.set(item.group, Math.min(rank, best.get(item.group) ?? rank))
  const order = [...best.keys()]
  return found
    .toSorted(
      (a, b) =>
        (best.get(a.item.group) ?? 0) - (best.get(b.item.group) ?? 0) ||
        order.indexOf(a.item.group) - order.indexOf(b.item.group) ||
        a.rank - b.rank,
    )
    .map(({ item }) => item)
}

const Rank = { titleBegins: 0, titleHas: 1, titleScattered: 2, summaryHas: 3, none: 4 } as const

function rankOf({ title, summary }: HomeItem, sought: string): number {
  const name = title.toLowerCase()
  if (name.startsWith(sought)) return Rank.titleBegins
  if (name.includes(sought)) return Rank.titleHas
  if (hasLetters(name, sought.replaceAll(' ', ''))) return Rank.titleScattered
  return summary.toLowerCase().includes(sought) ? Rank.summaryHas : Rank.none
}

function hasLetters(text: string, letters: string): boolean {
  let at = 0
  return [...letters].every((letter) => {
    at = text.indexOf(letter, at) + 1
    return at > 0
  })
}

/** The keys that do something now, the most likely first. */
export function homeHints(items: readonly HomeItem[], ui: HomeUi): readonly KeyHint[] {
  if (ui.helping) return [{ key: 'esc', does: 'close' }]
  if (ui.filtering) {
    return [
      { key: 'enter', does: 'open' },
      { key: 'esc', does: 'clear the filter' },
    ]
  }
  return [
    { key: 'enter', does: 'open' },
    { key: '↑↓', does: 'choose' },
    ...panicHint(items),
    { key: '/', does: 'filter' },
    { key: '?', does: 'help' },
    { key: 'q', does: 'quit' },
  ]
}

/** The same in longer words. */
export function homeHelp(items: readonly HomeItem[]): readonly KeyHint[] {
  const way = items.find(({ emergency }) => emergency)
  return [
    { key: 'enter', does: 'open what is chosen; nothing is changed by that' },
    { key: '↑↓ j k', does: 'choose' },
    ...(way === undefined ? [] : [{ key: 'e', does: `open ${way.title}, from wherever you stand` }]),
    { key: '/', does: 'filter by letters of a title, or words of a summary' },
    { key: 'esc', does: 'back, always' },
    { key: 'ctrl-z', does: 'to the shell; fg comes back' },
    { key: 'q ctrl-c', does: 'quit' },
  ]
}

function panicHint(items: readonly HomeItem[]): readonly KeyHint[] {
  const way = items.find(({ emergency }) => emergency)
  return way === undefined ? [] : [{ key: 'e', does: way.title }]
}

/** What a key does on the home screen. */
export function pressHome(items: readonly HomeItem[], ui: HomeUi, key: Key): HomePressed {
  const shown = filtered(items, ui.filter.text)
  const last = Math.max(0, shown.length - 1)
  const moved = (by: number): HomePressed => ({
    ui: { ...ui, selected: Math.min(Math.max(Math.min(ui.selected, last) + by, 0), last) },
  })
  if (key.ctrl && key.input === 'c') return { ui, leaves: true }
  if (ui.helping) {
    const closes = key.name === 'escape' || key.input === '?' || key.input === 'q'
    return { ui: closes ? { ...ui, helping: false } : ui }
  }
  switch (key.name) {
    case 'enter': {
      const chosen = shown[Math.min(ui.selected, last)]?.choice
      return chosen === undefined ? { ui } : { ui, chosen }
    }
    case 'up':
      return moved(-1)
    case 'down':
      return moved(1)
    case 'escape':
      return { ui: freshHome }
    default:
      break
  }
  if (ui.filtering) return { ui: { ...ui, selected: 0, filter: typeInto(ui.filter, key) } }
  if (key.ctrl) return { ui }
  switch (key.input) {
    case 'k':
      return moved(-1)
    case 'j':
      return moved(1)
    case 'e': {
      const way = items.find(({ emergency }) => emergency)
      return way === undefined ? { ui } : { ui, chosen: way.choice }
    }
    case '/':
      return { ui: { ...ui, filtering: true } }
    case '?':
      return { ui: { ...ui, helping: true } }
    case 'q':
      return { ui, leaves: true }
    default:
      return { ui }
  }
}
