/** Records of the journal, read back as what the machine knows: the border where they are parsed once. */
import { z } from 'zod'
import type { RunEvent } from '../../machines/events.ts'
import type { JournalRecord } from '../journal/record.ts'

const how = z.enum(['key', 'flag', 'countdown'])
const role = z.enum(['command', 'verify', 'undo', 'watch', 'finding'])
const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exited'), code: z.number() }),
  z.object({ kind: z.literal('signalled'), signal: z.string() }),
  z.object({ kind: z.literal('timed-out') }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('not-run'), why: z.string() }),
  z.object({ kind: z.literal('lost'), why: z.string() }),
])

const finding = z.object({ text: z.string(), leadsTo: z.string().exactOptional() })

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('parameter.set'), name: z.string(), value: z.string(), source: z.string() }),
  z.object({ type: z.literal('parameter.withdrawn'), name: z.string() }),
  z.object({ type: z.literal('run.begun'), how }),
  z.object({ type: z.literal('item.attested'), step: z.string(), item: z.string(), how }),
  z.object({ type: z.literal('item.withdrawn'), step: z.string(), item: z.string() }),
  z.object({ type: z.literal('step.confirmed'), step: z.string(), how }),
  z.object({ type: z.literal('block.started'), step: z.string(), role, attempt: z.number() }),
  z
    .object({ type: z.literal('block.ended'), step: z.string(), role, attempt: z.number(), outcome })
    .extend({ finding: finding.exactOptional(), says: z.string().exactOptional() }),
  z.object({ type: z.literal('step.retried'), step: z.string(), how }),
  z.object({ type: z.literal('step.skipped'), step: z.string(), reason: z.string() }),
  z.object({ type: z.literal('rollback.chosen'), how, reason: z.string() }),
  z.object({ type: z.literal('emergency.chosen'), runbook: z.string() }),
  z.object({ type: z.literal('lead.followed'), runbook: z.string() }),
  z.object({ type: z.literal('run.stopped'), how, reason: z.string() }),
  z.object({ type: z.literal('run.resumed') }),
])

const eventTypes: ReadonlySet<string> = new Set(event.options.map((option) => option.shape.type.value))

/**
 * The event that a record is to the machine, with the record's own time; undefined for records that are there for
 * the reader alone (a note, an announced command). Throws a ZodError for a record of an event's type in another shape.
 */
export function eventOf(record: JournalRecord): RunEvent | undefined {
  if (!eventTypes.has(record.type)) return undefined
  return { ...event.parse({ ...record.data, type: record.type }), at: Date.parse(record.at) }
}
