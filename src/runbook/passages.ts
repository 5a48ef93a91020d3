/** A block of several commented commands, taken apart where each can run alone. */
import type { Fence } from './fence.ts'
import { withoutBlanks } from './places.ts'
import { readShell, visit } from './shell-text.ts'

export interface Passage {
  /** Its first comment. */
  readonly title?: string
  readonly fence: Fence
}

/**
 * The passages of a block, each opened by a comment at the left margin. A block whose passages need each other stays
 * whole: each would run in a shell of its own, which knows no variable, function or folder of the one before.
 */
export function passagesOf(fence: Fence): readonly Passage[] {
  const parts = partsOf(fence.source)
  const apart = parts.length > 1 && parts.every(({ text }) => isComplete(text)) && areIndependent(parts)
  if (!apart) return [{ ...titled(fence.source), fence }]
  return parts.map(({ text, offset }) => ({
    ...titled(text),
    fence: {
      ...fence,
      source: text,
      position: fence.placeOf(offset),
      placeOf: (within) => fence.placeOf(offset + within),
    },
  }))
}

interface Part {
  readonly text: string
  readonly offset: number
}

/** Cut before each comment that begins a line, unless only comments stand before it. */
function partsOf(source: string): readonly Part[] {
  const parts: { lines: string[]; offset: number }[] = [{ lines: [], offset: 0 }]
  let offset = 0
  for (const line of source.split('\n')) {
    const open = parts.at(-1)
    const has = open?.lines.some((before) => before.trim() !== '' && !before.startsWith('#')) === true
    if (/^#(?!!)/.test(line) && has && open?.lines.at(-1)?.endsWith('\\') !== true)
      parts.push({ lines: [], offset })
    parts.at(-1)?.lines.push(line)
    offset += line.length + 1
  }
  const last = parts.at(-1)
  // A remark at the end belongs to what is before it.
  if (parts.length > 1 && last?.lines.every((line) => line.trim() === '' || line.startsWith('#')) === true)
    parts.at(-2)?.lines.push(...(parts.pop()?.lines ?? []))
  return parts.map((part) => ({ text: part.lines.join('\n').trimEnd(), offset: part.offset }))
}

function isComplete(text: string): boolean {
  const { script, faults } = readShell(withoutBlanks(text))
  let open = faults.length > 0
  visit(script, (node) => {
    if (node.type === 'HereDoc' && node.closing === undefined) open = true
  })
  return !open
}

/** What a command leaves behind in its shell for those after it. */
const lasting: ReadonlySet<string> = new Set(
  'cd pushd popd export source . set shopt trap alias umask exec unset eval wait ulimit declare typeset readonly'.split(
    ' ',
  ),
)

function areIndependent(parts: readonly Part[]): boolean {
  const assigned = new Set<string>()
  return parts.every(({ text }, index) => {
    const shell = readShell(withoutBlanks(text))
    if (shell.expansions.some(({ name }) => assigned.has(name))) return false
    for (const name of shell.assigned) assigned.add(name)
    let lasts = false
    visit(shell.script, (node) => {
      if (node.type === 'Function' || (node.type === 'Statement' && node.background === true)) lasts = true
      if (node.type === 'Command' && lasting.has(node.name?.value ?? '')) lasts = true
    })
    return index === parts.length - 1 || !lasts
  })
}

/** The first comment, if the text begins with one. */
function titled(text: string): { readonly title?: string } {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#!')) ?? ''
  const comment = /^\s*#+\s*(.*?)[\s:.]*$/.exec(first)?.[1] ?? ''
  return comment === '' ? {} : { title: comment }
}
