/** What lies over the run screen: a box with a question or the help, never taller than what it covers. */
import type { RunView } from '../run/session.ts'
import { boxOver, helpTable } from './box.ts'
import { fieldLine } from './field-line.ts'
import { keyHints, type Screen } from './key-hints.ts'
import { blank, type Line, plain, styled, wrap, wrapHanging } from './line.ts'
import { type Hue, ink } from './palette.ts'
import { isBusy } from './run-reading.ts'
import type { Overlay, Purpose, RunUi } from './run-ui.ts'
import { modeMark, type Theme } from './theme.ts'
import { wayBackRows } from './way-back-rows.ts'

export interface OverlayParts {
  readonly view: RunView
  readonly ui: RunUi
  readonly theme: Theme
  readonly screen: Screen
}

/** What lies over the body in a box. */
export type Boxed = Exclude<Overlay, { kind: 'output' }>

/** The body with the overlay's box in its middle; what it covers is dimmed. */
export function covered(
  parts: OverlayParts,
  overlay: Boxed,
  body: readonly Line[],
  columns: number,
): readonly Line[] {
  return boxOver(body, (width, height) => overlayRows(parts, overlay, width, height), columns, parts.theme)
}

/** At most `height` rows: what is asked and the field stay, a list between them is cut. */
function overlayRows(parts: OverlayParts, overlay: Boxed, width: number, height: number): readonly Line[] {
  const { view, theme } = parts
  switch (overlay.kind) {
    case 'help':
      return helpRows(parts, width, height)
    case 'leave':
      return [
        title('Leave this run?'),
        ...wrap(
          view.endsWithWorld
            ? 'It is stopped: a run in practice is not taken up again.'
            : `It stays as it stands; a block that runs now is cancelled. Go on later with: handrail resume ${view.run}`,
          width,
        ).map(plain),
        blank,
        answers('leave', 'stay'),
      ]
    case 'emergency':
      return [
        title(`Open the emergency runbook "${view.runbook.emergency ?? ''}"?`),
        ...wrap(
          `${isBusy(view) ? 'What runs now is cancelled. ' : ''}This run stops here. What it changed stays as it is: nothing is taken back by this.`,
          width,
        ).map(plain),
        blank,
        answers('stop here and open it', 'back'),
      ]
    case 'lead':
      return [
        title(`Open "${overlay.runbook}", where what was found leads?`),
        ...wrap(
          'This run stops here. What it changed stays as it is: nothing is taken back by this.',
          width,
        ).map(plain),
        blank,
        answers('stop here and open it', 'back'),
      ]
    case 'typed':
      return [
        title(
          overlay.purpose === 'begin' ? 'This works on production.' : "This can't be taken back.",
          ink.bad,
        ),
        [
          styled('Type '),
          styled(overlay.wants, { bold: true, color: ink.value }),
          styled(overlay.purpose === 'begin' ? ' to begin:' : ' to run it:'),
        ],
        fieldLine(overlay.field, width, theme),
        ...refusal(overlay.refused, `That is not ${overlay.wants}. Nothing was run.`),
      ]
    case 'reason': {
      const { purpose, field, refused } = overlay
      const asked = [
        fieldLine(field, width, theme),
        ...refusal(refused, 'It needs a word for the record. Nothing was done.'),
      ]
      const about = purpose === 'rollback' ? wayBackRows(view, width, height - asked.length - 2, theme) : []
      return [title(questions[purpose]), ...about, ...(about.length > 0 ? [blank] : []), ...asked]
    }
  }
}

const questions: Readonly<Record<Purpose, string>> = {
  skip: 'Why is this step skipped?',
  rollback: 'Roll back? Say why, if there is time.',
  stop: 'Stop here for good? Say why, if there is time.',
  note: 'What should the record say?',
}

function title(text: string, color?: Hue): Line {
  return [styled(text, color === undefined ? { bold: true } : { bold: true, color })]
}

function answers(yes: string, no: string): Line {
  return [styled('y', { bold: true }), styled(` ${yes}   `), styled('esc', { bold: true }), styled(` ${no}`)]
}

function refusal(refused: true | undefined, text: string): readonly Line[] {
  return refused === undefined ? [] : [[styled(text, { color: ink.bad })]]
}

function helpRows({ view, ui, theme, screen }: OverlayParts, width: number, height: number): readonly Line[] {
  const { overlay: _, ...under } = ui
  const always = [
    { key: 'esc', does: 'back, always' },
    { key: 'ctrl-z', does: 'to the shell; fg comes back' },
  ]
  const hints = [...keyHints(view, under, screen), ...always].map(({ key, does }) => ({
    key,
    does: helpWords[does] ?? does,
  }))
  const mark = modeMark(view.mode, theme)
  const mode = wrapHanging([styled(mark.badge, mark.style), styled(`  ${modeHelp[view.mode]}`)], width, 2)
  return helpTable(hints, mode, width, height)
}

/** Longer words than fit at the foot. */
const helpWords: Readonly<Record<string, string>> = {
  retry: 'run the step once more',
  'roll back': 'take back what was done',
  emergency: 'open the emergency runbook',
  skip: 'skip the step, with a reason',
  stop: 'end the run here',
  cancel: 'cancel what runs now',
  note: 'write a note on the record',
  output: 'read, search and copy the output',
  parameters: 'change a value before the run begins',
  leave: 'leave; the run can be resumed',
}

const modeHelp = {
  live: 'every command is real, on the cluster named above',
  practice: 'every command is real, on a practice cluster: nothing can break',
  'dry-run': 'nothing is changed: changes are asked of the server as dry runs, or shown',
} as const
