/**
 * Everything that can happen to a run. Each event is a record of the journal before the machine sees it,
 * so whatever differs between two runs is here: the time, the operator's keys, what a process answered.
 */

export type Mode = 'live' | 'practice' | 'dry-run'

/** How a decision came in: by a key pressed now, by a flag given beforehand, or by a tripped gate's countdown. */
export type How = 'key' | 'flag' | 'countdown'

/** Which block of a step runs. */
export type Role = 'command' | 'verify' | 'undo' | 'watch' | 'finding'

/** What a look has found, in words, and the runbook that it leads to, if any. */
export interface Finding {
  readonly text: string
  readonly leadsTo?: string
}

/** How a block's process ended. `lost`: it could not be started or its end was not seen. */
export type Outcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'not-run'; readonly why: string }
  | { readonly kind: 'lost'; readonly why: string }

interface At {
  /** Milliseconds since 1970, from the shell around the machine. */
  readonly at: number
}

export type RunEvent =
  | (At & {
      readonly type: 'parameter.set'
      readonly name: string
      readonly value: string
      readonly source: string
    })
  /** Before the run begins: another value was set that this one is made from, so it has to be found anew. */
  | (At & { readonly type: 'parameter.withdrawn'; readonly name: string })
  | (At & { readonly type: 'run.begun'; readonly how: How })
  | (At & { readonly type: 'item.attested'; readonly step: string; readonly item: string; readonly how: How })
  | (At & { readonly type: 'item.withdrawn'; readonly step: string; readonly item: string })
  | (At & { readonly type: 'step.confirmed'; readonly step: string; readonly how: How })
  | (At & {
      readonly type: 'block.started'
      readonly step: string
      readonly role: Role
      readonly attempt: number
    })
  | (At & {
      readonly type: 'block.ended'
      readonly step: string
      readonly role: Role
      readonly attempt: number
      readonly outcome: Outcome
      /** Of a finding block that found something. */
      readonly finding?: Finding
      /** Of a gate's sample: what it printed, in a line. */
      readonly says?: string
    })
  | (At & { readonly type: 'step.retried'; readonly step: string; readonly how: How })
  | (At & { readonly type: 'step.skipped'; readonly step: string; readonly reason: string })
  | (At & { readonly type: 'rollback.chosen'; readonly how: How; readonly reason: string })
  | (At & { readonly type: 'emergency.chosen'; readonly runbook: string })
  | (At & { readonly type: 'lead.followed'; readonly runbook: string })
  | (At & { readonly type: 'run.stopped'; readonly how: How; readonly reason: string })
  | (At & { readonly type: 'run.resumed' })

/** What the machine hands out to be done; nothing in machines/ does it. */
export type Deed =
  | {
      readonly type: 'startBlock'
      readonly step: string
      readonly role: Role
      /** Counts from 1 for each role of each step: no two processes of a run share step, role and attempt. */
      readonly attempt: number
      /** Milliseconds to wait before starting: the pause between two polls or two samples. */
      readonly delayMs: number
    }
  | { readonly type: 'openRunbook'; readonly runbook: string }

export type Ending = 'done' | 'rolled-back' | 'stopped' | 'rollback-failed'
