/** What will change, as rows: what a dry run and `kubectl diff` print, without what only a program needs of it. */
import type { RunView } from '../run/session.ts'
import { type Line, styled, wrapHanging, wrapLine } from './line.ts'
import { ink } from './palette.ts'

/** A heading and the plan's lines, or why there are none; nothing for a runbook that names no plan. */
export function planDiffRows({ plan }: RunView, width: number): readonly Line[] {
  if (plan === undefined) return []
  const heading: Line = [styled('What will change', { bold: true })]
  switch (plan.kind) {
    case 'asking':
      return [heading, [styled('asking the server…', { dim: true })]]
    case 'unknown':
      return [heading, ...wrapHanging([styled(`not known: ${plan.why}`, { color: ink.warn })], width, 2)]
    case 'told':
      return [heading, ...readable(plan.lines).flatMap((row) => diffRow(row, width))]
  }
}

/** A line of a plan: said by a command, or a part of a difference. */
interface PlanRow {
  readonly kind: 'said' | 'object' | 'added' | 'removed' | 'around'
  readonly text: string
}

/** Temporary names, hunk marks and the counter that every change moves say nothing to a reader. */
const noise = /^(?:diff -|--- |\+\+\+ |@@ |\\ No newline|[+-] {2}generation: )/
/** kubectl names what differs by a path below a temporary folder (kubectl diff, k8s.io/kubectl/pkg/cmd/diff). */
const named = /^\+\+\+ .*\/MERGED-\d+\/(\S+)/

/** The lines without noise; of what stays as it is, only the line on either side of a change. */
function readable(lines: readonly string[]): readonly PlanRow[] {
  const rows: PlanRow[] = []
  let inDiff = false
  for (const text of lines) {
    if (/^diff -/.test(text)) inDiff = true
    else if (!/^[-+ @\\]/.test(text)) inDiff = false
    const object = named.exec(text)?.[1]
    if (object !== undefined) rows.push({ kind: 'object', text: objectName(object) })
    else if (!inDiff) rows.push({ kind: 'said', text })
    else if (!noise.test(text)) rows.push({ kind: kindOf(text), text })
  }
  const changes = (row: PlanRow | undefined) => row?.kind === 'added' || row?.kind === 'removed'
  return rows.filter((row, at) => row.kind !== 'around' || changes(rows[at - 1]) || changes(rows[at + 1]))
}

function kindOf(text: string): PlanRow['kind'] {
  if (text.startsWith('+')) return 'added'
  return text.startsWith('-') ? 'removed' : 'around'
}

function diffRow({ kind, text }: PlanRow, width: number): readonly Line[] {
  switch (kind) {
    case 'object':
      return [[styled(text, { bold: true, color: ink.quiet })]]
    case 'added':
      return wrapLine([styled(text, { color: ink.good })], width)
    case 'removed':
      return wrapLine([styled(text, { color: ink.bad })], width)
    case 'around':
      return [[styled(text, { dim: true })]]
    case 'said':
      return wrapHanging([styled(text)], width, 2)
  }
}

/** `apps.v1.Deployment.loanserve.api-green` → `Deployment loanserve/api-green`. */
function objectName(file: string): string {
  const [, kind = '', namespace = '', name = ''] =
    /^(?:.*\.)?v\d\w*\.([A-Z]\w*)\.([^.]*)\.(.+)$/.exec(file) ?? []
  return name === '' ? file : `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`
}
