/**
 * How a parameter gets its value, as steps that somebody else takes. For each parameter in order the conductor asks
 * `resolve` what to do, does it (runs a command, asks the operator), and asks again with what failed until there is a
 * value or none can be had. What comes first wins:
 *
 * 1. what was given with `-p`; when it may not be, nothing else is tried
 * 2. `env`, unless unset or empty
 * 3. `from`: the command's trimmed output, unless it is empty or the command failed
 * 4. `computed`
 * 5. `ask`, offering `default` where there is one; where nobody can answer, the caller takes what is offered
 * 6. `default`
 *
 * A source that gives nothing makes way for the next. One that gives what may not be does not: a LIVE that is neither
 * blue nor green is no reason to assume blue. Then only the operator can help, if there is an `ask`.
 */
import { checkValue } from './parameter-value.ts'
import type { Parameter, ParameterSource, Runbook } from './runbook.ts'
import { fillTemplate } from './template.ts'

export { checkValue }

/**
 * A source that was tried for this parameter and brought no value. Where nobody can be asked, the caller says so by an
 * `ask` that was not `refused`; the default is next then.
 */
export interface Tried {
  readonly kind: ParameterSource['kind']
  /** Reads on from the source's words, e.g. "ended with exit code 1". */
  readonly why: string
  /** It brought a value that may not be, rather than none. */
  readonly refused: boolean
}

export interface Known {
  /** Values given with `-p`. */
  readonly given: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values of the parameters before this one. */
  readonly known: Readonly<Record<string, string>>
  readonly tried: readonly Tried[]
}

/** What to do next for a parameter. `source` says in words where the value is from. */
export type Resolution =
  | { readonly kind: 'value'; readonly value: string; readonly source: string }
  /** Run this with the known values as its environment, then call `taken` with what it printed. */
  | { readonly kind: 'run'; readonly command: string; readonly source: string }
  | {
      readonly kind: 'ask'
      readonly question: string
      readonly example?: string
      readonly oneOf?: readonly string[]
      readonly secret: boolean
      /** The default: what an empty answer means. */
      readonly offered?: string
      /** Why what there was may not be. */
      readonly refused?: string
      readonly source: string
    }
  | { readonly kind: 'missing'; readonly why: string }

/** The parameters so that each comes after those it is made from, otherwise as they are declared. */
export function orderParameters(runbook: Pick<Runbook, 'parameters'>): readonly Parameter[] {
  const byName = new Map(runbook.parameters.map((parameter) => [parameter.name, parameter]))
  const ordered = new Set<Parameter>()
  const begun = new Set<string>()
  const place = (parameter: Parameter) => {
    if (begun.has(parameter.name)) return
    begun.add(parameter.name)
    for (const name of parameter.uses) {
      const used = byName.get(name)
      if (used !== undefined) place(used)
    }
    ordered.add(parameter)
  }
  for (const parameter of runbook.parameters) place(parameter)
  return [...ordered]
}

/** Decides the next step towards a parameter's value; pure. */
export function resolve(parameter: Parameter, { given, env, known, tried }: Known): Resolution {
  const fromOperator = Object.hasOwn(given, parameter.name) ? given[parameter.name] : undefined
  if (fromOperator !== undefined) {
    const check = checkValue(parameter, fromOperator)
    if (check.ok) return { kind: 'value', value: fromOperator, source: 'given' }
    return { kind: 'missing', why: `${parameter.name} as given: ${check.why}` }
  }
  const failed = [...tried]
  for (const source of parameter.sources) {
    const before = failed.filter((one) => one.kind === source.kind)
    const asks = source.kind === 'ask'
    if (asks ? before.some((one) => !one.refused) : before.length > 0 || failed.some((one) => one.refused))
      continue
    const outcome = tryOne(parameter, source, env, known, failed)
    if ('step' in outcome) return outcome.step
    failed.push(outcome.failed)
  }
  return { kind: 'missing', why: whyMissing(parameter, failed) }
}

/**
 * What a command printed or an operator answered, as the parameter's value or as a failed try for the next `resolve`.
 * Give the output whole: what is trimmed is trimmed here. An empty answer takes what was offered.
 */
export function taken(
  parameter: Parameter,
  step: Extract<Resolution, { kind: 'run' | 'ask' }>,
  text: string,
): Extract<Resolution, { kind: 'value' }> | Tried {
  const value = step.kind === 'run' || !step.secret ? text.trim() : text
  const kind = step.kind === 'run' ? 'command' : 'ask'
  if (value === '' && step.kind === 'ask' && step.offered !== undefined) {
    return { kind: 'value', value: step.offered, source: 'default' }
  }
  if (value === '' && step.kind === 'run') return { kind, why: 'printed nothing', refused: false }
  // Where the author's pattern allows an empty value, an empty answer is one.
  const mayBeEmpty = parameter.pattern !== undefined && checkValue(parameter, value).ok
  if (value === '' && !mayBeEmpty) return { kind, why: 'an answer is needed', refused: true }
  const check = checkValue(parameter, value)
  return check.ok ? { kind: 'value', value, source: step.source } : { kind, why: check.why, refused: true }
}

