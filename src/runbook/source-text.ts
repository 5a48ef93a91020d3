/** A runbook's source as lines, and places in it. */
import type { Position } from './runbook.ts'

export interface SourceText {
  readonly file: string
  readonly text: string
  /** Without their line endings; `lines[0]` is line 1. */
  readonly lines: readonly string[]
  /** A place that is sure to lie inside the file: what lies outside is moved to the nearest place inside. */
  readonly at: (line: number, column: number) => Position
}

/** Splits a source where Markdown does: at LF, CRLF and CR. A byte order mark is no part of the text. */
export function sourceText(source: string, file: string): SourceText {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source
  const lines = text.split(/\r\n|\r|\n/)
  return {
    file,
    text,
    lines,
    at: (line, column) => {
      const row = Math.min(Math.max(line, 1), lines.length)
      const width = (lines[row - 1] ?? '').length
      return { file, line: row, column: Math.min(Math.max(column, 1), width + 1) }
    },
  }
}
