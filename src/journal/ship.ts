/** Ships journals to Postgres: in order, each record once, from the file, in nobody's way. */
import { type Follower, followJournal } from './follow.ts'
import { openRecordsTable, type RecordsTable } from './records-table.ts'
import { listRuns } from './store.ts'

const RETRY = { firstMs: 500, factor: 2, longestMs: 30_000 } as const

export interface ShippingProblem {
  /** `away`: the database can't be reached or refuses; it is tried again. The others end the shipping of this run. */
  readonly kind: 'away' | 'tampering' | 'journal'
  /** For the reader; without any password. */
  readonly message: string
}

export interface ShippingOptions {
  /** HANDRAIL_DATABASE_URL as given. */
  readonly databaseUrl: string
  /** The run's directory. */
  readonly directory: string
  readonly run: string
  /** Called once for a problem, and again only when it became another or shipping went on in between. */
  readonly onProblem: (problem: ShippingProblem) => void
  /** Called when shipping goes on after a problem. */
  readonly onRecovered?: () => void
}

export interface Shipping {
  /** Says that the journal has grown; never waits. */
  readonly notify: () => void
  /**
   * Gives what is left up to `waitMs` to be shipped, then ends. What wasn't is shipped by the next start or by `shipAll`:
   * nothing is lost but time.
   */
  readonly close: (patience: { readonly waitMs: number }) => Promise<{ readonly everything: boolean }>
}

/**
 * Ships a run's journal in the background from where the database left off. Never throws and never holds up the run:
 * while the database is away it tries again, at most every 30 s. Call `close` at the end, since an open connection
 * keeps the process.
 */
export function startShipping(options: ShippingOptions): Shipping {
  const { databaseUrl, directory, run, onProblem, onRecovered } = options
  const follower = followJournal(directory, run)
  const deadline = new AbortController()
  const closing = new AbortController()
  let grown = Promise.withResolvers<void>()
  let everything = false
  let table: RecordsTable | undefined
  let lost = false
  let told: string | undefined

  function tell(problem: ShippingProblem) {
    if (deadline.signal.aborted || told === problem.message) return
    told = problem.message
    onProblem(problem)
  }

  function recovered() {
    if (told === undefined) return
    told = undefined
    onRecovered?.()
  }

  /** Ships what is there. Says whether there is any use in going on; throws when the database fails. */
  async function shipOnce(): Promise<boolean> {
    table ??= await openRecordsTable(databaseUrl, {
      signal: deadline.signal,
      onLost: () => {
        lost = true
        grown.resolve()
      },
    })
    const { problem } = await shipFrom(follower, run, table, deadline.signal)
    if (problem === undefined) return true
    tell(problem)
    return false
  }

  async function work() {
    let retryMs: number = RETRY.firstMs
    while (!deadline.signal.aborted) {
      grown = Promise.withResolvers()
      everything = false
      try {
        if (!(await shipOnce())) return
        everything = !deadline.signal.aborted
        retryMs = RETRY.firstMs
        recovered()
        if (closing.signal.aborted) return
        await grown.promise
        if (lost) await disconnect()
      } catch (error) {
        await disconnect()
        tell({
          kind: 'away',
          message: `The record is not shipped for now: ${messageOf(error)}. It is safe in its file, and the run goes on.`,
        })
        if (closing.signal.aborted) await elapsed(RETRY.firstMs, deadline.signal)
        else await elapsed(retryMs, closing.signal)
        retryMs = Math.min(retryMs * RETRY.factor, RETRY.longestMs)
      }
    }
  }

  async function disconnect() {
    const old = table
    table = undefined
    lost = false
    // The next connection compares from the beginning: nobody knows what of the last batch arrived.
    follower.rewind()
    await old?.close()
  }

  const worked = work().finally(async () => {
    await disconnect()
    await follower.close()
  })

  return {
    notify: () => {
      everything = false
      grown.resolve()
    },
    close: async ({ waitMs }) => {
      closing.abort()
      grown.resolve()
      const patience = new AbortController()
      await Promise.race([worked, elapsed(waitMs, patience.signal, true)])
      patience.abort()
      const result = { everything }
      deadline.abort()
      return result
    },
  }
}

interface ShippedRun {
  readonly run: string
  /** Records that the database did not have. */
  readonly shipped: number
  /** Records that it had already, the same. */
  readonly already: number
  readonly problem?: ShippingProblem
}

