/** A line of text being typed: what each key does to it. */
import { graphemesOf } from './graphemes.ts'

export interface TextField {
  readonly text: string
  /** Where the next character goes: an index into `text`. */
  readonly at: number
}

export const emptyField: TextField = { text: '', at: 0 }

/** What a terminal told about a key, as far as a text field cares. */
export interface FieldKey {
  readonly input: string
  readonly left?: boolean
  readonly right?: boolean
  readonly home?: boolean
  readonly end?: boolean
  readonly backspace?: boolean
  readonly delete?: boolean
  readonly ctrl?: boolean
}

/** The field after a key; typed or pasted text loses line breaks and control characters. */
export function typeInto({ text, at }: TextField, key: FieldKey): TextField {
  if (key.left) return { text, at: before(text, at) }
  if (key.right) return { text, at: after(text, at) }
  if (key.home || (key.ctrl && key.input === 'a')) return { text, at: 0 }
  if (key.end || (key.ctrl && key.input === 'e')) return { text, at: text.length }
  if (key.backspace) return { text: text.slice(0, before(text, at)) + text.slice(at), at: before(text, at) }
  if (key.delete) return { text: text.slice(0, at) + text.slice(after(text, at)), at }
  if (key.ctrl && key.input === 'u') return { text: text.slice(at), at: 0 }
  if (key.ctrl && key.input === 'w') {
    const start = text.slice(0, at).replace(/\S+\s*$/, '').length
    return { text: text.slice(0, start) + text.slice(at), at: start }
  }
  if (key.ctrl) return { text, at }
  const typed = key.input.replace(/[\r\n]+/g, ' ').replace(/\p{Control}/gu, '')
  return { text: text.slice(0, at) + typed + text.slice(at), at: at + typed.length }
}

function before(text: string, at: number): number {
  return graphemesOf(text).findLast(({ index }) => index < at)?.index ?? 0
}

function after(text: string, at: number): number {
  return graphemesOf(text).find(({ index }) => index > at)?.index ?? text.length
}
