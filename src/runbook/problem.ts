/** What is wrong with a runbook, where, and how to mend it. */
import type { Position } from './runbook.ts'

export interface Problem {
  readonly severity: 'error' | 'warning'
  /** What is wrong, naming the thing; no full stop at the end. */
  readonly message: string
  /** How to mend it: one sentence. */
  readonly mend: string
  readonly position: Position
}

/** Takes a problem as it is found; the parser sorts them by place at the end. */
export type Report = (problem: Problem) => void

/** Two lines for a terminal: `file:line:column: error: message`, which editors can jump to, then the way to mend it. */
export function formatProblem({ severity, message, mend, position }: Problem): string {
  return `${position.file}:${position.line}:${position.column}: ${severity}: ${message}\n  ${mend}`
}

/** The order in which a person meets the problems who reads the file from its top. */
export function byPlace(a: Problem, b: Problem): number {
  return a.position.line - b.position.line || a.position.column - b.position.column
}
