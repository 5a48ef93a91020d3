/** The output over the whole body: every line that is kept, the search's matches marked. */
import type { BlockOutput, OutputLine, RunView } from '../run/session.ts'
import { grouped } from '../shell/grouped.ts'
import { fieldLine } from './field-line.ts'
import { blank, fitted, type Line, movedLeft, type Segment, spread, styled, wrapLine } from './line.ts'
import { matchesIn, soughtIn } from './output-keys.ts'
import { linesWindow } from './output-rows.ts'
import { ink } from './palette.ts'
import { allSteps, currentState, currentStep } from './run-reading.ts'
import type { OutputReading } from './run-ui.ts'
import type { Pane } from './scroll.ts'
import { stepMark, type Theme } from './theme.ts'

const none: BlockOutput = { step: '', role: 'command', lines: [], dropped: 0 }

/** Exactly `height` rows of `width` cells: a heading, the lines, and a row that says where one is. */
export function outputScreen(
  { view, theme }: { readonly view: RunView; readonly theme: Theme },
  reading: OutputReading,
  held: number | undefined,
  width: number,
  height: number,
): Pane {
  const output = view.output ?? none
  const sought = soughtIn(reading)
  const rowsOf = (index: number) => rowsFor(output.lines[index], sought, reading, width)
  const room = Math.max(1, height - 2)
  const { rows, scroll, at } = linesWindow(output, rowsOf, held, room)
  const body = Array.from({ length: room }, (_, row) => fitted(rows[row] ?? blank, width))
  const all = [headingRow(view, output, width, theme), ...body, lastRow(output, reading, at, width, theme)]
  return scroll === undefined ? { rows: all } : { rows: all, scroll }
}

function rowsFor(
  line: OutputLine | undefined,
  sought: RegExp | undefined,
  { wraps, sideways }: OutputReading,
  width: number,
): readonly Line[] {
  if (line === undefined || line.text === '') return [blank]
  const marked = segmentsOf(line, sought)
  return wraps ? wrapLine(marked, width) : [fitted(movedLeft(marked, sideways), width)]
}

function segmentsOf({ text, stream }: OutputLine, sought: RegExp | undefined): Line {
  const style = stream === 'stderr' ? { color: ink.warn } : {}
  if (sought === undefined) return [styled(text, style)]
  const segments: Segment[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(sought)) {
    if (index > from) segments.push(styled(text.slice(from, index), style))
    segments.push(styled(found, { ...style, bold: true, inverse: true }))
    from = index + found.length
  }
  return [...segments, styled(text.slice(from), style)]
}

/** Whose output it is, and how the run stands meanwhile: nothing may go wrong unseen behind it. */
function headingRow(view: RunView, output: BlockOutput, width: number, theme: Theme): Line {
  const title = allSteps(view).find(({ id }) => id === output.step)?.title
  const heading: Line = [styled(title === undefined ? 'Output' : `Output of "${title}"`, { bold: true })]
  const step = currentStep(view)
  const state = currentState(view)
  if (step === undefined || state === undefined) return fitted(heading, width)
  const { text, shape: _, ascii: __, ...style } = stepMark(state.status, theme)
  const whose = step.id === output.step ? '' : `${step.title}: `
  return spread(heading, [styled(`  ${text} ${whose}${state.status.replace('-', ' ')}`, style)], width)
}

function lastRow(output: BlockOutput, reading: OutputReading, at: number, width: number, theme: Theme): Line {
  const { typing, told, sought, file } = reading
  if (typing === 'file') return fitted([styled('copy to '), ...fieldLine(file, width - 8, theme)], width)
  const count = foundWords(output, reading)
  if (typing === 'search')
    return spread(
      [styled('search '), ...fieldLine(sought, Math.max(8, width - 9 - count.length), theme)],
      [styled(` ${count}`, { dim: true })],
      width,
    )
  if (told !== undefined) return fitted([styled(told, { color: ink.value })], width)
  const last = output.dropped + output.lines.length
  if (last === 0) return fitted([styled('nothing is printed yet', { dim: true })], width)
  const place = `line ${grouped(Math.min(at + 1, last))} of ${grouped(last)}`
  const older = output.dropped > 0 ? `, the first ${grouped(output.dropped)} are in the record only` : ''
  const searched = sought.text === '' ? '' : `"${sought.text}": ${count}; `
  return fitted([styled(`${searched}${place}${older}`, { dim: true })], width)
}

function foundWords(output: BlockOutput, reading: OutputReading): string {
  const matches = matchesIn(output, soughtIn(reading))
  if (reading.sought.text === '') return ''
  if (matches.length === 0) return 'nothing found'
  const place = reading.match === undefined ? -1 : matches.indexOf(reading.match)
  const lines = `${grouped(matches.length)} ${matches.length === 1 ? 'line' : 'lines'}`
  return place === -1 ? lines : `${grouped(place + 1)} of ${lines}`
}
