/** The words that the plain front end says for states, effects and outcomes. */

import type { Outcome } from '../../machines/events.ts'
import type { Failure } from '../../machines/state.ts'
import type { Effect, Step } from '../runbook/runbook.ts'
import type { FailureReport } from './session.ts'

export const effectWords: Readonly<Record<Effect, string>> = {
  read: 'reads, changes nothing',
  change: 'changes something, can be taken back',
  destroy: "DESTROYS: can't be taken back",
}

const roleWords: Readonly<Record<Failure['role'], string>> = {
  command: 'its command',
  verify: 'its check',
  undo: 'its undo',
  watch: 'its gate',
  finding: 'its finding',
}

/** How a process ended, as the end of a sentence. */
function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `ended with exit code ${outcome.code}`
    case 'signalled':
      return `was ended by ${outcome.signal}`
    case 'timed-out':
      return 'took longer than its time and was ended'
    case 'cancelled':
      return 'was cancelled'
    case 'not-run':
      return `was not run (${outcome.why})`
    case 'lost':
      return `was lost sight of (${outcome.why})`
  }
}

/** A failure as a sentence without its subject: "its check ended with exit code 1". */
export function failureWords(failure: Failure): string {
  return `${roleWords[failure.role]} ${outcomeWords(failure.outcome)}`
}

/** A duration for people: 0.3 s, 12 s, 2 min 5 s. */
export function durationWords(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A duration for a narrow column: 0.3s, 12s, 2m05s. */
export function shortDuration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`
}

/**
 * What a failure means for the reader at 3 a.m.: what was not changed and what there is to do, from the report of the
 * block where there is one, and what was not done because of it.
 */
export function failureAdvice(
  step: Step,
  failure: Failure,
  report: FailureReport | undefined,
): readonly string[] {
  const after = {
    command: 'The steps after it were not started.',
    verify:
      'Its command ran; what it should have brought about could not be seen. The steps after it were not started.',
    finding: 'What was done before stands as it is.',
    watch: 'What was done before the gate stands as it is. The steps after it were not started.',
    undo: 'This step is not taken back; those before it in the runbook have not been touched by the rollback yet.',
  }[failure.role]
  const effect =
    step.effect === 'read' || failure.role === 'undo'
      ? []
      : ['It may have taken effect in part: read its output below before you choose.']
  return report === undefined ? [after, ...effect] : [report.unchanged, report.now, after]
}

/** How a run ended, as a sentence without its subject. */
export const endingWords = {
  done: 'done: every step passed or was skipped',
  'rolled-back': 'rolled back: what had been done was taken back',
  stopped: 'stopped: the rest was not carried out',
  'rollback-failed': 'ROLLBACK FAILED: not everything was taken back; look at the steps above',
} as const
