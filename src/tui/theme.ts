/** Shapes, words and the hues beside them. */
import type { Mode } from '../../machines/events.ts'
import type { StepState } from '../../machines/state.ts'
import type { Effect } from '../runbook/runbook.ts'
import type { Style } from './line.ts'
import { ink, type Palette, paletteFor } from './palette.ts'

export interface Theme {
  readonly ascii: boolean
  readonly palette: Palette
}

interface Mark extends Style {
  readonly shape: string
  readonly ascii: string
}

const stepMarks: Readonly<Record<StepState['status'], Mark>> = {
  waiting: { shape: '○', ascii: '.', dim: true },
  blocked: { shape: '⊘', ascii: '#', color: ink.warn },
  ready: { shape: '▸', ascii: '>', bold: true },
  confirming: { shape: '▸', ascii: '>', bold: true },
  running: { shape: '●', ascii: '*', color: ink.value },
  verifying: { shape: '◐', ascii: '*', color: ink.value },
  watching: { shape: '◐', ascii: '*', color: ink.value },
  finding: { shape: '◐', ascii: '*', color: ink.value },
  found: { shape: '▸', ascii: '>', bold: true },
  passed: { shape: '✓', ascii: '+', color: ink.good },
  failed: { shape: '✗', ascii: 'x', color: ink.bad, bold: true },
  unknown: { shape: '?', ascii: '?', color: ink.warn, bold: true },
  skipped: { shape: '–', ascii: '-', dim: true },
  undoing: { shape: '↶', ascii: '<', color: ink.value },
  'undo-failed': { shape: '✗', ascii: 'x', color: ink.bad, bold: true },
  'undo-unknown': { shape: '?', ascii: '?', color: ink.warn, bold: true },
  undone: { shape: '↶', ascii: '<', color: ink.good },
  left: { shape: '–', ascii: '-', color: ink.warn },
}

/** The sign of a step's state. */
export function stepMark(status: StepState['status'], { ascii }: Theme): Mark & { readonly text: string } {
  const mark = stepMarks[status]
  return { ...mark, text: ascii ? mark.ascii : mark.shape }
}

/** What a step does, as word, shape and color. */
export function effectMark(
  effect: Effect,
  { ascii }: Theme,
): { readonly text: string; readonly style: Style } {
  switch (effect) {
    case 'read':
      return { text: `${ascii ? 'o' : '○'} READS`, style: { color: ink.quiet } }
    case 'change':
      return { text: `${ascii ? '^' : '▲'} CHANGES`, style: { color: ink.warn, bold: true } }
    case 'destroy':
      return { text: `${ascii ? '!' : '■'} DESTROYS`, style: { color: ink.bad, bold: true } }
  }
}

/** A mode's badge, and the line that frames everything under it: no two modes look alike, even without color. */
export function modeMark(
  mode: Mode,
  { ascii }: Theme,
): { readonly badge: string; readonly rule: string; readonly style: Style } {
  switch (mode) {
    case 'live':
      return {
        badge: `${ascii ? '!' : '◆'} LIVE`,
        rule: ascii ? '=' : '━',
        style: { color: ink.bad, bold: true },
      }
    case 'practice':
      return { badge: `${ascii ? 'o' : '○'} PRACTICE`, rule: ascii ? '-' : '─', style: { color: ink.good } }
    case 'dry-run':
      return { badge: `${ascii ? '~' : '◇'} DRY RUN`, rule: ascii ? '~' : '┄', style: { color: ink.warn } }
  }
}

/** A color of the deployment, with a shape of its own. */
export function colorMark(color: string, { ascii }: Theme): { readonly text: string; readonly style: Style } {
  const shape = { blue: ascii ? '#' : '■', green: ascii ? '@' : '◆' }[color] ?? (ascii ? 'o' : '●')
  const style = { blue: { color: ink.blue }, green: { color: ink.green } }[color] ?? {}
  return { text: `${shape} ${color.toUpperCase()}`, style: { ...style, bold: true } }
}

/** A bar of `width` cells for `part` of `whole`. */
export function bar(part: number, whole: number, width: number, { ascii }: Theme): string {
  const filled = whole <= 0 ? 0 : Math.round((Math.min(part, whole) / whole) * width)
  return (ascii ? '#' : '█').repeat(filled) + (ascii ? '.' : '░').repeat(width - filled)
}

const steps = { utf8: '▁▂▃▄▅▆▇█', ascii: '_.:-=+*#' } as const

/** A cell for each value, full at the highest of them or at `least`: below that, trembling is nothing to look at. */
export function sparkline(values: readonly number[], least: number, { ascii }: Theme): string {
  const signs = [...(ascii ? steps.ascii : steps.utf8)]
  const most = Math.max(least, ...values)
  return values.map((value) => signs[Math.min(7, Math.floor((Math.max(0, value) / most) * 7.999))]).join('')
}

/** A terminal without UTF-8 gets letters in place of shapes; its colors are those of `paletteFor`. */
export function themeFor(environment: Readonly<Record<string, string | undefined>>): Theme {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || ''
  return { ascii: !/utf-?8/i.test(locale), palette: paletteFor(environment) }
}
