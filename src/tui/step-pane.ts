/** The current step: what it is for, what will run with which values, what it prints, how it is taken back. */
import type { StepState } from '../../machines/state.ts'
import type { RunView } from '../run/session.ts'
import type { Block, Step } from '../runbook/runbook.ts'
import { blockRows, effectRows, type Fill, undoRows } from './block-rows.ts'
import { checklistRows } from './checklist-rows.ts'
import { blank, fitted, type Line, lineWidth, spread, styled, wrapWords } from './line.ts'
import { outputHeight, outputPane } from './output-rows.ts'
import { ink } from './palette.ts'
import { proseRows } from './prose.ts'
import { allSteps, currentState, currentStep } from './run-reading.ts'
import type { RunUi } from './run-ui.ts'
import { around, moreRow, type Pane, windowed } from './scroll.ts'
import { standingRows } from './step-standing.ts'
import type { Theme } from './theme.ts'
import { wayBackSummary } from './way-back-rows.ts'

export interface StepPaneParts {
  readonly view: RunView
  readonly ui: RunUi
  /** Milliseconds since 1970. */
  readonly now: number
  readonly fill: Fill
  readonly theme: Theme
}

/** What the pane is made of; each part gives way in its turn where there is no room for all. */
interface Sections {
  readonly title: readonly Line[]
  readonly prose: readonly Line[]
  readonly checklist: readonly Line[]
  /** Where the checklist's cursor stands among its rows. */
  readonly cursor: number
  readonly effect: readonly Line[]
  readonly block: readonly Line[]
  /** How the step is taken back: shown where nothing else wants the room. */
  readonly undo: readonly Line[]
  readonly standing: readonly Line[]
  readonly back: readonly Line[]
}

/** Rows of output that are worth their place. */
const LEAST_OUTPUT = 4
/** From so many rows on there is room for more than what has to be read. */
const ROOMY_FROM = 26
/** Rows of a block that has been decided on already; how it stands matters more then. */
const LEAST_BLOCK = 3

/**
 * Exactly `height` rows of `width` cells. Where not everything fits, the undo gives way first, the prose, the blank rows,
 * then what is long of block and checklist. How the step stands and the way back are always whole.
 */
export function stepPane(parts: StepPaneParts, width: number, height: number): Pane {
  const { view, ui } = parts
  const step = currentStep(view)
  if (step === undefined) return filled({ rows: [] }, width, height)
  const sections = sectionsOf(parts, step, width, height >= ROOMY_FROM)
  const deciding = view.state.choices.includes('confirm')
  const wanted = outputHeight(view.output, width, height)
  const least = deciding ? 0 : Math.min(wanted, LEAST_OUTPUT)
  const whole = arranged(sections, true)
  // Whoever decides on a step has more of its undo than of what an earlier one has printed.
  const due = deciding && view.output?.step !== step.id ? Math.min(wanted, LEAST_OUTPUT) : wanted
  const about: Pane =
    whole.length + due <= height
      ? { rows: whole }
      : fittedAbout({ ...sections, undo: [] }, deciding, ui.held, height - least)
  const room = Math.min(wanted, height - about.rows.length)
  if (about.scroll !== undefined || room < 2) return filled(about, width, height)
  const output = outputPane(parts, step, ui.held, width, room)
  const rows = [...about.rows, ...output.rows]
  return filled(output.scroll === undefined ? { rows } : { rows, scroll: output.scroll }, width, height)
}

function filled({ rows, scroll }: Pane, width: number, height: number): Pane {
  const full = Array.from({ length: height }, (_, row) => fitted(rows[row] ?? blank, width))
  return scroll === undefined ? { rows: full } : { rows: full, scroll }
}

function sectionsOf(parts: StepPaneParts, step: Step, width: number, roomy: boolean): Sections {
  const { view, ui, now, fill, theme } = parts
  const steps = allSteps(view)
  const state = currentState(view)
  const rolling = view.state.stage.stage === 'rolling-back'
  const block = rolling ? step.undo : shownBlock(step, state)
  const checklist = rolling ? { rows: [], at: 0 } : checklistRows(view, step, ui.item, width, theme)
  return {
    title: titleRows(step.title, `step ${steps.indexOf(step) + 1} of ${steps.length}`, width),
    prose: rolling ? [[styled('Taking it back.', { color: ink.warn })]] : proseRows(step.prose, width),
    checklist: checklist.rows,
    cursor: checklist.at,
    effect: block === undefined ? [] : effectRows(step, block, width, theme),
    block: block === undefined ? [] : blockRows(view, block, fill, width, theme),
    standing: standingRows(
      {
        step,
        state,
        finding: view.state.findings[step.id],
        report: view.report,
        countdown: view.countdown,
        now,
        roomy,
      },
      width,
      theme,
    ),
    undo: rolling || state?.status === 'verifying' ? [] : undoRows(view, step, fill, width, theme),
    back: wayBackSummary(view, step, width, theme),
  }
}

/** The title and where the step stands; a title that is too long for that has rows of its own. */
function titleRows(title: string, place: string, width: number): readonly Line[] {
  const heading = [styled(title, { bold: true })]
  const right = [styled(` ${place}`, { dim: true })]
  if (lineWidth(heading) + lineWidth(right) <= width) return [spread(heading, right, width)]
  return [...wrapWords(heading, width), [styled(place, { dim: true })]]
}

/** While a check or a gate runs, that is the block to look at; otherwise the step's command. */
function shownBlock(step: Step, state: StepState | undefined): Block | undefined {
  if (state?.status === 'verifying') return step.verify
  if (state?.status === 'watching') return step.watch
  return step.command ?? step.watch ?? step.finding
}

/** What stands above the output, in at most `height` rows. */
function fittedAbout(sections: Sections, deciding: boolean, held: number | undefined, height: number): Pane {
  const whole = arranged(sections, true)
  if (whole.length <= height) return { rows: whole }
  const bare = { ...sections, prose: [] }
  const spaced = arranged(bare, true)
  if (spaced.length <= height) return { rows: spaced }
  const tight = arranged(bare, false)
  if (tight.length <= height) return { rows: tight }
  const over = tight.length - height
  if (sections.checklist.length > sections.block.length) {
    const room = Math.max(3, sections.checklist.length - over)
    return {
      rows: arranged({ ...bare, checklist: around(sections.checklist, sections.cursor, room) }, false),
    }
  }
  const room = Math.max(LEAST_BLOCK, sections.block.length - over)
  if (!deciding) return { rows: arranged({ ...bare, block: capped(sections.block, room) }, false) }
  const { rows, scroll } = windowed(sections.block, room, held)
  const about = arranged({ ...bare, block: rows }, false)
  return scroll === undefined ? { rows: about } : { rows: about, scroll }
}

/** The sections one under the other, with a blank row between them or not. */
function arranged(
  { title, prose, checklist, effect, block, undo, standing, back }: Sections,
  spaced: boolean,
): readonly Line[] {
  const groups = [[...title, ...prose], checklist, [...effect, ...block, ...undo], [...standing, ...back]]
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index > 0 && spaced ? [blank, ...group] : group))
}

/** The beginning of a long block, and how much is left out. */
function capped(rows: readonly Line[], most: number): readonly Line[] {
  return rows.length <= most ? rows : [...rows.slice(0, most - 1), moreRow(rows.length - most + 1, 'below')]
}
