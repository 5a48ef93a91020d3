/** The parameters as a form: each with its value and where that is from, the one that takes the keys with its field. */
import type { ParameterView, Question, RunView } from '../run/session.ts'
import type { Parameter } from '../runbook/runbook.ts'
import { fieldLine } from './field-line.ts'
import { blank, endOf, type Line, lineWidth, spread, styled, wrapHanging } from './line.ts'
import { ink } from './palette.ts'
import type { Check, RunUi } from './run-ui.ts'
import type { TextField } from './text-field.ts'
import type { Theme } from './theme.ts'

export interface FormParts {
  readonly view: RunView
  readonly ui: RunUi
  readonly check: Check
  readonly theme: Theme
}

export interface Form {
  readonly rows: readonly Line[]
  /** The row of the field that takes the keys; 0 where none does. */
  readonly cursor: number
}

/** Rows of at most `width` cells. Values that aren't known yet have their place too: they are found out in their turn. */
export function formRows(parts: FormParts, width: number): Form {
  const { view, ui } = parts
  const { parameters } = view.runbook
  const longest = Math.max(0, ...parameters.map(({ name }) => name.length))
  const known = new Map(view.parameters.map((one) => [one.name, one]))
  const at = ui.editing?.name ?? view.question?.name
  const rows: Line[] = []
  let cursor = 0
  for (const parameter of parameters) {
    const label = parameter.name.padEnd(longest)
    if (parameter.name === at) {
      cursor = rows.length
      rows.push(...fieldRows(parameter, label, parts, width))
    } else rows.push(valueRow(label, known.get(parameter.name), width))
  }
  return { rows, cursor }
}

/** The values alone, as they stand in the plan. */
export function valueRows({ parameters }: RunView, width: number): readonly Line[] {
  const longest = Math.max(0, ...parameters.map(({ name }) => name.length))
  return parameters.map((parameter) => valueRow(parameter.name.padEnd(longest), parameter, width))
}

function valueRow(label: string, known: ParameterView | undefined, width: number): Line {
  const name = styled(`${label}  `, { dim: true })
  if (known === undefined) return [name, styled('not known yet', { dim: true })]
  const value = styled(known.value, { color: ink.value })
  const from: Line = [styled(`  ${shortSource(known.source)}`, { dim: true })]
  const whole: Line = [name, value]
  if (lineWidth(whole) + lineWidth(from) <= width) return spread(whole, from, width)
  return [name, styled(endOf(known.value, Math.max(8, width - label.length - 2)), { color: ink.value })]
}

/** Where a value is from, in as few words as tell it; the record has it at length. */
function shortSource(source: string): string {
  if (source.startsWith('from the environment')) return 'from the environment'
  return source.startsWith('from ') ? 'found out' : source
}

/** The field, and below it what is asked, what there is to choose from, and whether what is typed can be taken. */
function fieldRows(parameter: Parameter, label: string, parts: FormParts, width: number): readonly Line[] {
  const { view, ui, theme } = parts
  const question = view.question?.name === parameter.name ? view.question : undefined
  const field = ui.editing?.field ?? ui.answer
  const indent = label.length + 2
  const room = Math.max(12, width - indent)
  const below = [
    ...askedRows(parameter, question, room),
    ...choiceRows(parameter.oneOf, field, room),
    ...judgedRows(parameter, field, question, parts, room),
  ]
  const typed = fieldLine(field, room, theme, parameter.secret)
  return [
    [styled(label, { bold: true }), styled('  '), ...typed],
    ...below.map((row): Line => [styled(' '.repeat(indent)), ...row]),
  ]
}

function askedRows(
  { sources, example, secret }: Parameter,
  question: Question | undefined,
  width: number,
): readonly Line[] {
  const words = question?.question ?? sources.find((source) => source.kind === 'ask')?.question
  const hints = [
    ...(example === undefined ? [] : [`e.g. ${example}`]),
    ...(question?.offered === undefined ? [] : [`empty means ${question.offered}`]),
    ...(secret ? ['shown to nobody'] : []),
  ]
  const row: Line = [
    ...(words === undefined ? [] : [styled(words, { bold: true })]),
    ...(hints.length === 0
      ? []
      : [styled(`${words === undefined ? '' : '  '}${hints.join('; ')}`, { dim: true })]),
  ]
  return row.length === 0 ? [] : wrapHanging(row, width, 2)
}

function choiceRows(oneOf: readonly string[] | undefined, field: TextField, width: number): readonly Line[] {
  if (oneOf === undefined) return []
  const row: Line = [
    styled('one of '),
    ...oneOf.flatMap((value) => [
      styled(` ${value} `, value === field.text ? { inverse: true } : {}),
      styled(' '),
    ]),
  ]
  return wrapHanging(row, width, 2)
}

/** What is typed is judged with each key; before the first one the last answer's refusal stands. */
function judgedRows(
  { name, secret }: Parameter,
  field: TextField,
  question: Question | undefined,
  { ui, check, theme }: FormParts,
  width: number,
): readonly Line[] {
  const isEmpty = field.text === ''
  // A value that was there and is emptied is judged too; a secret's field is empty at first.
  const isJudged = !isEmpty || (ui.editing !== undefined && !secret)
  const why = isJudged ? check(name, field.text) : question?.refused
  if (why !== undefined) {
    const sign = theme.ascii ? 'x' : '✗'
    return wrapHanging([styled(`${sign} ${why}`, { color: ink.bad })], width, 2)
  }
  return isJudged ? [[styled(theme.ascii ? '+ ok' : '✓ ok', { color: ink.good })]] : [blank]
}
