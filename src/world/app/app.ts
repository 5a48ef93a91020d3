/** The application in one pod, from its start to its end: its connections, and what requests have done to it. */
import type { Clock } from '../clock.ts'
import type { Book } from '../database/book.ts'
import type { Pod } from '../kubernetes/objects.ts'
import { type Asked, type Prepared, respond } from './answers.ts'
import type { AppBehavior } from './behavior.ts'
import { bookLedger } from './book-ledger.ts'
import type { DatabaseHealth } from './database-health.ts'
import type { ExternalServices } from './external-services.ts'
import type { Ledger } from './ledger.ts'
import { type LogLine, type PoolFigures, poolLine, requestLine, troubleLine } from './log-lines.ts'
import type { FrozenTotals } from './metrics.ts'
import { type ConnectionPool, createPool } from './pool.ts'
import { andThen, type Soon } from './soon.ts'
import { sqlLedger } from './sql-ledger.ts'
import { databaseTrouble, type Trouble } from './trouble.ts'

/** An application that the kubelet runs: its behavior is as its container was started. */
export interface Running {
  readonly pod: Pod
  readonly behavior: AppBehavior
  readonly env: Readonly<Record<string, string>>
  /** In milliseconds since 1970; another run begins at another time. */
  readonly startedAt: number
  readonly logRequest: (line: LogLine) => void
}

/** Who asks: `load` are the users that the world plays, `user` comes through the front door, `inside` does not. */
export type Asker = 'load' | 'user' | 'inside'

/** An answer that has been given. */
export interface Answered extends Prepared {
  /** How long it took, in milliseconds. */
  readonly ms: number
}

/** What the applications of a world share. */
export interface Surroundings {
  readonly clock: Clock
  /** In milliseconds, to measure by. */
  readonly stopwatch: () => number
  /** How many times faster than in a real cluster time passes. */
  readonly speed: number
  /** In [0, 1). */
  readonly random: () => number
  /** What a database that was never woken holds; undefined in a world without databases. */
  readonly asleep: ((url: string) => Book | undefined) | undefined
  /** For applications that have no database. */
  readonly memory: () => Book
  readonly health: DatabaseHealth
  readonly services: ExternalServices
  readonly metrics: FrozenTotals
  readonly banner: (running: Running) => string
  /** What a probe would find may be something else now. */
  readonly onChange: (podUid: string) => void
}

export interface App {
  readonly startedAt: number
  /** The URL of its database; undefined when its loans are in memory. */
  readonly databaseUrl: string | undefined
  /** Answers and logs; `answered` is called once, and never within this call. */
  readonly ask: (running: Running, asked: Asked, asker: Asker, answered: (answer: Answered) => void) => void
  /** What it answers to a GET of that path, without asking anybody: by what is known of its database. */
  readonly verdict: (path: string) => { readonly status: number; readonly afterMs: number }
  readonly pool: () => PoolFigures
  /** Ends its sessions. */
  readonly close: () => Promise<void>
}

/** How often the state of the pool is logged under load, and while something is wrong with it, in milliseconds. */
const poolLineEveryMs = 30_000
const dryPoolLineEveryMs = 5000

/**
 * The application as it starts: with no connection to anything. `behaviorNow` may change as faults do, but for what
 * was decided at its start.
 */
