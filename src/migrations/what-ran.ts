/** The table of what ran, read and written through one session. */
import { z } from 'zod'
import type { Migration, Phase } from './file.ts'
import {
  allRan,
  createTable,
  deleteStarted,
  findTable,
  insertFinished,
  insertStarted,
  setFinished,
} from './sql/what-ran.sql.ts'

/** Runs one statement and gives its rows. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly unknown[]>

export interface Ran {
  readonly name: string
  readonly phase: Phase
  readonly checksum: string
  readonly startedAt: Date
  /** Missing for one without a transaction that has not ended well. */
  readonly finishedAt: Date | undefined
  readonly by: string
  /** Why it ran although nobody had shown that the traffic has left the old code. */
  readonly trafficHasLeft: string | undefined
}

const found = z.tuple([z.object({ found: z.boolean() })])

const rows = z.array(
  z
    .object({
      name: z.string(),
      phase: z.enum(['expand', 'contract']),
      checksum: z.string(),
      started_at: z.date(),
      finished_at: z.date().nullable(),
      run_by: z.string(),
      traffic_has_left: z.string().nullable(),
    })
    .transform((row) => ({
      name: row.name,
      phase: row.phase,
      checksum: row.checksum,
      startedAt: row.started_at,
      finishedAt: row.finished_at ?? undefined,
      by: row.run_by,
      trafficHasLeft: row.traffic_has_left ?? undefined,
    })),
)

/** What ran in this database; nothing where the table was never made. Only reads. */
export async function readRan(query: Query): Promise<readonly Ran[]> {
  const [{ found: isThere }] = found.parse(await query(findTable))
  return isThere ? rows.parse(await query(allRan)) : []
}

export async function makeTable(query: Query): Promise<void> {
  const [{ found: isThere }] = found.parse(await query(findTable))
  if (!isThere) await query(createTable)
}

export interface Attribution {
  readonly by: string
  readonly trafficHasLeft?: string | undefined
}

const values = ({ name, phase, checksum }: Migration, { by, trafficHasLeft }: Attribution) => [
  name,
  phase,
  checksum,
  by,
  trafficHasLeft ?? null,
]

export const recordFinished = (query: Query, migration: Migration, who: Attribution) =>
  query(insertFinished, values(migration, who))

export const recordStarted = (query: Query, migration: Migration, who: Attribution) =>
  query(insertStarted, values(migration, who))

export const finishStarted = (query: Query, { name }: Migration) => query(setFinished, [name])

export const forgetStarted = (query: Query, { name }: Migration) => query(deleteStarted, [name])
