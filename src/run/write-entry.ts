/** Puts entries into the journal: masked, timed, signed with who brought them about. */
import type { Journal } from '../journal/journal.ts'
import type { JournalRecord } from '../journal/record.ts'
import { type Redactor, redactData } from '../journal/redact.ts'
import type { Entry } from './permitted.ts'

/** What names a place in the runbook: never masked, since the fold needs it and no secret can be in it. */
const structural: ReadonlySet<string> = new Set(['step', 'role', 'attempt', 'item', 'how', 'name', 'outcome'])

export interface Scribe {
  readonly operator: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly redact: () => Redactor
  /** Told of each record that is on disk. */
  readonly written: (record: JournalRecord) => void
}

/** Writes one entry; resolves when it is on disk and rejects with JournalBroken when it can't be. */
export async function writeEntry(
  journal: Journal,
  { type, data }: Entry,
  by: 'operator' | 'handrail',
  { operator, now, redact, written }: Scribe,
): Promise<JournalRecord> {
  const parts = Object.entries(data)
  const kept = Object.fromEntries(parts.filter(([key]) => structural.has(key)))
  const free = Object.fromEntries(parts.filter(([key]) => !structural.has(key)))
  const record = await journal.append({
    at: new Date(now()).toISOString(),
    by: by === 'operator' ? operator : 'handrail',
    type,
    data: { ...redactData(free, redact()), ...kept },
  })
  written(record)
  return record
}