export interface ShippedAll {
  /** Oldest first. */
  readonly runs: readonly ShippedRun[]
  /** Why not all runs are here: the database failed. */
  readonly problem?: ShippingProblem
}

/**
 * Ships every run under the state directory, and compares what the database has with what the journals hold. One run's
 * problem doesn't keep the others back. Never throws.
 */
export async function shipAll(stateDirectory: string, databaseUrl: string): Promise<ShippedAll> {
  const runs: ShippedRun[] = []
  let table: RecordsTable | undefined
  try {
    table = await openRecordsTable(databaseUrl)
    for (const { run, directory } of (await listRuns(stateDirectory)).toReversed()) {
      const follower = followJournal(directory, run)
      try {
        runs.push({ run, ...(await shipFrom(follower, run, table)) })
      } finally {
        await follower.close()
      }
    }
    return { runs }
  } catch (error) {
    return { runs, problem: { kind: 'away', message: `Not everything was shipped: ${messageOf(error)}.` } }
  } finally {
    await table?.close()
  }
}

interface Progress {
  readonly shipped: number
  readonly already: number
  readonly problem?: ShippingProblem
}

/**
 * Ships what the database lacks of the records that the follower has still to give. When it gives them from the first on,
 * what the database has already is compared with them. Throws an Error when the database fails.
 */
async function shipFrom(
  follower: Follower,
  run: string,
  table: RecordsTable,
  signal?: AbortSignal,
): Promise<Progress> {
  const known = follower.head().seq === 0 ? await table.shipped(run) : new Map<number, string>()
  let shipped = 0
  let already = 0
  while (!signal?.aborted) {
    const batch = await nextBatch(follower, run)
    if (batch.problem === undefined && batch.records.length === 0) break
    const differing = batch.records.filter(({ seq, hash }) => known.has(seq) && known.get(seq) !== hash)
    if (differing.length > 0)
      return {
        shipped,
        already,
        problem: tampering(
          run,
          differing.map(({ seq }) => seq),
        ),
      }
    const lacking = batch.records.filter(({ seq }) => !known.has(seq))
    already += batch.records.length - lacking.length
    if (lacking.length > 0) {
      const { inserted, different } = await table.insert(run, lacking)
      shipped += inserted
      already += lacking.length - inserted - different.length
      if (different.length > 0) return { shipped, already, problem: tampering(run, different) }
    }
    if (batch.problem !== undefined) return { shipped, already, problem: batch.problem }
  }
  const beyond = [...known.keys()].filter((seq) => seq > follower.head().seq)
  if (beyond.length > 0 && !signal?.aborted)
    return { shipped, already, problem: cutOff(run, follower.head().seq, beyond) }
  return { shipped, already }
}

async function nextBatch(follower: Follower, run: string) {
  try {
    const { records, problem } = await follower.next()
    if (problem === undefined) return { records }
    const message = `TAMPERING: the record of ${run} was altered after it was written: ${problem.message}. From there on it is not shipped.`
    return { records, problem: { kind: 'journal', message } as const }
  } catch (error) {
    const message = `The record of ${run} can't be read to be shipped: ${messageOf(error)}.`
    return { records: [], problem: { kind: 'journal', message } as const }
  }
}

function tampering(run: string, seqs: readonly number[]): ShippingProblem {
  const which = seqs.length === 1 ? `Record ${seqs[0]}` : `${seqs.length} records (the first is ${seqs[0]})`
  const message =
    `TAMPERING: ${which} of ${run} in the database differ${seqs.length === 1 ? 's' : ''} from the journal: one of the two ` +
    'was altered after it was written. Nothing was overwritten. Keep both, and compare the column raw with the line in the journal.'
  return { kind: 'tampering', message }
}

function cutOff(run: string, end: number, beyond: readonly number[]): ShippingProblem {
  const message =
    `TAMPERING: the database has ${beyond.length} records of ${run} after record ${end}, where the journal ends: its end was ` +
    'cut off after it was shipped. Nothing was deleted. Keep both.'
  return { kind: 'tampering', message }
}

/** Resolves after the time or when aborted, whichever is first. */
function elapsed(ms: number, signal: AbortSignal, keepsProcess = false): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    if (!keepsProcess) timer.unref()
    signal.addEventListener('abort', done)
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
