/** A step's prose as rows: paragraphs and lists wrapped, bold and code marked by their style. */
import { blank, type Line, lineWidth, type Segment, type Style, styled, wrapWords } from './line.ts'

/** The rows of a piece of Markdown; what this knows no style for stays as it is written. */
export function proseRows(markdown: string, width: number): readonly Line[] {
  const rows: Line[] = []
  for (const paragraph of markdown.trim().split(/\n\s*\n/)) {
    if (paragraph === '') continue
    if (rows.length > 0) rows.push(blank)
    for (const part of partsOf(paragraph)) {
      const sign = /^([-*+]|\d+[.)]) +/.exec(part)?.[0] ?? ''
      const lead: Line = sign === '' ? [] : [styled(/^[-*+]/.test(sign) ? '- ' : sign)]
      const indent = lineWidth(lead)
      const words = inline(part.slice(sign.length))
      wrapWords(words, width - indent).forEach((row, index) => {
        rows.push(
          index === 0 ? [...lead, ...row] : [...(indent === 0 ? [] : [styled(' '.repeat(indent))]), ...row],
        )
      })
    }
  }
  return rows
}

/** The lines of a paragraph that stand for themselves: list items; all other line breaks are blanks. */
function partsOf(paragraph: string): readonly string[] {
  const parts: string[] = []
  for (const line of paragraph.split('\n').map((one) => one.trim())) {
    const before = parts.pop()
    if (before === undefined) parts.push(line)
    else if (/^([-*+]|\d+[.)]) /.test(line)) parts.push(before, line)
    else parts.push(`${before} ${line}`)
  }
  return parts
}

const marks: readonly { readonly pattern: RegExp; readonly style: Style }[] = [
  { pattern: /`([^`]+)`/, style: { bold: true } },
  { pattern: /\*\*([^*]+)\*\*/, style: { bold: true } },
  { pattern: /(?<![\w*])[*_]([^*_\s][^*_]*)[*_](?!\w)/, style: { underline: true } },
]

/** The text with its marks taken out and turned into styles. */
function inline(text: string): readonly Segment[] {
  const found = marks
    .map(({ pattern, style }) => ({ match: pattern.exec(text), style }))
    .filter(({ match }) => match !== null)
    .sort((a, b) => (a.match?.index ?? 0) - (b.match?.index ?? 0))[0]
  if (found?.match == null) return text === '' ? [] : [styled(text)]
  const { index, 0: whole, 1: marked = '' } = found.match
  return [
    ...(index === 0 ? [] : [styled(text.slice(0, index))]),
    styled(marked, found.style),
    ...inline(text.slice(index + whole.length)),
  ]
}
