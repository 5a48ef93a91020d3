/** Fills the parameters of a run: given, found out by a command, or asked of the operator, who may change them until it begins. */
import type { Json } from '../journal/record.ts'
import {
  madeFrom,
  orderParameters,
  type Resolution,
  resolve,
  type Tried,
  taken,
} from '../runbook/parameters.ts'
import type { Parameter, Runbook } from '../runbook/runbook.ts'
import type { Conductor } from './conductor.ts'
import { exitCode } from './exit-code.ts'
import { Refusal } from './refusal.ts'

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
  /** Called when all values are known again after the operator has changed one. */
  readonly changed: () => void
}

interface Found {
  readonly value: string
  /** In words. */
  readonly source: string
}

/** What stands in place of a value when the operator has changed one that it may be made from. */
const overtaken = Symbol('overtaken')

/**
 * Brings every parameter to a value and records each. Values that the record holds already are kept as they are. An
 * answer to a parameter that has its value changes it, as long as the run has not begun: what is made from it is
 * withdrawn, on record, and found anew. Rejects with a Refusal when a value can't be had; later, when one can't be had
 * any more, the operator is told, and the run can't begin.
 */
export function prepare(conductor: Conductor, preparation: Preparation): Promise<void> {
  const { runbook, values, learned, mask } = preparation
  const ordered = orderParameters(runbook)
  const sources = new Map<string, string>()
  /** Those that the operator has set: what they are made from does not change them. */
  const own = new Set(Object.keys(preparation.given))
  const first = Promise.withResolvers<void>()
  let isFirst = true
  let round = Promise.withResolvers<typeof overtaken>()
  let filling: Promise<void> = Promise.resolve()
  /** Changes that wait for their turn: nothing is asked or found out for values that are about to go. */
  let waiting = 0

  /** The first time that all are known whoever opened the run goes on; each later time `again` is called. */
  function finish(again: () => void) {
    if (ordered.some(({ name }) => !values.has(name))) return
    if (!isFirst) return again()
    isFirst = false
    first.resolve()
  }

  conductor.onAnswer((name, text) => {
    const parameter = ordered.find((one) => one.name === name)
    if (parameter === undefined || !values.has(name) || !mayChange(conductor)) return
    const step = { kind: 'ask', question: '', secret: parameter.secret, source: 'answered' } as const
    const took = taken(parameter, step, text)
    if (took.kind === 'value') void change(parameter, took)
  })

  async function change(parameter: Parameter, found: Found): Promise<void> {
    const before = filling
    filling = (async () => {
      waiting += 1
      round.resolve(overtaken)
      await before.catch(() => undefined)
      waiting -= 1
      round = Promise.withResolvers()
      if (waiting > 0) round.resolve(overtaken)
      if (!mayChange(conductor)) return
      for (const name of madeFrom(runbook, parameter.name)) {
        if (own.has(name) || !values.delete(name)) continue
        await conductor.record({ type: 'parameter.withdrawn', data: { name } })
      }
      await keep(parameter, found)
      await fill()
    })()
    try {
      await filling
      finish(preparation.changed)
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      conductor.show({ notices: [...conductor.view().notices, said] })
    }
  }

  /** Until all have their values, or the operator changes one. */
  async function fill(): Promise<void> {
    for (;;) {
      const parameter = ordered.find(({ name }) => !values.has(name))
      if (parameter === undefined) return
      const found = await bring(parameter, conductor, preparation, round.promise)
      if (found === overtaken) return
      // What a resumed run asks again, since its record holds a mask, is on record already.
      await keep(parameter, found, Object.hasOwn(conductor.state().parameters, parameter.name))
    }
  }

  async function keep(parameter: Parameter, { value, source }: Found, isRecorded = false) {
    const { name } = parameter
    const byOperator = source === 'given' || source === 'answered'
    if (byOperator) own.add(name)
    values.set(name, value)
    sources.set(name, source)
    learned(parameter, value)
    const data: Record<string, Json> = { name, value: mask(parameter, value), source }
    if (!isRecorded)
      await conductor.record({ type: 'parameter.set', data }, byOperator ? 'operator' : 'handrail')
    show()
  }

  function show() {
    const parameters = ordered.flatMap((parameter) => {
      const { name } = parameter
      const value = values.get(name)
      if (value === undefined) return []
      return [{ name, value: mask(parameter, value), source: sources.get(name) ?? 'from the record' }]
    })
    conductor.show({ parameters })
  }

  for (const parameter of ordered) {
    const value = values.get(parameter.name)
    if (value !== undefined) learned(parameter, value)
  }
  show()
  filling = fill()
  filling.then(() => finish(() => undefined), first.reject)
  return first.promise
}

function mayChange(conductor: Conductor): boolean {
  return conductor.state().stage.stage === 'preparing'
}

async function bring(
  parameter: Parameter,
  conductor: Conductor,
  { given, environment, values, discover }: Preparation,
  changed: Promise<typeof overtaken>,
): Promise<Found | typeof overtaken> {
  const tried: Tried[] = []
  for (;;) {
    const known = Object.fromEntries(values)
    const step = resolve(parameter, { given, env: environment, known, tried })
    if (step.kind === 'value') return step
    if (step.kind === 'missing') throw new Refusal(`${step.why}. Nothing was run.`, exitCode.usage)
    const outcome =
      step.kind === 'run'
        ? await run(parameter, step, discover, changed)
        : await ask(parameter, step, conductor, changed)
    if (outcome === overtaken || 'value' in outcome) return outcome
    tried.push(outcome)
  }
}

/** Runs to its end whatever changes meanwhile: one process at a time, and none that nobody waits for. */
async function run(
  parameter: Parameter,
  step: Extract<Resolution, { kind: 'run' }>,
  discover: Preparation['discover'],
  changed: Promise<typeof overtaken>,
) {
  const { stdout, failure } = await discover(parameter.name, step.command)
  if ((await Promise.race([changed, undefined])) === overtaken) return overtaken
  if (failure !== undefined) return { kind: 'command', why: failure, refused: false } as const
  return taken(parameter, step, stdout)
}

async function ask(
  parameter: Parameter,
  step: Extract<Resolution, { kind: 'ask' }>,
  conductor: Conductor,
  changed: Promise<typeof overtaken>,
) {
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
    const came = await Promise.race([changed, answer.promise])
    return came === overtaken ? overtaken : taken(parameter, step, came)
  } finally {
    unlisten()
    conductor.show({ question: undefined })
  }
}
