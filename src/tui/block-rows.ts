/** The block that runs or would run, with the parameters' values in their places, and what it does to the world. */
import type { RunView } from '../run/session.ts'
import type { Block, Step } from '../runbook/runbook.ts'
import { type Line, type Segment, styled, wrapHanging, wrapLine } from './line.ts'
import { ink } from './palette.ts'
import { effectMark, type Theme } from './theme.ts'

/** A block's text with the parameters' values in their places; the segments that are values say whose. */
export type Fill = (
  source: string,
  values: Readonly<Record<string, string>>,
  written?: Block['written'],
) => readonly { readonly text: string; readonly parameter?: string }[]

/** The block's effect as word, shape and color, and what that means for the way back. */
export function effectRows(step: Step, block: Block, width: number, theme: Theme): readonly Line[] {
  const { text, style } = effectMark(block.effect, theme)
  const about = block.role === 'command' ? meaning(step) : roleWords[block.role]
  const brings = step.provides.length === 0 ? '' : `; provides ${step.provides.join(', ')}`
  return wrapHanging([styled(text, style), styled(`  ${about}${brings}`, { dim: true })], width, 2)
}

/** How the step is taken back: its undo block with the values filled in. Nothing for a step that has none. */
export function undoRows(
  view: RunView,
  step: Step,
  fill: Fill,
  width: number,
  theme: Theme,
): readonly Line[] {
  if (step.undo === undefined) return []
  return [
    [styled(`${theme.ascii ? '<-' : '↶'} taken back by`, { dim: true })],
    ...blockRows(view, step.undo, fill, width, theme).map((row) =>
      row.map((segment): Segment => ({ ...segment, dim: true })),
    ),
  ]
}

/** The block's lines behind an edge; long ones go on in the next row, nothing is left out. */
export function blockRows(
  view: RunView,
  block: Block,
  fill: Fill,
  width: number,
  theme: Theme,
): readonly Line[] {
  const values = Object.fromEntries(view.parameters.map(({ name, value }) => [name, value]))
  const edge = styled(theme.ascii ? '| ' : '▏ ', { dim: true })
  const lines: Line[] = [[]]
  for (const { text, parameter } of fill(block.source.trimEnd(), values, block.written)) {
    const style = parameter === undefined ? {} : { color: ink.value, underline: true }
    text.split('\n').forEach((piece, index) => {
      if (index > 0) lines.push([])
      lines.push([...(lines.pop() ?? []), styled(piece, style)])
    })
  }
  return lines.flatMap((line) => wrapLine(line, width - 2)).map((line): Line => [edge, ...line])
}

function meaning(step: Step): string {
  if (step.effect === 'read') return 'changes nothing'
  if (step.effect === 'destroy') return "can't be taken back"
  return step.undo === undefined ? 'has no undo' : 'can be taken back'
}

const roleWords = {
  verify: 'checks that it worked',
  watch: 'asked all through the gate',
  undo: 'takes the step back',
  finding: 'reads what it means',
} as const
