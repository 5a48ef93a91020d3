/** The current step: what it is for, what will run with which values, what it prints, how it is taken back. */
import type { Failure, StepState } from '../../machines/state.ts'
import type { BlockOutput, RunView } from '../run/session.ts'
import { durationWords, failureAdvice, failureWords } from '../run/words.ts'
import type { Block, Step } from '../runbook/runbook.ts'
import { blank, fitted, type Line, plain, spread, styled, wrap, wrapLine } from './line.ts'
import type { RunUi } from './run-keys.ts'
import { allSteps, currentState, currentStep } from './run-reading.ts'
import { effectMark, ink, type Theme } from './theme.ts'

/** A block's text with the parameters' values in their places; the segments that are values say whose. */
export type Fill = (
  source: string,
  values: Readonly<Record<string, string>>,
) => readonly { readonly text: string; readonly parameter?: string }[]

export interface StepPaneParts {
  readonly view: RunView
  readonly ui: RunUi
  /** Milliseconds since 1970. */
  readonly now: number
  readonly fill: Fill
  readonly theme: Theme
}

/** Exactly `height` rows of `width` cells. What doesn't fit is cut at the end of the text, never at the output's. */
export function stepPane(parts: StepPaneParts, width: number, height: number): readonly Line[] {
  const step = currentStep(parts.view)
  if (step === undefined) return filled([], width, height)
  const about = stepRows(parts, step, width, height)
  const output = outputRows(parts, step, width)
  const room = output.length === 0 ? 0 : Math.min(output.length + 1, Math.max(4, height - about.length))
  const top = about.slice(0, height - room)
  const tail = outputTail(output, room - 1, parts.ui.scrolled)
  const rule: Line = [styled((parts.theme.ascii ? '-' : '─').repeat(width), { dim: true })]
  return filled([...top, ...(room === 0 ? [] : [rule, ...tail])], width, height)
}

function filled(rows: readonly Line[], width: number, height: number): readonly Line[] {
  return Array.from({ length: height }, (_, row) => fitted(rows[row] ?? blank, width))
}

function outputTail(rows: readonly Line[], room: number, scrolled: number): readonly Line[] {
  const end = Math.max(Math.min(room, rows.length), rows.length - scrolled)
  return rows.slice(Math.max(0, end - room), end)
}

function stepRows(parts: StepPaneParts, step: Step, width: number, height: number): Line[] {
  const { view, theme } = parts
  const steps = allSteps(view)
  const place = `step ${steps.indexOf(step) + 1} of ${steps.length}`
  const prose = wrap(paragraphs(step.prose), width).map((text) => plain(text))
  const deciding = view.state.choices.includes('confirm')
  const most = Math.max(4, Math.floor(height * (deciding ? 0.5 : 0.25)))
  const rolling = view.state.stage.stage === 'rolling-back'
  const block = rolling ? step.undo : shownBlock(step, currentState(view))
  return [
    spread([styled(step.title, { bold: true })], [styled(place, { dim: true })], width),
    ...(rolling ? [[styled('Taking it back.', { color: ink.warn })]] : step.prose.trim() === '' ? [] : prose),
    blank,
    ...(rolling ? [] : checklistRows(parts, step)),
    ...(block === undefined ? [] : blockRows(parts, step, block, width, most)),
    ...stateRows(parts, step, currentState(view), width).flatMap((row) => wrapLine(row, width)),
    ...wrapLine(wayBackRow(view, step, theme), width),
  ]
}

/** Markdown's own line breaks mean nothing: a paragraph is one line until it is wrapped. */
function paragraphs(prose: string): string {
  return prose.trim().replace(/(?<!\n)\n(?!\n|[-*] |\d+\. )/g, ' ')
}

/** While a check or a gate runs, that is the block to look at; otherwise the step's command. */
function shownBlock(step: Step, state: StepState | undefined): Block | undefined {
  if (state?.status === 'verifying') return step.verify
  if (state?.status === 'watching') return step.watch
  return step.command ?? step.watch
}

function checklistRows({ view, ui, theme }: StepPaneParts, step: Step): Line[] {
  if (step.checklist.length === 0) return []
  const done = new Set(view.state.attested[step.id])
  const open = view.state.choices.includes('attest')
  return [
    ...step.checklist.map((item, index): Line => {
      const here = open && index === ui.item
      const box = done.has(item.id) ? '[x]' : '[ ]'
      const style = done.has(item.id) ? { color: ink.good } : {}
      return [
        styled(here ? (theme.ascii ? '> ' : '› ') : '  ', { bold: true }),
        styled(`${box} `, style),
        styled(item.text, here ? { bold: true } : {}),
      ]
    }),
    blank,
  ]
}

function blockRows(
  { view, fill, theme }: StepPaneParts,
  step: Step,
  block: Block,
  width: number,
  most: number,
): Line[] {
  const values = Object.fromEntries(view.parameters.map(({ name, value }) => [name, value]))
  const edge = styled(theme.ascii ? '| ' : '▏ ', { dim: true })
  const lines: Line[] = [[]]
  for (const { text, parameter } of fill(block.source.trimEnd(), values)) {
    const style = parameter === undefined ? {} : { color: ink.value, underline: true }
    text.split('\n').forEach((piece, index) => {
      if (index > 0) lines.push([])
      lines.push([...(lines.pop() ?? []), styled(piece, style)])
    })
  }
  const { text, style } = effectMark(block.effect, theme)
  const about = block.role === 'command' ? meaning(step) : roleWords[block.role]
  return [
    [styled(text, style), styled(`  ${about}`, { dim: true })],
    ...capped(
      lines.flatMap((line) => wrapLine(line, width - 2)),
      most,
    ).map((line): Line => [edge, ...line]),
    blank,
  ]
}

