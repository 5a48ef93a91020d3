/** Records and entries for tests. */
import fc from 'fast-check'
import type { Entry } from '../../src/journal/journal.ts'
import { createJournal } from '../../src/journal/journal.ts'
import type { JournalRecord, Json } from '../../src/journal/record.ts'
import { NOTHING_BEFORE, sealRecord } from '../../src/journal/seal.ts'

export const RUN = '2026-11-23-0714-deploy-k3f9'
export const AT = '2026-11-23T07:14:00.000Z'

export function entry(type: string, data: Entry['data'] = {}): Entry {
  return { at: AT, by: 'Mara', type, data }
}

/** A sound chain of that many records, with text that takes more than one byte a character. */
export function chain(length: number): JournalRecord[] {
  const records: JournalRecord[] = []
  let prev = NOTHING_BEFORE
  for (let seq = 1; seq <= length; seq += 1) {
    const data = { step: `step-${seq}`, note: 'größer ✓ \ufffd 🚑', attempt: seq }
    const record = sealRecord({ seq, at: AT, run: RUN, by: 'Mara', type: 'note', data }, prev)
    records.push(record)
    prev = record.hash
  }
  return records
}

/** A run's directory with a journal of those entries. */
export async function journalOf(
  directory: string,
  entries: readonly Entry[],
): Promise<readonly JournalRecord[]> {
  const journal = await createJournal(directory, { run: RUN })
  const records = await Promise.all(entries.map(journal.append))
  await journal.close()
  return records
}

export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('__proto__')), tie('json'), {
      maxKeys: 4,
    }),
  ),
})).json

export const anyData: fc.Arbitrary<{ readonly [key: string]: Json }> = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constant('__proto__')),
  anyJson,
  { maxKeys: 5 },
)

/** The seed of this run of the tests, for everything random in them: HANDRAIL_SEED repeats one. */
export const seed = Number(process.env.HANDRAIL_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Numbers from 0 up to 1 that follow from the seed (a linear congruential generator; good enough to choose moments). */
export function randomFrom(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
