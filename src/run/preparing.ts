/** Fills the parameters of a run, one after the other: given, found out by a command, or asked of the operator. */
import type { Json } from '../journal/record.ts'
import { orderParameters, type Resolution, resolve, type Tried, taken } from '../runbook/parameters.ts'
import type { Parameter, Runbook } from '../runbook/runbook.ts'
import type { Conductor } from './conductor.ts'
import { exitCode } from './exit-code.ts'
import { Refusal } from './refusal.ts'
import type { ParameterView } from './session.ts'

/** What a discovery answers: everything on standard output, and why it counts for nothing if it does. */
export interface Discovery {
  readonly stdout: string
  readonly failure?: string
}

export interface Preparation {
  readonly runbook: Runbook
  readonly given: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  /** The real values, secret ones too: filled here as they become known. */
  readonly values: Map<string, string>
  /** Runs a discovery's command with the values known so far. */
  readonly discover: (parameter: string, command: string) => Promise<Discovery>
  /** Takes a value that has just become known, before it goes on record. */
  readonly learned: (parameter: Parameter, value: string) => void
  readonly mask: (parameter: Parameter, value: string) => string
}

/**
 * Brings every parameter to a value and records each. Values that the record holds already are kept as they are.
 * Throws a Refusal when one can't be had.
 */
export async function prepare(conductor: Conductor, preparation: Preparation): Promise<void> {
  const { runbook, values, learned, mask } = preparation
  let views: readonly ParameterView[] = []
  for (const parameter of orderParameters(runbook)) {
    const recorded = Object.hasOwn(conductor.state().parameters, parameter.name)
    const { value, source } = values.has(parameter.name)
      ? { value: values.get(parameter.name) ?? '', source: 'from the record' }
      : await bring(parameter, conductor, preparation)
    values.set(parameter.name, value)
    learned(parameter, value)
    const shown = mask(parameter, value)
    if (!recorded) {
      const data: Record<string, Json> = { name: parameter.name, value: shown, source }
      const by = source === 'given' || source === 'answered' ? 'operator' : 'handrail'
      await conductor.record({ type: 'parameter.set', data }, by)
    }
    views = [...views, { name: parameter.name, value: shown, source }]
    conductor.show({ parameters: views })
  }
}

async function bring(
  parameter: Parameter,
  conductor: Conductor,
  { given, environment, values, discover }: Preparation,
): Promise<{ readonly value: string; readonly source: string }> {
  const tried: Tried[] = []
  for (;;) {
    const known = Object.fromEntries(values)
    const step = resolve(parameter, { given, env: environment, known, tried })
    if (step.kind === 'value') return step
    if (step.kind === 'missing') throw new Refusal(`${step.why}. Nothing was run.`, exitCode.usage)
    const outcome =
      step.kind === 'run' ? await run(parameter, step, discover) : await ask(parameter, step, conductor)
    if ('value' in outcome) return outcome
    tried.push(outcome)
  }
}

async function run(
  parameter: Parameter,
  step: Extract<Resolution, { kind: 'run' }>,
  discover: Preparation['discover'],
) {
  const { stdout, failure } = await discover(parameter.name, step.command)
  if (failure !== undefined) return { kind: 'command', why: failure, refused: false } as const
  return taken(parameter, step, stdout)
}

async function ask(parameter: Parameter, step: Extract<Resolution, { kind: 'ask' }>, conductor: Conductor) {
  const { question, example, oneOf, secret, refused, offered } = step
  const answer = Promise.withResolvers<string>()
  const unlisten = conductor.onAnswer((name, value) => {
    if (name === parameter.name) answer.resolve(value)
  })
  conductor.show({
    question: {
      name: parameter.name,
      question,
      secret,
      ...(offered === undefined ? {} : { offered }),
      ...(example === undefined ? {} : { example }),
      ...(oneOf === undefined ? {} : { oneOf }),
      ...(refused === undefined ? {} : { refused }),
    },
  })
  try {
    return taken(parameter, step, await answer.promise)
  } finally {
    unlisten()
    conductor.show({ question: undefined })
  }
}