/** The beginning of a long block: what runs or has failed needs room for what it prints. */
function capped(rows: readonly Line[], most: number): readonly Line[] {
  if (rows.length <= most) return rows
  return [...rows.slice(0, most - 1), [styled(`… ${rows.length - most + 1} more rows`, { dim: true })]]
}

function meaning(step: Step): string {
  if (step.effect === 'read') return 'changes nothing'
  if (step.effect === 'destroy') return "can't be taken back"
  return step.undo === undefined ? 'has no undo' : 'can be taken back'
}

const roleWords = {
  verify: 'checks that it worked',
  watch: 'asked again and again while the gate is open',
  undo: 'takes the step back',
} as const

function stateRows(
  { now, theme }: StepPaneParts,
  step: Step,
  state: StepState | undefined,
  width: number,
): Line[] {
  const since = (at: number) => durationWords(Math.max(0, now - at))
  switch (state?.status) {
    case 'confirming':
      return [[styled(confirmWords(step), { bold: true })]]
    case 'ready':
      return [
        [styled('Attest each item that is true. Your name goes on the record with it.', { bold: true })],
      ]
    case 'running':
      return [[styled(`running for ${since(state.since)}`, { color: ink.value })]]
    case 'verifying':
      return [[styled(`checking for ${since(state.since)}, try ${state.tries + 1}`, { color: ink.value })]]
    case 'watching':
      return gateRows(step, state, now, theme)
    case 'undoing':
      return [[styled(`taking it back for ${since(state.since)}`, { color: ink.value })]]
    case 'failed':
    case 'undo-failed':
      return failureRows(step, state.failure, width)
    case 'unknown':
    case 'undo-unknown':
      return [
        [styled('UNKNOWN', { color: ink.warn, bold: true, inverse: true })],
        plain('Handrail was interrupted while this ran. It may or may not have taken effect.'),
        plain('Look at the cluster before you run it again; nothing is run again unasked.'),
      ]
    case 'blocked':
      return [
        [styled('NOT YET', { color: ink.warn, bold: true })],
        plain(`This needs ${state.missing.join(', ')}, which no step that passed has brought about.`),
      ]
    default:
      return []
  }
}

function confirmWords(step: Step): string {
  if (step.command === undefined) return 'To be done by hand. Press Enter when it is done.'
  return step.effect === 'destroy'
    ? "This can't be taken back. Press Enter, then type its name."
    : 'Press Enter to run it.'
}

function gateRows(
  step: Step,
  state: Extract<StepState, { status: 'watching' }>,
  now: number,
  theme: Theme,
): Line[] {
  const window = step.gate?.windowMs ?? 0
  const open = Math.min(window, Math.max(0, now - state.since))
  const bad = state.samples.filter((sample) => !sample.good).length
  const signs = theme.ascii ? { good: '+', bad: 'x' } : { good: '●', bad: '✗' }
  const samples = state.samples
    .slice(-40)
    .map(({ good }): Line[number] =>
      styled(good ? signs.good : signs.bad, { color: good ? ink.good : ink.bad }),
    )
  return [
    [
      styled(`gate open for ${Math.floor(open / 1000)} of ${Math.round(window / 1000)} s  `, {
        color: ink.value,
      }),
      ...samples,
    ],
    [styled(`${bad} bad, ${step.gate?.allow ?? 0} allowed; one more than that trips it`, { dim: true })],
  ]
}

function failureRows(step: Step, failure: Failure, width: number): Line[] {
  return [
    [
      styled('FAILED', { color: ink.bad, bold: true, inverse: true }),
      styled(` ${failureWords(failure)}`, { bold: true }),
    ],
    ...failureAdvice(step, failure).flatMap((sentence) => wrap(sentence, width).map(plain)),
  ]
}

function wayBackRow(view: RunView, step: Step, theme: Theme): Line {
  const { wayBack } = view.state
  const arrow = theme.ascii ? '<-' : '↶'
  if (view.state.stage.stage === 'rolling-back') {
    return [styled(`${arrow} still to take back: ${wayBack.length}`, { dim: true })]
  }
  const own = step.undo !== undefined || step.effect === 'read' ? '' : '; this step has no undo'
  const far = wayBack.length === 0 ? 'nothing to take back yet' : `way back: ${wayBack.join(', ')}`
  return [styled(`${arrow} ${far}${own}`, { dim: true })]
}

/** What the latest block printed, if it was of this step. */
function outputRows({ view }: StepPaneParts, step: Step, width: number): readonly Line[] {
  const { output } = view
  if (output === undefined || output.step !== step.id) return lastOutput(view, width)
  return lineRows(output, width)
}

/** A step that waits shows what the step before it printed: that is what the operator decides on. */
function lastOutput(view: RunView, width: number): readonly Line[] {
  const { output } = view
  if (output === undefined || output.lines.length === 0) return []
  const title = allSteps(view).find((step) => step.id === output.step)?.title ?? output.step
  return [[styled(`from "${title}":`, { dim: true })], ...lineRows(output, width)]
}

function lineRows(output: BlockOutput, width: number): readonly Line[] {
  const missed =
    output.dropped === 0
      ? []
      : [[styled(`… ${output.dropped} lines before these are in the record`, { dim: true })]]
  return [
    ...missed,
    ...output.lines.flatMap(({ stream, text }) =>
      text === '' ? [blank] : wrapLine([styled(text, stream === 'stderr' ? { color: ink.warn } : {})], width),
    ),
  ]
}