export function createApp(running: Running, behaviorNow: () => AppBehavior, world: Surroundings): App {
  const { clock, health } = world
  const { pod, startedAt } = running
  const podUid = pod.metadata.uid
  const { poolSize: size, ...database } = running.behavior.database
  const url = world.asleep === undefined ? undefined : database.url
  let pool: ConnectionPool | undefined
  let isDry = false
  let isChecking = false
  let isClosed = false
  let trafficSince: number | undefined
  let requests = 0
  let poolLineAt = startedAt

  const figures = () => pool?.figures() ?? { size, in_use: 0, idle: 0, waiting: 0 }

  function thePool(databaseUrl: string): ConnectionPool {
    pool ??= createPool({
      url: databaseUrl,
      size,
      leaksEvery: () => behaviorNow().leaksEvery,
      applicationName: pod.metadata.name,
    })
    return pool
  }

  function ledgerFor(): Ledger {
    if (url === undefined) return bookLedger(world.memory(), clock.now)
    // What a sleeping database holds is known: nobody has to wait for it to wake, but for a version that leaks, which
    // has to do so for real.
    const { leaksEvery, readsLegacyStatus } = behaviorNow()
    const book = leaksEvery === undefined ? sleeping(url) : undefined
    return book === undefined
      ? noting(sqlLedger(thePool(url), readsLegacyStatus))
      : bookLedger(book, clock.now)
  }

  /** What a database holds that nobody has woken; it is well, as far as one can know. */
  function sleeping(databaseUrl: string): Book | undefined {
    const book = world.asleep?.(databaseUrl)
    if (book !== undefined) health.report(databaseUrl, true)
    return book
  }

  /** A ledger by whose answers the state of the database becomes known. */
  function noting(ledger: Ledger): Ledger {
    const well = <T>(value: T): T => {
      learn(undefined)
      return value
    }
    return {
      ping: () => andThen(ledger.ping(), well),
      page: (limit, offset) => andThen(ledger.page(limit, offset), well),
      loan: (id) => andThen(ledger.loan(id), well),
      totals: () => andThen(ledger.totals(), well),
      pay: (id, cents) => andThen(ledger.pay(id, cents), well),
    }
  }

  function learn(trouble: Trouble | undefined): void {
    if (url === undefined || isClosed) return
    // Nothing is wrong with the database when it is our own connections that are all taken.
    const dry = trouble?.unreachable === true && figures().in_use >= size
    if (trouble === undefined || (trouble.unreachable && !dry)) health.report(url, trouble === undefined)
    if (dry === isDry || (trouble !== undefined && !trouble.unreachable)) return
    isDry = dry
    world.onChange(podUid)
  }

  /** Asks the database, if nobody does so now, so that more is known at the next probe. */
  function check(databaseUrl: string): void {
    if (isChecking || isClosed) return
    isChecking = true
    const checked = thePool(databaseUrl).check()
    checked
      .then(
        () => learn(undefined),
        (error: unknown) => learn(databaseTrouble(error)),
      )
      .finally(() => {
        isChecking = false
      })
  }

  function delay(): number {
    const laggy = behaviorNow().underTraffic.find((trait) => trait.kind === 'laggy-under-traffic')
    return laggy === undefined || trafficSince === undefined ? 0 : laggy.answersAfterMs
  }

  function failsNow(): boolean {
    const begun = trafficSince
    return behaviorNow().underTraffic.some(
      (trait) =>
        trait.kind === 'errors-under-traffic' &&
        begun !== undefined &&
        clock.now() - begun >= trait.afterMs / world.speed &&
        world.random() < trait.share,
    )
  }

  function prepare(running: Running, asked: Asked, asker: Asker): Soon<Prepared> {
    const behavior = behaviorNow()
    const color = running.pod.metadata.labels?.color ?? ''
    const comment =
      url === undefined ? 'the loans are kept in memory: this application has no database' : undefined
    if (asker !== 'inside' && failsNow()) return sessionsFull(behavior, color)
    return respond(asked, {
      color,
      behavior,
      ledger: ledgerFor(),
      health: { comment, stopwatch: world.stopwatch },
      services: world.services,
      metrics: world.metrics,
      banner: world.banner(running),
    })
  }

  function log(running: Running, asked: Asked, answer: Answered): void {
    requests++
    const { method, url: asking } = asked
    const path = asking.split('?')[0] ?? '/'
    const state = figures()
    if (answer.trouble !== undefined) running.logRequest(troubleLine(answer.trouble.detail, path, state))
    running.logRequest(requestLine({ method, path, status: answer.status, ms: answer.ms }))
    const every = state.in_use >= state.size || state.waiting > 0 ? dryPoolLineEveryMs : poolLineEveryMs
    if (clock.now() - poolLineAt < every) return
    running.logRequest(poolLine(requests, state))
    poolLineAt = clock.now()
    requests = 0
  }

  return {
    startedAt,
    databaseUrl: url,
    ask(running, asked, asker, answered) {
      const begun = clock.now()
      if (asker !== 'inside') trafficSince ??= begun
      const lag = delay()
      void andThen(prepare(running, asked, asker), (prepared) => {
        if (prepared.trouble !== undefined) learn(prepared.trouble)
        clock.at(clock.now() + prepared.afterMs + lag, () => {
          const answer = { ...prepared, ms: clock.now() - begun }
          log(running, asked, answer)
          answered(answer)
        })
      })
    },
    verdict(path) {
      const pathname = path.split('?')[0] ?? '/'
      const behavior = behaviorNow()
      const afterMs = behavior.answersAfterMs + delay()
      const isKnown = pathname === '/livez' || pathname === '/healthz' || pathname.startsWith('/api/loans')
      if (!isKnown) return { status: 404, afterMs }
      if (pathname === '/livez') return { status: 200, afterMs }
      if (!behavior.healthy) return { status: 500, afterMs }
      if (url === undefined || sleeping(url) !== undefined) return { status: 200, afterMs }
      if (health.of(url) === 'well' && !isDry) return { status: 200, afterMs }
      check(url)
      return { status: 503, afterMs }
    },
    pool: figures,
    async close() {
      isClosed = true
      await pool?.close()
    },
  }
}

/** What a version with too small a table for its sessions answers. */
function sessionsFull(behavior: AppBehavior, color: string): Prepared {
  return {
    status: 500,
    headers: { 'x-version': behavior.version, 'x-color': color },
    body: { error: 'internal error' },
    afterMs: behavior.answersAfterMs,
    trouble: {
      status: 500,
      error: 'internal error',
      detail: 'RangeError: the session table is full',
      unreachable: false,
    },
  }
}
