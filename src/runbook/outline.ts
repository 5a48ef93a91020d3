/**
 * The headings of a file as phases and steps, before anything has an id.
 *
 * `#` titles the runbook (a later one opens a phase, as `##` does), `##` opens a phase, `###` a step. Blocks and task
 * items directly under a phase make steps of their own. Each block without a role makes a step; under one heading the
 * prose and the task items before a block are its step's, and so is what follows the last one. A heading with neither
 * block nor task item is prose of its phase, and a phase without a step is prose of the runbook.
 */
import { type ReadBlock, readBlock } from './block.ts'
import type { FrontMatter } from './front-matter.ts'
import type { Piece, Section } from './markdown.ts'
import type { Report } from './problem.ts'
import type { BlockRole, Position } from './runbook.ts'
import type { SourceText } from './source-text.ts'

export interface StepOutline {
  readonly title: string
  readonly prose: string
  readonly tasks: readonly { readonly text: string; readonly position: Position }[]
  readonly blocks: Readonly<Partial<Record<BlockRole, ReadBlock>>>
  readonly position: Position
}

export interface PhaseOutline {
  readonly title: string
  readonly prose: string
  readonly steps: readonly StepOutline[]
}

export interface Outline {
  /** The first heading of depth 1; empty where there is none. */
  readonly title: string
  /** What belongs to no phase. */
  readonly prose: string
  readonly phases: readonly PhaseOutline[]
}

interface OpenPhase {
  readonly title: string
  readonly heading: string
  readonly prose: string[]
  readonly steps: StepOutline[]
}

interface OpenStep {
  readonly prose: string[]
  readonly tasks: StepOutline['tasks'][number][]
  readonly blocks: Partial<Record<BlockRole, ReadBlock>>
  readonly position: Position
}

/** Puts the sections in order; `untitled` names a phase that stands under no heading. */
export function outline(
  sections: readonly Section[],
  frontMatter: FrontMatter,
  text: SourceText,
  untitled: string,
  report: Report,
): Outline {
  const titling = sections.find((section) => section.depth === 1)
  const prose: string[] = []
  const phases: OpenPhase[] = []
  let phase: OpenPhase | undefined
  for (const section of sections) {
    const opens = section !== titling && (section.depth === 1 || section.depth === 2)
    if (opens) phase = openPhase(phases, section.title, section.heading)
    if (!isRunnable(section)) {
      const heading = section.depth === 3 ? [section.heading] : []
      const target = phase === undefined ? prose : phase.prose
      target.push(...heading, ...proseOf(section.pieces))
      continue
    }
    phase ??= openPhase(phases, frontMatter.title ?? titling?.title ?? untitled, '')
    const title = section.title === '' ? phase.title : section.title
    phase.steps.push(...stepsOf(section, title, frontMatter, text, report))
  }
  return { title: titling?.title ?? '', ...closePhases(phases, prose) }
}

function openPhase(phases: OpenPhase[], title: string, heading: string): OpenPhase {
  const phase = { title, heading, prose: [], steps: [] }
  phases.push(phase)
  return phase
}

/** A phase without a step is told in the one before it, or ahead of all. */
function closePhases(
  phases: readonly OpenPhase[],
  before: readonly string[],
): Pick<Outline, 'prose' | 'phases'> {
  const prose = [...before]
  const kept: OpenPhase[] = []
  for (const phase of phases) {
    if (phase.steps.length > 0) kept.push(phase)
    else (kept.at(-1)?.prose ?? prose).push(phase.heading, ...phase.prose)
  }
  return {
    prose: paragraphs(prose),
    phases: kept.map(({ title, prose, steps }) => ({ title, prose: paragraphs(prose), steps })),
  }
}

function isRunnable(section: Section): boolean {
  return section.pieces.some((piece) => piece.kind !== 'prose')
}

function proseOf(pieces: readonly Piece[]): readonly string[] {
  return pieces.flatMap((piece) => (piece.kind === 'prose' ? [piece.markdown] : []))
}

function stepsOf(
  section: Section,
  heading: string,
  frontMatter: FrontMatter,
  text: SourceText,
  report: Report,
): readonly StepOutline[] {
  const steps: OpenStep[] = []
  let next = openStep(section.position)
  for (const piece of section.pieces) {
    if (piece.kind === 'prose') next.prose.push(piece.markdown)
    else if (piece.kind === 'task') next.tasks.push({ text: piece.text, position: piece.position })
    else {
      const read = readBlock(piece.fence, frontMatter, text, report)
      const before = steps.at(-1)
      if (read.block.role === 'command') {
        reportEarly(next, report)
        const position = before === undefined ? section.position : read.block.position
        steps.push({ ...next, blocks: { command: read }, position })
        next = openStep(section.position)
      } else {
        if (before !== undefined) next = giveBack(next, before)
        attach(before ?? next, read, report)
      }
    }
  }
  const last = steps.at(-1)
  if (last === undefined) steps.push(next)
  else giveBack(next, last)
  for (const step of steps) reportLonely(step, report)
  return steps.map((step, index) => ({
    ...step,
    title: steps.length === 1 ? heading : titleOf(heading, step, index),
    prose: paragraphs(step.prose),
  }))
}

function openStep(position: Position): OpenStep {
  return { prose: [], tasks: [], blocks: {}, position }
}

/** What was read for a step to come turns out to be the last one's; gives an empty step to go on with. */
function giveBack(next: OpenStep, to: OpenStep): OpenStep {
  to.prose.push(...next.prose)
  to.tasks.push(...next.tasks)
  return openStep(next.position)
}

/** A verify, undo, watch or finding block belongs to the command before it; here that comes after. */
function reportEarly({ blocks }: OpenStep, report: Report): void {
  for (const { block } of [blocks.verify, blocks.undo, blocks.watch, blocks.finding].filter(
    (read) => read !== undefined,
  )) {
    const message = `the ${block.role} block stands before the command that it belongs to`
    const mend = 'Move it behind the command, or give it a heading of its own if it is a gate.'
    report({ severity: 'error', message, mend, position: block.position })
  }
}

/** Puts a verify, undo, watch or finding block to the step of the command before it. */
function attach(step: OpenStep, read: ReadBlock, report: Report): void {
  const { role, position } = read.block
  const first = step.blocks[role]
  if (first === undefined) {
    step.blocks[role] = read
    return
  }
  const message = `the step has a second ${role} block`
  const mend = `Put both in one; the first is on line ${first.block.position.line}.`
  report({ severity: 'error', message, mend, position })
}

/** A check needs something done before it, a way back something to take back. */
function reportLonely({ blocks }: OpenStep, report: Report): void {
  const { command, verify, undo, watch } = blocks
  const mend = 'Put the command block before it, under the same heading.'
  if (undo !== undefined && command === undefined) {
    report({
      severity: 'error',
      message: 'there is no command that this would undo',
      mend,
      position: undo.block.position,
    })
  }
  if (verify !== undefined && command === undefined && watch === undefined) {
    const message = 'there is no command or gate that this would verify'
    report({ severity: 'error', message, mend, position: verify.block.position })
  }
}

/** Several steps under one heading are told apart by the first comment of their blocks, or by a number. */
function titleOf(heading: string, step: OpenStep, index: number): string {
  const first = step.blocks.command?.block.source.split('\n').find(isText) ?? ''
  const comment = /^\s*#\s*(.*?)\s*$/.exec(first)?.[1]
  if (comment !== undefined && comment !== '') return `${heading}: ${comment}`
  return index === 0 ? heading : `${heading} (${index + 1})`
}

function isText(line: string): boolean {
  return line.trim() !== '' && !line.startsWith('#!')
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}
