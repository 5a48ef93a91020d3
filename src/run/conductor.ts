/**
 * The conductor joins the rooms: what happens becomes a record, the record an event, the event the next state and
 * deeds, the deeds more happenings. It decides nothing itself; read it first.
 */
import type { Deed, Ending, How, RunEvent } from '../../machines/events.ts'
import type { RunMachine, RunState } from '../../machines/state.ts'
import type { JournalRecord } from '../journal/record.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { eventOf } from './events.ts'
import { type Entry, entryFor } from './permitted.ts'
import type {
  Action,
  BlockOutput,
  Countdown,
  FailureReport,
  Plan,
  Question,
  RunSession,
  RunView,
} from './session.ts'
import { type Times, timesAfter } from './times.ts'
import { type Who, whoAfter } from './who.ts'

/** Where the conductor stands when it takes a run up: after a fresh start, or after folding a journal. */
export interface Position<Snapshot> {
  readonly snapshot: Snapshot
  readonly times: Times
  readonly who: Who
}

export interface Ports {
  /** Seals and stores an entry; resolves when it is on disk. */
  readonly append: (entry: Entry, by: 'operator' | 'handrail') => Promise<JournalRecord>
  /** Carries out a block and reports through `append`ed entries and output; resolves when its end is on record. */
  readonly perform: (deed: StartBlock, conductor: Conductor) => Promise<void>
  /** Cancels the block that runs now, if one does. */
  readonly cancel: () => void
}

export type StartBlock = Extract<Deed, { type: 'startBlock' }>

/** What never changes while the run lasts. */
export interface Fixed {
  readonly run: string
  readonly runbook: Runbook
  readonly mode: RunView['mode']
  readonly context: string
  readonly namespace: string
  readonly startedAt: number
  readonly endsWithWorld?: true
  readonly typedToBegin?: string
}

export interface Conductor extends RunSession {
  /** Records an entry and lets the machine take it in; rejects only when the record can't be written. */
  readonly record: (entry: Entry, by?: 'operator' | 'handrail') => Promise<JournalRecord>
  /** Like `act`, saying how the decision came in; resolves when it is on record or was refused. */
  readonly decide: (action: Action, how: How) => Promise<void>
  readonly state: () => RunState
  /** Shows something that no record holds: output, a question, a notice. */
  readonly show: (change: Partial<Shown>) => void
  /** Registers who answers questions about parameters; returns the way to unregister. */
  readonly onAnswer: (listener: (parameter: string, value: string) => void) => () => void
  /** The runbook that the operator went over to when this run ended: the emergency one, or where a finding led. */
  readonly opens: () => string | undefined
  /** The error that stopped everything, when the record could not be written. */
  readonly broken: Promise<Error>
}

/** What the screen shows beside the fold: it may be lost with the process, and nothing depends on it. */
interface Shown {
  readonly parameters: RunView['parameters']
  readonly question: Question | undefined
  readonly output: BlockOutput | undefined
  readonly report: FailureReport | undefined
  readonly countdown: Countdown | undefined
  readonly plan: Plan | undefined
  readonly notices: readonly string[]
}

