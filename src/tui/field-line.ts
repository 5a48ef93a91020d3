/** A text field as a row, with its cursor. */
import { type Line, styled } from './line.ts'
import type { TextField } from './text-field.ts'
import type { Theme } from './theme.ts'

/** The part of the field around its cursor that `width` cells hold; a secret is shown as stars. */
export function fieldLine({ text, at }: TextField, width: number, theme: Theme, secret = false): Line {
  const shown = secret ? '*'.repeat(text.length) : text
  const room = Math.max(1, width - 4)
  const start = Math.max(0, at - room)
  const here = [...shown.slice(at)][0] ?? ' '
  return [
    styled(theme.ascii ? '> ' : '› ', { bold: true }),
    styled(shown.slice(start, at)),
    styled(here, { inverse: true }),
    styled(shown.slice(at + here.length, start + room)),
  ]
}