/** Why an answer can't be taken, as `taken` has it; undefined for one that can. `offered` is what an empty one means. */
export function whyRefused(parameter: Parameter, text: string, offered?: string): string | undefined {
  const { secret } = parameter
  const step = { kind: 'ask', question: '', secret, source: 'answered' } as const
  const took = taken(parameter, offered === undefined ? step : { ...step, offered }, text)
  return took.kind === 'value' ? undefined : took.why
}

/** The parameters that are made from this one, straight or by way of others. */
export function madeFrom(runbook: Pick<Runbook, 'parameters'>, name: string): readonly string[] {
  const found = new Set([name])
  for (const parameter of orderParameters(runbook))
    if (parameter.uses.some((used) => found.has(used))) found.add(parameter.name)
  found.delete(name)
  return [...found]
}

type Outcome = { readonly step: Resolution } | { readonly failed: Tried }

function tryOne(
  parameter: Parameter,
  source: ParameterSource,
  env: Known['env'],
  known: Known['known'],
  failed: readonly Tried[],
): Outcome {
  switch (source.kind) {
    case 'env': {
      const value = env[source.variable]
      if (value === undefined || value === '') return none('env', 'is not set')
      return valueOr(parameter, value, 'env', inWords(source))
    }
    case 'command':
      return { step: { kind: 'run', command: source.command, source: inWords(source) } }
    case 'template': {
      const filled = fillTemplate(source.template, known)
      if (!filled.ok) return none('template', `needs ${filled.missing}, which has no value`)
      return valueOr(parameter, filled.value, 'template', inWords(source))
    }
    case 'map': {
      const of = Object.hasOwn(known, source.of) ? known[source.of] : undefined
      if (of === undefined) return none('map', `needs ${source.of}, which has no value`)
      const value = Object.hasOwn(source.values, of) ? source.values[of] : undefined
      if (value === undefined) return none('map', `has nothing for ${source.of}=${of}`)
      return valueOr(parameter, value, 'map', inWords(source))
    }
    case 'ask':
      return { step: question(parameter, source.question, failed) }
    case 'default':
      return valueOr(parameter, source.value, 'default', inWords(source))
  }
}

function valueOr(parameter: Parameter, value: string, kind: Tried['kind'], source: string): Outcome {
  const check = checkValue(parameter, value)
  if (check.ok) return { step: { kind: 'value', value, source } }
  return { failed: { kind, why: check.why, refused: true } }
}

function none(kind: Tried['kind'], why: string): Outcome {
  return { failed: { kind, why, refused: false } }
}

function question(parameter: Parameter, asked: string, failed: readonly Tried[]): Resolution {
  const offered = parameter.sources.find((source) => source.kind === 'default')?.value
  const { example, oneOf, secret } = parameter
  const refused = failed.findLast((one) => one.refused || one.kind === 'ask')
  const from = parameter.sources.find((source) => source.kind === refused?.kind)
  return {
    kind: 'ask',
    question: asked,
    ...(example === undefined ? {} : { example }),
    ...(oneOf === undefined ? {} : { oneOf }),
    secret,
    ...(offered === undefined ? {} : { offered }),
    ...(refused === undefined || from === undefined
      ? {}
      : { refused: refused.kind === 'ask' ? refused.why : `${inWords(from)}: ${refused.why}` }),
    source: 'answered',
  }
}

function whyMissing(parameter: Parameter, failed: readonly Tried[]): string {
  const reasons = parameter.sources.flatMap((source) => {
    const last = failed.findLast((one) => one.kind === source.kind)
    if (last === undefined) return []
    return [source.kind === 'ask' ? last.why : `${inWords(source)} ${last.why}`]
  })
  return reasons.length === 0
    ? `${parameter.name} has no value`
    : `${parameter.name} has no value: ${reasons.join('; ')}`
}

/** Where a value is from, as screens and the record say it. */
function inWords(source: ParameterSource): string {
  switch (source.kind) {
    case 'env':
      return `from the environment variable ${source.variable}`
    case 'command':
      return `from ${source.command.trim().replace(/\s+/g, ' ')}`
    case 'template':
      return `computed from "${source.template}"`
    case 'map':
      return `computed from ${source.of}`
    case 'ask':
      return 'answered'
    case 'default':
      return 'default'
  }
}
