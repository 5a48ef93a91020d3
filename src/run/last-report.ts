/** The report of the block that ended last, read back from the record for a run that is resumed. */
import { z } from 'zod'
import type { JournalRecord } from '../journal/record.ts'
import type { FailureReport } from './session.ts'

const ended = z.object({
  report: z
    .object({ what: z.string(), where: z.string(), unchanged: z.string(), now: z.string() })
    .optional(),
})

/** Undefined where no block has ended yet, or the last one did its work. */
export function lastReport(records: readonly JournalRecord[]): FailureReport | undefined {
  const last = records.findLast(({ type }) => type === 'block.ended')
  return last === undefined ? undefined : ended.parse(last.data).report
}
