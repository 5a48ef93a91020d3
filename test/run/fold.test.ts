/** A run is the fold of its journal: whatever happened, reading the journal back gives the state that the live run had. */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { compileRun } from '../../machines/compile.ts'
import type { RunEvent } from '../../machines/events.ts'
import type { JournalRecord, Json } from '../../src/journal/record.ts'
import { EMPTY_HEAD, lineOf, parseLine, sealRecord } from '../../src/journal/seal.ts'
import { foldRecords } from '../../src/run/fold.ts'
import { arbitraryJunkedRun, arbitraryRun, seed } from '../machines/arbitrary.ts'

beforeAll(() => {
  process.stdout.write(`seed ${seed}\n`)
})

/** The journal of the events, as lines on disk; notes and announced commands stand between them. */
function journalOf(events: readonly RunEvent[]): readonly JournalRecord[] {
  const lines: (string | Buffer)[] = []
  let head = EMPTY_HEAD
  const write = (type: string, at: number, data: { readonly [key: string]: Json }) => {
    const record = sealRecord(
      { seq: head.seq + 1, at: new Date(at).toISOString(), run: 'fold', by: 'tess', type, data },
      head.hash,
    )
    head = { seq: record.seq, hash: record.hash }
    lines.push(lineOf(record))
  }
  for (const event of events) {
    const { type, at, ...data } = event
    write(type, at, JSON.parse(JSON.stringify(data)))
    write('note.added', at, { text: `after ${type}` })
  }
  return lines.map((line, index) => {
    const text = Buffer.from(line)
    const parsed = parseLine(text.at(-1) === 10 ? text.subarray(0, -1) : text, index + 1)
    if (!parsed.ok) throw new Error(parsed.problem.message)
    return parsed.record
  })
}

test('folding the journal of any run gives the state that the live run had', () => {
  fc.assert(
    fc.property(arbitraryRun, ({ runbook, events, end }) => {
      const machine = compileRun(runbook)
      expect(machine.state(foldRecords(machine, journalOf(events)).snapshot)).toEqual(end.state)
    }),
    { seed, numRuns: 200 },
  )
})

test('folding gives the same state also where events came that the run did not expect', () => {
  fc.assert(
    fc.property(arbitraryJunkedRun, ({ runbook, events }) => {
      const machine = compileRun(runbook)
      let [snapshot] = machine.start()
      for (const event of events) [snapshot] = machine.next(snapshot, event)
      expect(machine.state(foldRecords(machine, journalOf(events)).snapshot)).toEqual(machine.state(snapshot))
    }),
    { seed, numRuns: 200 },
  )
})

test('a journal that was cut anywhere folds to where the run stood then', () => {
  fc.assert(
    fc.property(arbitraryRun, fc.nat(), ({ runbook, events }, cut) => {
      const machine = compileRun(runbook)
      const kept = events.slice(0, cut % (events.length + 1))
      let [snapshot] = machine.start()
      for (const event of kept) [snapshot] = machine.next(snapshot, event)
      expect(machine.state(foldRecords(machine, journalOf(kept)).snapshot)).toEqual(machine.state(snapshot))
    }),
    { seed, numRuns: 100 },
  )
})
