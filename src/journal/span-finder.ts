/** Finds many texts in another one in one pass, in time that hardly depends on how many there are. */
import type { Span } from './span.ts'

/** What is looked for has this length at least: something shorter would be found in ordinary words. */
export const SHORTEST_FORM = 4

/**
 * A function that gives the places of all the forms (each of SHORTEST_FORM code units or more) in a text: for each place
 * where some begin, the longest. Overlapping ones are all given.
 */
export function spanFinder(forms: readonly string[]): (text: string) => readonly Span[] {
  const beginnings = new Uint8Array(HASHES)
  for (const form of forms) {
    let hash = 0
    for (let index = 0; index < SHORTEST_FORM; index += 1) hash = rolled(hash, form.charCodeAt(index))
    beginnings[hash] = 1
  }
  const families = familiesOf(forms)

  return (text) => {
    const spans: Span[] = []
    let hash = 0
    for (let index = 0; index < text.length; index += 1) {
      hash = rolled(hash, text.charCodeAt(index))
      if (beginnings[hash] !== 1) continue
      const start = index + 1 - SHORTEST_FORM
      const family = start < 0 ? undefined : families.get(text.slice(start, index + 1))
      const length = family === undefined ? 0 : longestAt(text, start, family)
      if (length > 0) spans.push({ start, end: start + length })
    }
    return spans
  }
}

const HASHES = 0x10000

/** 16 bits that depend on the last four code units alone: each moves the older ones four bits out. */
function rolled(hash: number, code: number): number {
  return ((hash << 4) ^ code) & (HASHES - 1)
}

/** The forms with the same first four code units. */
interface Family {
  /** Sorted, without duplicates. */
  readonly forms: readonly string[]
  /** For each form the index of the longest other one that it begins with, or -1. */
  readonly inner: readonly number[]
  readonly longest: number
}

function familiesOf(forms: readonly string[]): ReadonlyMap<string, Family> {
  const byBeginning = Map.groupBy(new Set(forms), (form) => form.slice(0, SHORTEST_FORM))
  return new Map(Array.from(byBeginning, ([beginning, members]) => [beginning, familyOf(members.sort())]))
}

function familyOf(forms: readonly string[]): Family {
  // In sorted order those that a form begins with are the ones still open before it.
  const open: number[] = []
  const inner = forms.map((form, index) => {
    while (open.length > 0 && !form.startsWith(forms[open.at(-1) ?? 0] ?? '')) open.pop()
    const found = open.at(-1) ?? -1
    open.push(index)
    return found
  })
  return { forms, inner, longest: Math.max(...forms.map((form) => form.length)) }
}

/**
 * The length of the longest form that the text goes on with at `start`, 0 for none. Every form that the text begins with
 * there is the last one not after it in order, or one that this one begins with.
 */
function longestAt(text: string, start: number, { forms, inner, longest }: Family): number {
  const window = text.slice(start, start + longest)
  let low = 0
  let high = forms.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((forms[middle] ?? '') <= window) low = middle + 1
    else high = middle
  }
  for (let index = low - 1; index >= 0; index = inner[index] ?? -1) {
    const form = forms[index] ?? ''
    if (window.startsWith(form)) return form.length
  }
  return 0
}
