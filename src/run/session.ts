/** What a front end sees of a run, and what it may say to it. The conductor is one; a test may play another. */
import type { Ending, Mode, Role } from '../../machines/events.ts'
import type { RunState } from '../../machines/state.ts'
import type { Runbook } from '../runbook/runbook.ts'
import type { Who } from './who.ts'

export interface OutputLine {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
  /** The line has no end yet, as a prompt has none; more of it may come. */
  readonly unfinished?: true
}

/** What the blocks of a step have printed, since its command or its undo began. */
export interface BlockOutput {
  readonly step: string
  /** The block that printed last. */
  readonly role: Role
  /** The newest lines, bounded; cleaned of control sequences and masked. */
  readonly lines: readonly OutputLine[]
  /** Lines printed before the ones kept here. */
  readonly dropped: number
}

/** A failed block in sentences: what happened, where, what was not changed by it, what to do now. */
export interface FailureReport {
  readonly what: string
  readonly where: string
  readonly unchanged: string
  readonly now: string
}

export interface ParameterView {
  readonly name: string
  /** Masked where the parameter is secret. */
  readonly value: string
  /** In words: "given", "default", "from kubectl get service …". */
  readonly source: string
}

/** A parameter that the operator has to give before the run can begin. */
export interface Question {
  readonly name: string
  readonly question: string
  readonly example?: string
  readonly oneOf?: readonly string[]
  readonly secret: boolean
  /** What an empty answer means. */
  readonly offered?: string
  /** Why the last answer was refused. */
  readonly refused?: string
}

/** What the run will change, as the runbook's plan tells it before it begins. */
export type Plan =
  | { readonly kind: 'asking' }
  | { readonly kind: 'told'; readonly lines: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string }

export interface Countdown {
  readonly step: string
  readonly until: number
}

export interface RunView {
  readonly run: string
  readonly runbook: Runbook
  readonly mode: Mode
  readonly context: string
  readonly namespace: string
  readonly startedAt: number
  /** The run's practice world ends with it: whoever leaves can't come back. */
  readonly endsWithWorld?: true
  /** What a key has to type before the run may begin: the name of a production context. */
  readonly typedToBegin?: string
  readonly state: RunState
  readonly parameters: readonly ParameterView[]
  readonly question?: Question
  /** Absent where the runbook names none. */
  readonly plan?: Plan
  readonly output?: BlockOutput
  /** Of the block that ended last, if it failed. */
  readonly report?: FailureReport
  /** A tripped gate takes the run back at that time, in milliseconds since 1970, unless it is held. */
  readonly countdown?: Countdown
  /** Milliseconds that a passed step took, by step id. */
  readonly durations: Readonly<Record<string, number>>
  /** Who led each step. */
  readonly who: Who
  /** Something that the operator must know and that is no step's failure, e.g. "the record can't be shipped". */
  readonly notices: readonly string[]
}

export type Action =
  | { readonly kind: 'answer'; readonly parameter: string; readonly value: string }
  | { readonly kind: 'begin'; readonly typed?: string }
  | { readonly kind: 'attest'; readonly step: string; readonly item: string }
  | { readonly kind: 'withdraw'; readonly step: string; readonly item: string }
  /** `typed` is what a `destroy` step asks to be typed: its step's id. */
  | { readonly kind: 'confirm'; readonly step: string; readonly typed?: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'retry'; readonly step: string }
  | { readonly kind: 'skip'; readonly step: string; readonly reason: string }
  | { readonly kind: 'rollback'; readonly reason: string }
  /** Ends the countdown of a tripped gate: the operator decides. */
  | { readonly kind: 'hold'; readonly step: string }
  /** While a block runs it is cancelled first. */
  | { readonly kind: 'emergency' }
  /** Opens the runbook that a finding leads to. */
  | { readonly kind: 'lead'; readonly runbook: string }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'note'; readonly text: string }

export interface RunSession {
  /** The same object until something changed: safe for `useSyncExternalStore`. */
  readonly view: () => RunView
  readonly subscribe: (listener: () => void) => () => void
  /** Never throws; an action that the present state does not offer is ignored. */
  readonly act: (action: Action) => void
  readonly ended: Promise<Ending>
}
