/** A conductor on a journal in memory, for tests that need no process, no file and no terminal. */
import { compileRun } from '../../machines/compile.ts'
import type { Outcome } from '../../machines/events.ts'
import type { JournalRecord } from '../../src/journal/record.ts'
import { EMPTY_HEAD, sealRecord } from '../../src/journal/seal.ts'
import { type Conductor, conduct, type StartBlock } from '../../src/run/conductor.ts'
import { foldRecords } from '../../src/run/fold.ts'
import type { Entry } from '../../src/run/permitted.ts'
import { parseRunbook } from '../../src/runbook/parse.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'

/** Parses a runbook that a test wrote; throws with its problems. */
export function runbookOf(source: string): Runbook {
  const parsed = parseRunbook(source, 'test.md')
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.message).join('\n'))
  return parsed.runbook
}

export interface Scene {
  readonly conductor: Conductor
  readonly records: JournalRecord[]
  /** Blocks that were handed out and not yet ended. */
  readonly handedOut: StartBlock[]
  readonly cancels: () => number
  /** Puts the intent and the end of the oldest handed-out block on record. */
  readonly carryOut: (outcome?: Outcome) => Promise<void>
}

/** Takes a run up at the end of `records`, with a clock that goes a second ahead at each record. */
export function setScene(
  runbook: Runbook,
  records: JournalRecord[] = [],
  append?: (entry: Entry) => Promise<void>,
  more: { readonly typedToBegin?: string } = {},
): Scene {
  const handedOut: StartBlock[] = []
  let cancelled = 0
  const machine = compileRun(runbook)
  const fixed = {
    run: 'test',
    runbook,
    mode: 'practice',
    context: 'c',
    namespace: 'n',
    startedAt: 0,
    ...more,
  } as const
  const conductor = conduct(machine, foldRecords(machine, records), fixed, {
    append: async (entry, by) => {
      await append?.(entry)
      const head = records.at(-1) ?? EMPTY_HEAD
      const at = new Date(1_700_000_000_000 + head.seq * 1000).toISOString()
      const record = sealRecord({ seq: head.seq + 1, at, run: 'test', by, ...entry }, head.hash)
      records.push(record)
      return record
    },
    perform: async (deed) => {
      handedOut.push(deed)
    },
    cancel: () => {
      cancelled += 1
    },
  })
  return {
    conductor,
    records,
    handedOut,
    cancels: () => cancelled,
    carryOut: async (outcome = { kind: 'exited', code: 0 }) => {
      const deed = handedOut.shift()
      if (deed === undefined) throw new Error('no block was handed out')
      const { step, role, attempt } = deed
      await conductor.record({ type: 'block.started', data: { step, role, attempt } })
      await conductor.record({ type: 'block.ended', data: { step, role, attempt, outcome: { ...outcome } } })
    },
  }
}
