/** A run with the world around it: what can happen next, crashes included, and what is then. */
import { compileRun } from '../../machines/compile.ts'
import type { Deed, Outcome, RunEvent } from '../../machines/events.ts'
import type { RunSnapshot } from '../../machines/run-state.ts'
import type { Choice, RunMachine, RunState } from '../../machines/state.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'
import type { Said } from './play.ts'

type StartBlock = Extract<Deed, { type: 'startBlock' }>

/** A run at a moment; each move gives a new one. */
export interface Living {
  readonly machine: RunMachine<RunSnapshot>
  readonly runbook: Runbook
  readonly snapshot: RunSnapshot
  readonly state: RunState
  readonly at: number
  /** What the shell around the machine has been told to do and has not finished; a crash loses it. */
  readonly pending: { readonly deed: StartBlock; readonly started: boolean } | undefined
  /** What the last move made the machine hand out. */
  readonly deeds: readonly Deed[]
}

export interface Move {
  /** Milliseconds that go by before it. */
  readonly afterMs: number
  readonly event: Said
  /** The program was killed before: what it was about to do, or waiting for, is lost. */
  readonly crash?: true
}

const SOON = 10
const LATE = 10_000_000

const outcomes: readonly Outcome[] = [
  { kind: 'exited', code: 0 },
  { kind: 'exited', code: 1 },
  { kind: 'signalled', signal: 'SIGTERM' },
  { kind: 'timed-out' },
  { kind: 'cancelled' },
  { kind: 'lost', why: 'its end was not seen' },
]

export function born(runbook: Runbook): Living {
  const machine = compileRun(runbook)
  const [snapshot, deeds] = machine.start()
  const state = machine.state(snapshot)
  return { machine, runbook, snapshot, state, at: 1_000_000, pending: undefined, deeds }
}

/** Everything that can happen to a run at this moment; nothing once it has ended. */
export function movesOf(living: Living): readonly Move[] {
  const { state, pending, runbook } = living
  if (state.stage.stage === 'ended') return []
  const crash: Move = { afterMs: SOON, event: { type: 'run.resumed' }, crash: true }
  if (pending === undefined) {
    const chosen = state.choices.flatMap((choice) => eventsOf(choice, state, runbook))
    const parameters = state.stage.stage === 'preparing' ? missingParameters(runbook, state) : []
    return [...parameters, ...chosen, { type: 'run.resumed' as const }].map((event) => ({
      afterMs: SOON,
      event,
    }))
  }
  const { step, role, attempt, delayMs } = pending.deed
  const ended = (outcome: Outcome, afterMs: number): Move => ({
    afterMs,
    event: { type: 'block.ended', step, role, attempt, outcome },
  })
  if (!pending.started) {
    const started: Move = { afterMs: delayMs, event: { type: 'block.started', step, role, attempt } }
    return [started, ended({ kind: 'not-run', why: 'dry run' }, 0), ended({ kind: 'cancelled' }, 0), crash]
  }
  return [...outcomes.flatMap((outcome) => [ended(outcome, SOON), ended(outcome, LATE)]), crash]
}

/** The run after a move, or after any event that somebody makes up. */
export function after(living: Living, move: Move): Living & { readonly event: RunEvent } {
  const { machine } = living
  const at = living.at + move.afterMs
  const event: RunEvent = { ...move.event, at }
  const [snapshot, deeds] = machine.next(living.snapshot, event)
  const handedOut = deeds.find((deed) => deed.type === 'startBlock')
  const before = move.crash ? undefined : living.pending
  const pending = handedOut === undefined ? carriedOn(before, event) : { deed: handedOut, started: false }
  return { ...living, snapshot, state: machine.state(snapshot), at, pending, deeds, event }
}

/** The events that stand for a choice, for the step at hand. */
export function eventsOf(choice: Choice, state: RunState, runbook: Runbook): readonly Said[] {
  const { stage } = state
  const step = stage.stage === 'walking' || stage.stage === 'rolling-back' ? stage.step : ''
  switch (choice) {
    case 'begin':
      return [{ type: 'run.begun', how: 'key' }]
    case 'attest': {
      const done = state.attested[step] ?? []
      return itemsOf(runbook, step).map((item) =>
        done.includes(item)
          ? { type: 'item.withdrawn', step, item }
          : { type: 'item.attested', step, item, how: 'key' },
      )
    }
    case 'confirm':
      return [{ type: 'step.confirmed', step, how: 'key' }]
    case 'retry':
      return [{ type: 'step.retried', step, how: 'key' }]
    case 'skip':
      return [{ type: 'step.skipped', step, reason: 'seen to by hand' }]
    case 'lead':
      return Object.values(state.findings).flatMap(({ leadsTo }) =>
        leadsTo === undefined ? [] : [{ type: 'lead.followed', runbook: leadsTo }],
      )
    case 'rollback':
      return [{ type: 'rollback.chosen', how: 'key', reason: 'errors rise' }]
    case 'emergency':
      return [{ type: 'emergency.chosen', runbook: runbook.emergency ?? 'none' }]
    case 'stop':
      return [{ type: 'run.stopped', how: 'key', reason: 'enough for tonight' }]
  }
}

function carriedOn(pending: Living['pending'], event: RunEvent): Living['pending'] {
  if (pending === undefined) return undefined
  const { step, role, attempt } = pending.deed
  if (event.type !== 'block.started' && event.type !== 'block.ended') return pending
  if (event.step !== step || event.role !== role || event.attempt !== attempt) return pending
  return event.type === 'block.started' ? { ...pending, started: true } : undefined
}

function missingParameters(runbook: Runbook, state: RunState): readonly Said[] {
  return runbook.parameters
    .filter(({ name }) => !Object.hasOwn(state.parameters, name))
    .map(({ name }) => ({ type: 'parameter.set', name, value: `value of ${name}`, source: 'given' }))
}

function itemsOf(runbook: Runbook, stepId: string): readonly string[] {
  const steps = runbook.phases.flatMap((phase) => phase.steps)
  return steps.find((step) => step.id === stepId)?.checklist.map((item) => item.id) ?? []
}
