/** A run is the fold of its journal: the records, one after the other, through the machine. */
import type { RunMachine } from '../../machines/state.ts'
import type { JournalRecord } from '../journal/record.ts'
import type { Position } from './conductor.ts'
import { eventOf } from './events.ts'
import { noTimes, timesAfter } from './times.ts'
import { nobody, whoAfter } from './who.ts'

/** Where the records lead. The deeds on the way were done, or are handed out again when the run is resumed. */
export function foldRecords<Snapshot>(
  machine: RunMachine<Snapshot>,
  records: readonly JournalRecord[],
): Position<Snapshot> {
  let [snapshot] = machine.start()
  let times = noTimes
  let who = nobody
  for (const record of records) {
    const event = eventOf(record)
    if (event === undefined) continue
    const [next] = machine.next(snapshot, event)
    snapshot = next
    times = timesAfter(times, event, machine.state(next))
    who = whoAfter(who, event, record.by)
  }
  return { snapshot, times, who }
}