/** Takes a run up at a position and drives it by what `act`, `decide` and the ports' happenings bring. */
export function conduct<Snapshot>(
  machine: RunMachine<Snapshot>,
  position: Position<Snapshot>,
  fixed: Fixed,
  ports: Ports,
): Conductor {
  let { snapshot, times, who } = position
  let state = machine.state(snapshot)
  let shown: Shown = {
    parameters: [],
    question: undefined,
    output: undefined,
    report: undefined,
    countdown: undefined,
    plan: undefined,
    notices: [],
  }
  let view = assemble(fixed, state, shown, { times, who })
  const listeners = new Set<() => void>()
  const answerers = new Set<(parameter: string, value: string) => void>()
  const ended = Promise.withResolvers<Ending>()
  const broken = Promise.withResolvers<Error>()
  let line: Promise<unknown> = Promise.resolve()
  let sealed = false
  let opens: string | undefined
  /** The panic key was pressed while a block ran: it is cancelled, and then the run goes over. */
  let wanted: { readonly action: Action; readonly how: How } | undefined

  /** One thing at a time: what is decided on a state is on record before the next is decided. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = line.then(work)
    line = done.catch(() => undefined)
    return done
  }

  function publish() {
    view = assemble(fixed, state, shown, { times, who })
    for (const listener of listeners) listener()
  }

  function take(event: RunEvent, by: string) {
    const [next, deeds] = machine.next(snapshot, event)
    snapshot = next
    state = machine.state(next)
    times = timesAfter(times, event, state)
    who = whoAfter(who, event, by)
    publish()
    if (wanted !== undefined && state.choices.includes('emergency')) {
      const { action, how } = wanted
      wanted = undefined
      conductor.decide(action, how).catch(fail)
    }
    for (const deed of deeds) {
      if (deed.type === 'startBlock') ports.perform(deed, conductor).catch(fail)
      else opens = deed.runbook
    }
  }

  async function store(entry: Entry, by: 'operator' | 'handrail'): Promise<JournalRecord> {
    const record = await ports.append(entry, by)
    const event = eventOf(record)
    if (event !== undefined) take(event, record.by)
    await sealAtEnd()
    return record
  }

  /** The last record seals the journal: whoever verifies it later sees that nothing is missing at its end. */
  async function sealAtEnd() {
    if (state.stage.stage !== 'ended' || sealed) return
    sealed = true
    const { ending } = state.stage
    await ports.append({ type: 'run.ended', data: { ending } }, 'handrail')
    ended.resolve(ending)
  }

  /** Without a record nothing may go on: the running block is cancelled and whoever waits is told. */
  function fail(error: unknown) {
    ports.cancel()
    broken.resolve(error instanceof Error ? error : new Error(String(error)))
  }

  const conductor: Conductor = {
    view: () => view,
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    act: (action) => {
      conductor.decide(action, 'key').catch(fail)
    },
    decide: async (action, how) => {
      if (action.kind === 'cancel') return ports.cancel()
      if (action.kind === 'emergency' && isBusy(state)) {
        wanted = { action, how }
        return ports.cancel()
      }
      if (action.kind === 'answer') {
        for (const answer of answerers) answer(action.parameter, action.value)
        return
      }
      // The countdown ends with the key, however long the record takes.
      if (action.kind === 'hold') conductor.show({ countdown: undefined })
      await inOrder(async () => {
        const entry = entryFor(action, state, fixed, how)
        if (entry !== undefined) await store(entry, how === 'countdown' ? 'handrail' : 'operator')
      })
    },
    record: (entry, by = 'handrail') => inOrder(() => store(entry, by)),
    show: (change) => {
      shown = { ...shown, ...change }
      publish()
    },
    onAnswer: (listener) => {
      answerers.add(listener)
      return () => answerers.delete(listener)
    },
    opens: () => opens,
    ended: ended.promise,
    broken: broken.promise,
  }
  return conductor
}

/** A block runs, or is about to: then the machine offers nothing that ends the run. */
function isBusy({ stage, choices }: RunState): boolean {
  return stage.stage !== 'ended' && !choices.includes('stop')
}

function assemble(
  fixed: Fixed,
  state: RunState,
  shown: Shown,
  { times, who }: Pick<Position<unknown>, 'times' | 'who'>,
): RunView {
  const { question, output, report, countdown, plan, ...rest } = shown
  return {
    ...fixed,
    ...rest,
    ...(question === undefined ? {} : { question }),
    ...(output === undefined ? {} : { output }),
    ...(report === undefined ? {} : { report }),
    ...(countdown === undefined ? {} : { countdown }),
    ...(plan === undefined ? {} : { plan }),
    state,
    durations: times.durations,
    who,
  }
}
