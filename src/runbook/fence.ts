/** A fenced code block: whether it holds shell text, which text, and where each line of it stands in the file. */
import type { AsWritten, Position } from './runbook.ts'
import type { SourceText } from './source-text.ts'

export interface Fence {
  readonly language: string
  /** What follows the language on the opening line, and the column where it begins. */
  readonly info: { readonly text: string; readonly column: number }
  /** The text to run, lines ended by LF, without a last one. */
  readonly source: string
  /** The text as it stands in the file, where `source` was made from it. */
  readonly written?: AsWritten
  /** Where the fence opens. */
  readonly position: Position
  /** The place in the file of an offset into `source`. */
  readonly placeOf: (offset: number) => Position
  /** Whether the file ended before the fence did. */
  readonly open: boolean
}

/** Languages that bash runs, or that name their own interpreter. */
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'shell', 'shellscript', 'zsh', 'ksh', 'dash'])

/** Recorded sessions: what follows a `$ ` was typed, the rest is what it printed. */
const sessions: ReadonlySet<string> = new Set([
  'console',
  'shell-session',
  'sh-session',
  'bash-session',
  'shellsession',
])

interface Line {
  readonly text: string
  readonly line: number
  readonly column: number
}

/**
 * Reads the code block that spans these lines, or undefined where it is not to be run: indented code, another
 * language or none (what it holds may as well be output), and a session in which nothing was typed. A block that opens
 * with a `$ ` is a session whatever its language says, for no command begins so.
 */
export function readFence(
  text: SourceText,
  first: number,
  column: number,
  last: number,
  content: string,
): Fence | undefined {
  const opening = /^(`{3,}|~{3,})([ \t]*)([^\s{]*)(.*)$/.exec((text.lines[first - 1] ?? '').slice(column - 1))
  if (opening === null) return undefined
  const [, ticks = '', gap = '', language = '', info = ''] = opening
  const kind = language.toLowerCase()
  if (!shells.has(kind) && !sessions.has(kind)) return undefined
  const all = linesOf(text, first + 1, content)
  const begun = all.find(({ text }) => text.trim() !== '' && !text.startsWith('#'))
  const typed = sessions.has(kind) || begun?.text.startsWith('$ ') === true ? typedIn(all) : all
  if (sessions.has(kind) && typed.length === 0) return undefined
  const closing = (text.lines[last - 1] ?? '').trim().replace(/^[>\s]+/, '')
  return {
    language: kind,
    info: { text: info, column: column + ticks.length + gap.length + language.length },
    source: typed.map((line) => line.text).join('\n'),
    position: text.at(first, column),
    placeOf: (offset) => placeIn(typed, offset, text, first),
    open: last === first || !closing.startsWith(ticks),
  }
}

/** The content's lines with their places: the content is the tail of each line, past what indents or quotes it. */
function linesOf(text: SourceText, first: number, content: string): readonly Line[] {
  if (content === '') return []
  return content.split(/\r\n|\r|\n/).map((line, index) => {
    const written = text.lines[first - 1 + index] ?? ''
    return { text: line, line: first + index, column: Math.max(1, written.length - line.length + 1) }
  })
}

/** What was typed in a session: lines after `$ `, and those that continue them. */
function typedIn(lines: readonly Line[]): readonly Line[] {
  const typed: Line[] = []
  let continued = false
  for (const { text, line, column } of lines) {
    const prompt: number = text.startsWith('$ ') || (continued && text.startsWith('> ')) ? 2 : 0
    if (prompt > 0 || continued) typed.push({ text: text.slice(prompt), line, column: column + prompt })
    continued = (prompt > 0 || continued) && text.endsWith('\\')
  }
  return typed
}

function placeIn(lines: readonly Line[], offset: number, text: SourceText, first: number): Position {
  let rest = offset
  for (const { text: content, line, column } of lines) {
    if (rest <= content.length) return text.at(line, column + Math.max(0, rest))
    rest -= content.length + 1
  }
  const end = lines.at(-1)
  return end === undefined ? text.at(first, 1) : text.at(end.line, end.column + end.text.length)
}
