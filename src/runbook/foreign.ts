/**
 * Markdown that nobody wrote for Handrail, made ready: commented commands of one block become steps of their own, bold
 * lines are the headings that they were meant for, and what the blocks leave open becomes parameters.
 */
import type { Fence } from './fence.ts'
import type { Piece, Section } from './markdown.ts'
import { type Passage, passagesOf } from './passages.ts'
import { fillFences } from './placeholders.ts'
import type { Report } from './problem.ts'
import type { Parameter } from './runbook.ts'
import { reportTraps } from './traps.ts'

export interface Foreign {
  readonly sections: readonly Section[]
  readonly parameters: readonly Parameter[]
}

/** The sections of a file that is not ours as the outline wants them; known mistakes in its blocks are reported. */
export function readForeign(sections: readonly Section[], report: Report): Foreign {
  reportTraps(fencesOf(sections), report)
  const arranged = promoted(sections.flatMap(atBoldLines).map(inSteps))
  const fences = fencesOf(arranged)
  const filled = fillFences(fences)
  const byFence = new Map(fences.map((fence, index) => [fence, filled.fences[index] ?? fence]))
  const replace = (piece: Piece): Piece =>
    piece.kind === 'fence' ? { ...piece, fence: byFence.get(piece.fence) ?? piece.fence } : piece
  return {
    sections: arranged.map((section) => ({ ...section, pieces: section.pieces.map(replace) })),
    parameters: filled.parameters,
  }
}

function fencesOf(sections: readonly Section[]): readonly Fence[] {
  return sections.flatMap(({ pieces }) =>
    pieces.flatMap((piece) => (piece.kind === 'fence' ? [piece.fence] : [])),
  )
}

/** `**Health checks failing**` right before a block or a task is a heading in all but name. */
function atBoldLines(section: Section): readonly Section[] {
  const parts: Section[] = []
  let open: Section = { ...section, pieces: [] }
  section.pieces.forEach((piece, index) => {
    const next = section.pieces[index + 1]
    const bold = piece.kind === 'prose' ? /(?:^|\n\n)(\*\*|__)([^\n]+?):?\1:?$/.exec(piece.markdown) : null
    if (piece.kind !== 'prose' || bold === null || next === undefined || next.kind === 'prose') {
      open = { ...open, pieces: [...open.pieces, piece] }
      return
    }
    const before = piece.markdown.slice(0, bold.index)
    parts.push(
      before === '' ? open : { ...open, pieces: [...open.pieces, { kind: 'prose', markdown: before }] },
    )
    const position = next.kind === 'fence' ? next.fence.position : next.position
    const title = (bold[2] ?? '').trim()
    open = { depth: 3, title, heading: bold[0].trim(), position, pieces: [] }
  })
  return [...parts, open]
}

/** A section with the steps that it holds. */
interface Stepped {
  readonly section: Section
  readonly steps: readonly Section[]
}

/** A step for each passage of each block, with the prose and the tasks before it; what follows the last is the last's. */
function inSteps(section: Section): Stepped {
  // An author who gave a block attributes or a role has said what the steps are.
  if (section.pieces.some((piece) => piece.kind === 'fence' && piece.fence.info.text.trim() !== ''))
    return { section, steps: [] }
  const steps: Section[] = []
  let waiting: Piece[] = []
  for (const piece of section.pieces) {
    if (piece.kind !== 'fence') {
      waiting.push(piece)
      continue
    }
    for (const passage of passagesOf(piece.fence)) {
      steps.push(stepOf(section, passage, waiting, steps.length))
      waiting = []
    }
  }
  const last = steps.pop()
  if (last === undefined) return { section, steps: [] }
  return { section, steps: [...steps, { ...last, pieces: [...last.pieces, ...waiting] }] }
}

function stepOf(
  section: Section,
  { title, fence }: Passage,
  before: readonly Piece[],
  index: number,
): Section {
  const numbered = index === 0 ? section.title : `${section.title} (${index + 1})`
  const { position } = fence
  return {
    depth: 3,
    title: title ?? numbered,
    heading: '',
    position,
    pieces: [...before, { kind: 'fence', fence }],
  }
}

/**
 * Where a heading of depth 3 holds more than one step, the headings of that depth around it are phases. A heading that
 * holds one step names it, unless it is a phase.
 */
function promoted(all: readonly Stepped[]): readonly Section[] {
  const groups: Stepped[][] = []
  for (const each of all) {
    if (each.section.depth <= 2 || groups.length === 0) groups.push([])
    groups.at(-1)?.push(each)
  }
  return groups.flatMap((group) => {
    const lifts = group.some(({ section, steps }) => section.depth === 3 && steps.length > 1)
    return group.flatMap(({ section, steps }) => {
      const runs = section.pieces.some((piece) => piece.kind !== 'prose')
      if (!runs) return [section]
      if (section.depth === 3 && !lifts) return [section]
      const head = { ...section, depth: section.depth === 3 ? 2 : section.depth, pieces: [] }
      if (steps.length === 0) return [head, { ...section, depth: 3, heading: '' }]
      return [head, ...steps]
    })
  })
}
