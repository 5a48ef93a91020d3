/** A contract migration drops a column that the application still needs, with all that was in it. */
import { Buffer } from 'node:buffer'
import { namespace } from '../seed.ts'
import type { Scenario, ScenarioWorld } from './scenario.ts'
import { isRefused, looksAt } from './shipping.ts'
import { createSessions } from './sql.ts'

/** How often the data is looked for, in milliseconds of a real cluster. */
const lookEveryMs = 3000

/** What the migration takes away. */
const column = 'outstanding_cents'

const presentSql = `select count(*)::int as present from information_schema.columns
  where table_name = 'loans' and column_name = '${column}'`
const filledSql = `select count(${column})::int as filled from loans`

export const droppedData: Scenario = {
  id: 'dropped-data',
  title: 'A bad contract migration drops data',
  teaches:
    'Code goes back, data does not: only a restore to a time before it brings dropped data back, beside the old.',
  minutes: 20,
  goodHandling: [
    'Note when it happened before anything else: the restore needs a time just before, in UTC.',
    'Restore beside the source: `aws rds restore-db-cluster-to-point-in-time --restore-to-time …`, then create an instance in it, and wait for both.',
    'Look at the data with psql on the new cluster before anybody is sent there.',
    'Put the new address into the Secret with stringData, restart the pods, since they read it at their start only, and see the users served.',
    'Keep the source: what was written after the restore time is only there.',
  ],
  runbook: 'database-restore',
  stage(chance) {
    const beginsMs = chance.between(10_000, 30_000)
    let whole = true
    let address: Address = { stored: undefined, since: 0 }
    let lookUp = () => address
    return {
      briefing: [
        "LoanServe's contract migration is due tonight. A colleague runs it; you are on call. When the pager rings, the users come first, and then the data.",
        'psql "$DATABASE_URL" is the database that the application uses now, the Aurora cluster behind it is known to `aws rds`, and kubectl has the Secret loanserve-secrets.',
        'The runbook asks for the moment just before the damage. Wait with the answer until the pager has rung.',
      ],
      params: {},
      begin(director) {
        const { world } = director
        lookUp = () => {
          const stored = storedUrl(world)
          if (stored !== address.stored)
            address = { stored, since: address.stored === undefined ? 0 : world.clock.now() }
          return address
        }
        const sessions = createSessions()
        director.finally(sessions.close)
        director.after(beginsMs, () => director.work(strike()))

        async function strike(): Promise<void> {
          const session = await sessions.open(world.database.primaryUrl, 'migration')
          await session.query(`alter table loans drop column ${column}`)
          await session.end()
          whole = false
          director.trouble(`the contract migration drops loans.${column}`)
          director.page('ALERT loanserve: error rate of api above 50 %')
          search()
        }

        function search(): void {
          director.after(lookEveryMs, () => {
            void isWhole(world).then((found) => {
              whole = found
              search()
            })
          })
        }
      },
      tells: (act) => isRefused(act) || looksAt(act, 'log', 'exec') || act.kind === 'aws',
      // Pods read the Secret when they start: those from before it changed still ask where it led then.
      cured: ({ traffic }) => {
        const { since } = lookUp()
        return whole && traffic.length > 0 && traffic.every(({ bornAt }) => bornAt + 1000 > since)
      },
      allows: ['restart-live'],
      limits: {
        noticeMs: { good: 60_000, bad: 300_000 },
        mitigateMs: { good: 900_000, bad: 3_600_000 },
        outageSeconds: { good: 900, bad: 3600 },
      },
      cause: `The migration dropped loans.${column}, which the version that serves the users still reads. No undo of code brings it back.`,
    }
  },
}

/** Where the Secret leads, and since when as far as that was seen, in milliseconds since 1970. */
interface Address {
  readonly stored: string | undefined
  readonly since: number
}

function storedUrl({ cluster }: ScenarioWorld): string | undefined {
  return cluster.secrets.get(namespace, 'loanserve-secrets')?.data?.DATABASE_URL
}

/** Whether the database that the Secret leads to has the column again, with values in it. */
async function isWhole(world: ScenarioWorld): Promise<boolean> {
  const stored = storedUrl(world)
  if (stored === undefined) return false
  const sessions = createSessions()
  try {
    const session = await sessions.open(Buffer.from(stored, 'base64').toString(), 'practice')
    const { rows } = await session.query<{ present: number }>(presentSql)
    if (rows[0]?.present !== 1) return false
    const filled = await session.query<{ filled: number }>(filledSql)
    return (filled.rows[0]?.filled ?? 0) > 0
  } catch {
    // An address that leads nowhere, or to a database that doesn't listen yet: the data isn't back.
    return false
  } finally {
    sessions.close()
  }
}
