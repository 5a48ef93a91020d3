/** The first record of a run: what it was opened on, all that a resume needs beside the events. */
import { z } from 'zod'
import type { JournalRecord } from '../journal/record.ts'

const opening = z.object({
  handrail: z.string(),
  mode: z.enum(['live', 'practice', 'dry-run']),
  runbook: z.object({ name: z.string(), file: z.string(), sha256: z.string(), source: z.string() }),
  /** Where blocks run that name no folder of their own. */
  cwd: z.string(),
  /** The one cluster that the run is pinned to; empty where none is configured. */
  context: z.string(),
  server: z.string(),
  namespace: z.string(),
})

export type Opening = z.infer<typeof opening>

/** Parses a run's first record; throws an Error that names the run when it is not an opening. */
export function openingOf(record: JournalRecord | undefined): Opening {
  if (record?.type !== 'run.opened') throw new Error('the journal does not begin with the opening of a run')
  return opening.parse(record.data)
}
