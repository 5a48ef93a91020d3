/** What becomes of a step, and of the run's facts with it: each function gives the part of the context that changes. */
import type { GateRule } from '../src/runbook/runbook.ts'
import { attemptAt, type RunContext, stepStateOf, trackOf } from './context.ts'
import type { Outcome, Role, RunEvent } from './events.ts'
import type { Sample, Verdict } from './gate.ts'
import { gateVerdict } from './gate.ts'
import type { StepState } from './state.ts'

type Change = Partial<RunContext>

/** The facts that a step requires and that don't hold. */
export function missingFacts(context: RunContext, requires: readonly string[]): readonly string[] {
  return requires.filter((fact) => !context.facts.includes(fact))
}

export function blocked(context: RunContext, step: string, requires: readonly string[]): Change {
  return become(context, step, { status: 'blocked', missing: missingFacts(context, requires) })
}

export function standing(context: RunContext, step: string, status: 'ready' | 'confirming'): Change {
  return become(context, step, { status })
}

export function attested(context: RunContext, event: RunEvent): Change {
  if (event.type !== 'item.attested') return {}
  const items = itemsOf(context, event.step)
  if (items.includes(event.item)) return {}
  return { attested: { ...context.attested, [event.step]: [...items, event.item] } }
}

export function withdrawn(context: RunContext, event: RunEvent): Change {
  if (event.type !== 'item.withdrawn') return {}
  const items = itemsOf(context, event.step).filter((item) => item !== event.item)
  return { attested: { ...context.attested, [event.step]: items } }
}

/** Item ids of a step that are attested now. */
export function itemsOf(context: RunContext, step: string): readonly string[] {
  return context.attested[step] ?? []
}

export function running(context: RunContext, step: string, since: number): Change {
  const attempt = trackOf(context, step).taken.command + 1
  return become(context, step, { status: 'running', since, attempt })
}

export function verifying(context: RunContext, step: string, since: number): Change {
  return become(context, step, { status: 'verifying', since, attempt: attemptAt(context, step), tries: 1 })
}

/** One more poll of a step that is being verified. */
export function polledAgain(context: RunContext, step: string): Change {
  const state = stepStateOf(context, step)
  return state.status === 'verifying' ? become(context, step, { ...state, tries: state.tries + 1 }) : {}
}

export function watching(context: RunContext, step: string, since: number): Change {
  return become(context, step, { status: 'watching', since, attempt: attemptAt(context, step), samples: [] })
}

/** One more sample of a step whose gate is open. */
export function sampled(context: RunContext, step: string, sample: Sample): Change {
  const state = stepStateOf(context, step)
  if (state.status !== 'watching') return {}
  return become(context, step, { ...state, samples: [...state.samples, sample] })
}

/** What a step's gate would say with one more sample. */
export function verdictWith(context: RunContext, step: string, rule: GateRule, sample: Sample): Verdict {
  const state = stepStateOf(context, step)
  if (state.status !== 'watching') return 'goes on'
  return gateVerdict(rule, state.since, [...state.samples, sample])
}

export function finding(context: RunContext, step: string, since: number): Change {
  return become(context, step, { status: 'finding', since, attempt: attemptAt(context, step) })
}

export function found(context: RunContext, step: string, at: number): Change {
  return become(context, step, { status: 'found', at, attempt: attemptAt(context, step) })
}

/** What a look has found takes the place of what an earlier one did; one that finds nothing leaves nothing. */
export function foundThat(context: RunContext, event: RunEvent): Change {
  if (event.type !== 'block.ended' || event.role !== 'finding') return {}
  const { [event.step]: _before, ...others } = context.findings
  const { finding: words } = event
  return { findings: words === undefined ? others : { ...others, [event.step]: words } }
}

/** The command has ended well: from now on a retry looks whether it still has to be run. */
export function succeeded(context: RunContext, step: string): Change {
  return { tracks: { ...context.tracks, [step]: { ...trackOf(context, step), succeeded: true } } }
}

export interface Passing {
  readonly step: string
  readonly provides: readonly string[]
  readonly revokes: readonly string[]
}

export function passed(context: RunContext, { step, provides, revokes }: Passing, at: number): Change {
  const kept = context.facts.filter((fact) => !revokes.includes(fact))
  return {
    ...become(context, step, { status: 'passed', at, attempt: attemptAt(context, step) }),
    facts: [...new Set([...kept, ...provides])],
    tracks: { ...context.tracks, [step]: { ...trackOf(context, step), touched: true } },
  }
}

export function failed(context: RunContext, step: string, role: Role, outcome: Outcome, at: number): Change {
  const failure = { role, outcome }
  return become(context, step, { status: 'failed', at, attempt: attemptAt(context, step), failure })
}

export function unknown(
  context: RunContext,
  step: string,
  role: Exclude<Role, 'undo' | 'finding'>,
  at: number,
): Change {
  return become(context, step, { status: 'unknown', at, attempt: attemptAt(context, step), role })
}

export function skipped(context: RunContext, event: RunEvent): Change {
  if (event.type !== 'step.skipped') return {}
  return become(context, event.step, { status: 'skipped', at: event.at, reason: event.reason })
}

/** The step at which a rollback was chosen waits again, unless the rollback that begins takes it back as the first. */
export function turnedBack(context: RunContext, step: string): Change {
  return become(context, step, { status: 'waiting' })
}

export function undoing(context: RunContext, step: string, since: number): Change {
  const attempt = trackOf(context, step).taken.undo + 1
  return become(context, step, { status: 'undoing', since, attempt })
}

/** What an undone step provided no longer holds; what it revoked isn't known to hold again. */
export function undone(context: RunContext, step: string, provides: readonly string[], at: number): Change {
  return {
    ...become(context, step, { status: 'undone', at }),
    facts: context.facts.filter((fact) => !provides.includes(fact)),
  }
}

export function left(context: RunContext, step: string, at: number): Change {
  return become(context, step, { status: 'left', at })
}

export function undoFailed(context: RunContext, step: string, outcome: Outcome, at: number): Change {
  const attempt = trackOf(context, step).taken.undo
  return become(context, step, { status: 'undo-failed', at, attempt, failure: { role: 'undo', outcome } })
}

export function undoUnknown(context: RunContext, step: string, at: number): Change {
  return become(context, step, { status: 'undo-unknown', at, attempt: trackOf(context, step).taken.undo })
}

function become(context: RunContext, step: string, state: StepState): Pick<RunContext, 'steps'> {
  return { steps: { ...context.steps, [step]: state } }
}
