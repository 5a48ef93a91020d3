/** A migration waits for a lock that a forgotten session holds, and every reader waits behind the migration. */
import type { Client } from 'pg'
import type { Director, Scenario } from './scenario.ts'
import { isRefused, looksAt, readsAlarms } from './shipping.ts'
import { createSessions } from './sql.ts'

/** How often the locks are looked at, in milliseconds of a real cluster. */
const lookEveryMs = 500

/** Sessions that wait for a lock on the loans. */
const waitingSql = `select count(*)::int as waiting from pg_locks
  where not granted and relation = 'loans'::regclass`

/** Sessions that have asked the database who waits for whom; the one that asks this is called "practice". */
const askingSql = `select count(*)::int as asking from pg_stat_activity
  where application_name <> 'practice'
    and query ~* 'pg_locks|pg_stat_activity|pg_blocking_pids|pg_cancel_backend|pg_terminate_backend'`

export const lockWait: Scenario = {
  id: 'lock-wait',
  title: 'A migration waits for a lock',
  teaches: 'An ALTER that waits blocks everyone behind it: it is the queue that hurts, not the change.',
  minutes: 6,
  goodHandling: [
    'Ask the database who waits for whom: pg_stat_activity with pg_blocking_pids(pid).',
    'Take the migration out of the queue first (`select pg_cancel_backend(PID)`): the readers behind it go on at once.',
    'Then the session that is idle in transaction: `select pg_terminate_backend(PID)`, once you know whose it is.',
    "Run the migration again with `set lock_timeout = '2s'`, so that it gives up rather than queue.",
    'Leave the pods alone: restarting them only opens more sessions into the same queue.',
  ],
  stage(chance) {
    const beginsMs = chance.between(10_000, 30_000)
    const holder = chance.pick('nightly-report', 'metabase', 'dbeaver of tomas')
    const column = chance.pick('collateral_note', 'review_state', 'branch_code')
    let queued = true
    return {
      briefing: [
        'A colleague runs a small migration on LoanServe\'s database tonight: one new column, "it takes no time". You are on call. When the pager rings, find out what holds the users up and end it.',
        'psql "$DATABASE_URL" is the database, $API_URL the application, and kubectl is there too.',
      ],
      params: {},
      begin(director) {
        const { world } = director
        const sessions = createSessions()
        director.finally(sessions.close)
        director.after(beginsMs, () => director.work(strike()))

        async function strike(): Promise<void> {
          const { primaryUrl } = world.database
          const [forgotten, migration, observer] = await Promise.all([
            sessions.open(primaryUrl, holder),
            sessions.open(primaryUrl, 'migration'),
            sessions.open(primaryUrl, 'practice'),
          ])
          await forgotten.query('begin')
          await forgotten.query('select count(*) from loans')
          director.tell(`a session of "${holder}" has read the loans, and is idle in transaction`)
          // It ends when an operator lets it, and either way that is the operator's business.
          migration.query(`alter table loans add column if not exists ${column} text`).catch(() => {})
          await untilQueued(director, observer)
          director.trouble(
            'the migration waits for that session, and every reader of the loans waits behind it',
          )
          director.page('ALERT loanserve: requests of /api/loans time out')
          const observe = () =>
            director.after(lookEveryMs, () =>
              director.work(
                lookAround(observer).then(({ waiting, asking }) => {
                  if (asking > 0) director.noticed('asked the database who waits for whom')
                  queued = waiting > 0
                  if (queued) observe()
                }),
              ),
            )
          observe()
        }
      },
      tells: (act) => isRefused(act) || readsAlarms(act) || looksAt(act, 'log', 'exec'),
      cured: () => !queued,
      limits: {
        noticeMs: { good: 45_000, bad: 240_000 },
        mitigateMs: { good: 150_000, bad: 600_000 },
        outageSeconds: { good: 90, bad: 400 },
      },
      cause: `"${holder}" held a share lock on the loans in a transaction that nobody ended. The migration asked for an exclusive lock without a lock_timeout, and everyone queued behind it.`,
    }
  },
}

async function lookAround(observer: Client): Promise<{ readonly waiting: number; readonly asking: number }> {
  const { rows } = await observer.query<{ asking: number }>(askingSql)
  return { waiting: await waitingIn(observer), asking: rows[0]?.asking ?? 0 }
}

async function waitingIn(observer: Client): Promise<number> {
  const { rows } = await observer.query<{ waiting: number }>(waitingSql)
  return rows[0]?.waiting ?? 0
}

/** Resolves when the migration has queued up; looks again and again, since it may take a moment. */
async function untilQueued({ after }: Director, observer: Client): Promise<void> {
  while ((await waitingIn(observer)) === 0)
    await new Promise<void>((resolve) => {
      after(lookEveryMs / 5, resolve)
    })
}
