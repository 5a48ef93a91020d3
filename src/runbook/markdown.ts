/** Markdown as a runbook sees it: front matter, then sections, each with its prose, task items and shell fences in order. */
import { fromMarkdown } from 'mdast-util-from-markdown'
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { frontmatter } from 'micromark-extension-frontmatter'
import { gfm } from 'micromark-extension-gfm'
import { type Fence, readFence } from './fence.ts'
import type { Position } from './runbook.ts'
import type { SourceText } from './source-text.ts'

export type Piece =
  | { readonly kind: 'prose'; readonly markdown: string }
  | { readonly kind: 'task'; readonly text: string; readonly position: Position }
  | { readonly kind: 'fence'; readonly fence: Fence }

export interface Section {
  /** 0 for what stands before the first heading, else 1 to 3; deeper headings are prose of the section around them. */
  readonly depth: number
  readonly title: string
  /** The heading as it is written; empty at depth 0. */
  readonly heading: string
  readonly position: Position
  readonly pieces: readonly Piece[]
}

export interface MarkdownText {
  /** The YAML between the fences, and the line of the file on which it begins. */
  readonly frontMatter?: { readonly yaml: string; readonly firstLine: number }
  readonly sections: readonly Section[]
  /** The first paragraph, as plain text on one line; empty where there is none. */
  readonly firstParagraph: string
}

type Root = ReturnType<typeof fromMarkdown>
type Node = Root['children'][number]

/** TOML is another program's; it is read past. */
const frontMatters: ReadonlySet<string> = new Set(['yaml', 'toml'])

/** A stretch of lines that is no prose: a task's text, a shell fence, or a comment (which yields no piece). */
interface Cut {
  readonly first: number
  readonly last: number
  readonly piece?: Piece
}

/** Reads GitHub-flavored Markdown. Never throws: any text is Markdown. */
export function readMarkdown(text: SourceText): MarkdownText {
  const tree = fromMarkdown(text.text, {
    extensions: [gfm(), frontmatter(['yaml', 'toml'])],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown(['yaml', 'toml'])],
  })
  const [first] = tree.children
  const paragraph = tree.children.find((node) => node.type === 'paragraph')
  return {
    ...(first?.type === 'yaml' ? { frontMatter: yamlOf(first, text) } : {}),
    sections: sectionsOf(tree, text),
    firstParagraph: paragraph === undefined ? '' : plainText(paragraph).replace(/\s+/g, ' ').trim(),
  }
}

function yamlOf(node: Node, text: SourceText): { readonly yaml: string; readonly firstLine: number } {
  const { first, last } = span(node)
  return { yaml: text.lines.slice(first, last - 1).join('\n'), firstLine: first + 1 }
}

function sectionsOf(tree: Root, text: SourceText): readonly Section[] {
  const cuts = cutsOf(tree, text)
  const front = tree.children.slice(0, 1).find(({ type }) => frontMatters.has(type))
  const begin = front === undefined ? 1 : span(front).last + 1
  const headings = tree.children.filter((node) => node.type === 'heading').filter((node) => node.depth <= 3)
  const end = text.lines.length
  const bound = (index: number) => {
    const next = headings[index]
    return next === undefined ? end : span(next).first - 1
  }
  const opening: Section = {
    depth: 0,
    title: '',
    heading: '',
    position: text.at(begin, 1),
    pieces: piecesOf(begin, bound(0), cuts, text),
  }
  return [
    opening,
    ...headings.map((node, index) => {
      const { first, last, column } = span(node)
      return {
        depth: node.depth,
        title: plainText(node).replace(/\s+/g, ' ').trim(),
        heading: text.lines.slice(first - 1, last).join('\n'),
        position: text.at(first, column),
        pieces: piecesOf(last + 1, bound(index + 1), cuts, text),
      }
    }),
  ]
}

/** The lines from first to last (both counted from 1), cut where something other than prose stands. */
function piecesOf(first: number, last: number, cuts: readonly Cut[], text: SourceText): readonly Piece[] {
  const pieces: Piece[] = []
  let prose: string[] = []
  const flush = () => {
    const markdown = prose
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .replace(/^\n+|\s+$/g, '')
    if (markdown !== '') pieces.push({ kind: 'prose', markdown })
    prose = []
  }
  let line = first
  for (const cut of cuts) {
    if (cut.first < first || cut.first > last) continue
    prose.push(...text.lines.slice(line - 1, cut.first - 1))
    line = Math.max(line, cut.last + 1)
    if (cut.piece === undefined) continue
    flush()
    pieces.push(cut.piece)
  }
  prose.push(...text.lines.slice(line - 1, Math.max(line - 1, last)))
  flush()
  return pieces
}

/**
 * What is cut out of the prose, top down. Lists are searched, since steps are often numbered; quotations are not: what
 * is quoted is no instruction.
 */
function cutsOf(tree: Root, text: SourceText): readonly Cut[] {
  const cuts: Cut[] = []
  const waiting: Node[] = [...tree.children].reverse()
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { first, last, column } = span(node)
    if (node.type === 'html' && /^<!--[\s\S]*-->$/.test(node.value.trim())) {
      cuts.push({ first, last })
    } else if (node.type === 'code') {
      const fence = readFence(text, first, column, last, node.value)
      if (fence !== undefined) cuts.push({ first, last, piece: { kind: 'fence', fence } })
    } else if (node.type === 'listItem') {
      const task = typeof node.checked === 'boolean' ? node.children[0] : undefined
      if (task?.type === 'paragraph') {
        const end = span(task).last
        const position = text.at(first, column)
        cuts.push({
          first,
          last: end,
          piece: { kind: 'task', text: plainText(task).replace(/\s+/g, ' ').trim(), position },
        })
      }
      waiting.push(...[...node.children].reverse())
    } else if (node.type === 'list') {
      waiting.push(...[...node.children].reverse())
    }
  }
  return cuts
}

/** Lines and column from 1; mdast gives every node that was parsed from text a position. */
function span(node: Node): { readonly first: number; readonly last: number; readonly column: number } {
  const { start, end } = node.position ?? { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
  return { first: start.line, last: end.line, column: start.column }
}

/** The text of a node as a reader sees it: without emphasis marks, link targets and code ticks. */
function plainText(node: Node): string {
  if (node.type === 'break') return ' '
  if ('value' in node) return node.value
  if ('alt' in node) return node.alt ?? ''
  return 'children' in node ? node.children.map(plainText).join('') : ''
}
