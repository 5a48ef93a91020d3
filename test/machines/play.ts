/** Plays a run by hand: says what the operator decides and what processes answer, and shows what comes of it. */
import { compileRun } from '../../machines/compile.ts'
import type { Deed, Outcome, RunEvent } from '../../machines/events.ts'
import type { RunState, StepState } from '../../machines/state.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'

/** An event whose time the play's own clock gives. */
export type Said = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'at'> : never) : never

export interface Play {
  readonly state: () => RunState
  readonly step: (id: string) => StepState
  readonly status: (id: string) => StepState['status']
  /** What the last event made the machine hand out. */
  readonly deeds: () => readonly Deed[]
  /** In words, e.g. `ship command 1` or `ship verify 2 after 1000 ms`. */
  readonly handedOut: () => readonly string[]
  readonly now: () => number
  readonly wait: (ms: number) => Play
  readonly say: (event: Said) => Play
  readonly begin: () => Play
  readonly attest: (step: string, item: string) => Play
  readonly confirm: (step: string) => Play
  readonly retry: (step: string) => Play
  readonly skip: (step: string) => Play
  readonly rollBack: () => Play
  readonly stop: () => Play
  readonly resume: () => Play
  /** The block that was handed out last starts, or ends. */
  readonly starts: () => Play
  readonly ends: (outcome: Outcome | number) => Play
  /** It starts, and ends so many milliseconds later with this code. */
  readonly exits: (code: number, afterMs?: number) => Play
  /** Everything that was said so far. */
  readonly events: () => readonly RunEvent[]
}

/** A run of a runbook that has not begun, at second 1000 of the play's clock. */
export function play(runbook: Runbook): Play {
  const machine = compileRun(runbook)
  let [snapshot, deeds] = machine.start()
  let awaited: Extract<Deed, { type: 'startBlock' }> | undefined
  let at = 1_000_000
  const events: RunEvent[] = []

  function say(event: Said): Play {
    const dated: RunEvent = { ...event, at }
    events.push(dated)
    const [after, handedOut] = machine.next(snapshot, dated)
    snapshot = after
    deeds = handedOut
    awaited = handedOut.find((deed) => deed.type === 'startBlock') ?? awaited
    return played
  }

  function pending() {
    if (awaited === undefined) throw new Error('no block was handed out')
    const { step, role, attempt } = awaited
    return { step, role, attempt }
  }

  const state = () => machine.state(snapshot)
  const step = (id: string): StepState => {
    const found = state().steps[id]
    if (found === undefined) throw new Error(`there is no step ${id}`)
    return found
  }
  const played: Play = {
    state,
    step,
    status: (id) => step(id).status,
    deeds: () => deeds,
    handedOut: () => deeds.map(inWords),
    now: () => at,
    wait: (ms) => {
      at += ms
      return played
    },
    say,
    begin: () => say({ type: 'run.begun', how: 'key' }),
    attest: (id, item) => say({ type: 'item.attested', step: id, item, how: 'key' }),
    confirm: (id) => say({ type: 'step.confirmed', step: id, how: 'key' }),
    retry: (id) => say({ type: 'step.retried', step: id, how: 'key' }),
    skip: (id) => say({ type: 'step.skipped', step: id, reason: 'seen to by hand' }),
    rollBack: () => say({ type: 'rollback.chosen', how: 'key', reason: 'errors rise' }),
    stop: () => say({ type: 'run.stopped', how: 'key', reason: 'enough for tonight' }),
    resume: () => say({ type: 'run.resumed' }),
    starts: () => say({ type: 'block.started', ...pending() }),
    ends: (outcome) =>
      say({
        type: 'block.ended',
        ...pending(),
        outcome: typeof outcome === 'number' ? { kind: 'exited', code: outcome } : outcome,
      }),
    exits: (code, afterMs = 0) => played.starts().wait(afterMs).ends(code),
    events: () => events,
  }
  return played
}

function inWords(deed: Deed): string {
  if (deed.type === 'openRunbook') return `open ${deed.runbook}`
  const pause = deed.delayMs === 0 ? '' : ` after ${deed.delayMs} ms`
  return `${deed.step} ${deed.role} ${deed.attempt}${pause}`
}
