/** The process that a killed Handrail has left running: found in the record, and ended before the run goes on. */
import { z } from 'zod'
import { processStart } from '../journal/lease.ts'
import type { JournalRecord } from '../journal/record.ts'
import { LIMITS } from '../shell/limits.ts'
import { endGroup } from '../shell/process-group.ts'

const blockProcess = z.object({
  step: z.string(),
  role: z.string(),
  attempt: z.number(),
  pid: z.number(),
  started: z.string(),
})

export type LeftOver = z.infer<typeof blockProcess>

/** The process of the last block, if its end is not on record. */
export function leftOver(records: readonly JournalRecord[]): LeftOver | undefined {
  const last = records.findLast(({ type }) => type === 'block.process' || type === 'block.ended')
  return last?.type === 'block.process' ? blockProcess.parse(last.data) : undefined
}

/**
 * Ends the left-over process with its whole group, if it still lives and is the same one. Its own kubectl and aws were
 * refused from the moment that Handrail was gone. Gives whether there was one to end.
 */
export async function endLeftOver({ pid, started }: LeftOver): Promise<boolean> {
  if (started === '' || (await processStart(pid)) !== started) return false
  await endGroup(pid, [
    { signal: 'SIGINT', waitMs: LIMITS.interruptMs },
    { signal: 'SIGTERM', waitMs: LIMITS.terminateMs },
    { signal: 'SIGKILL', waitMs: LIMITS.killMs },
  ])
  return true
}
