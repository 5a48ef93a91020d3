/** The state of a run as plain data: what screens draw and tests compare. Derived from the machine's snapshot alone. */
import type { Deed, Ending, Finding, Outcome, Role, RunEvent } from './events.ts'
import type { Sample } from './gate.ts'

/** Why a step is not passed: which of its blocks ended badly, and how. */
export interface Failure {
  readonly role: Role
  readonly outcome: Outcome
}

/** In each state `attempt` says which run of the step's command it is about, 1 in a step without one; of an undo, which run of that. */
export type StepState =
  | { readonly status: 'waiting' }
  | { readonly status: 'blocked'; readonly missing: readonly string[] }
  | { readonly status: 'ready' }
  | { readonly status: 'confirming' }
  | { readonly status: 'running'; readonly since: number; readonly attempt: number }
  | { readonly status: 'verifying'; readonly since: number; readonly attempt: number; readonly tries: number }
  | {
      readonly status: 'watching'
      readonly since: number
      readonly attempt: number
      readonly samples: readonly Sample[]
    }
  | { readonly status: 'finding'; readonly since: number; readonly attempt: number }
  /** What was found is there to be read; the run goes on when the operator says so. */
  | { readonly status: 'found'; readonly at: number; readonly attempt: number }
  | { readonly status: 'passed'; readonly at: number; readonly attempt: number }
  | { readonly status: 'failed'; readonly at: number; readonly attempt: number; readonly failure: Failure }
  | {
      readonly status: 'unknown'
      readonly at: number
      readonly attempt: number
      readonly role: 'command' | 'verify' | 'watch'
    }
  | { readonly status: 'skipped'; readonly at: number; readonly reason: string }
  | { readonly status: 'undoing'; readonly since: number; readonly attempt: number }
  | {
      readonly status: 'undo-failed'
      readonly at: number
      readonly attempt: number
      readonly failure: Failure
    }
  | { readonly status: 'undo-unknown'; readonly at: number; readonly attempt: number }
  | { readonly status: 'undone'; readonly at: number }
  /** Was to be undone, but has no undo block (a read, or something that can't be taken back), or its undo was skipped. */
  | { readonly status: 'left'; readonly at: number }

/** What the operator may do now. Each is an event that the machine would accept. */
export type Choice =
  | 'begin'
  | 'attest'
  | 'confirm'
  | 'retry'
  | 'skip'
  | 'rollback'
  | 'emergency'
  | 'lead'
  | 'stop'

export type RunStage =
  | { readonly stage: 'preparing' }
  | { readonly stage: 'walking'; readonly step: string }
  | { readonly stage: 'rolling-back'; readonly step: string }
  | { readonly stage: 'ended'; readonly ending: Ending }

export interface RunState {
  readonly stage: RunStage
  readonly parameters: Readonly<Record<string, string>>
  readonly facts: readonly string[]
  readonly steps: Readonly<Record<string, StepState>>
  /** Item ids attested so far, by step. */
  readonly attested: Readonly<Record<string, readonly string[]>>
  /** What was found so far, by step. */
  readonly findings: Readonly<Record<string, Finding>>
  readonly choices: readonly Choice[]
  /** Ids of the steps that a rollback from here would undo, newest first. */
  readonly wayBack: readonly string[]
  /** The newest step that can't be taken back: the way back ends before it. Absent while there is none. */
  readonly wayBackEnd?: string
  /** Ids of the steps without an undo that a rollback from here would leave as they are, reads among them, newest first. */
  readonly wayBackLeaves: readonly string[]
}

/** A compiled run as the conductor drives it: decide here, do there. */
export interface RunMachine<Snapshot> {
  readonly start: () => readonly [Snapshot, readonly Deed[]]
  /** Total: an event that the present state does not know changes nothing and yields no deed. */
  readonly next: (snapshot: Snapshot, event: RunEvent) => readonly [Snapshot, readonly Deed[]]
  readonly state: (snapshot: Snapshot) => RunState
}
