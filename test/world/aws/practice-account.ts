/** A practice account on a clock that a test moves by hand, with databases that only remember what they were told. */
import type { Account } from '../../../src/world/aws/account.ts'
import { type AccountDatabases, liveAccount } from '../../../src/world/aws/account-life.ts'
import { services } from '../../../src/world/aws/actions.ts'
import { figureHistory, type Sample } from '../../../src/world/aws/cloudwatch/figures.ts'
import { AwsFault } from '../../../src/world/aws/fault.ts'
import { region } from '../../../src/world/aws/identity.ts'
import { flatten, membersJson } from '../../../src/world/aws/json.ts'
import { paceAt } from '../../../src/world/aws/pace.ts'
import { readParameters } from '../../../src/world/aws/parameters.ts'
import { seedAccount } from '../../../src/world/aws/seed.ts'
import { createWorldClock } from '../../../src/world/clock.ts'
import { createRandom } from '../../../src/world/random.ts'
import { noon } from '../practice.ts'

export interface FakeDatabases extends AccountDatabases {
  /** What was asked of them, such as `open rollback`. */
  readonly told: string[]
  /** Lets what is being made or opened go on; until then it takes for ever. */
  readonly finish: () => Promise<void>
  /** The next restore fails. */
  readonly failNext: () => void
}

/** With `instant`, everything is done as soon as it is asked. */
export function fakeDatabases(instant = false): FakeDatabases {
  const told: string[] = []
  const ports = new Map([['primary', 40001]])
  let waiting: (() => void)[] = []
  let fails = false
  const work = () =>
    instant ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(() => resolve()))
  return {
    told,
    primaryId: 'primary',
    addressOf(id) {
      const port = ports.get(id)
      return port === undefined ? undefined : { host: '127.0.0.1', port }
    },
    async restore(id, source, time) {
      told.push(`restore ${id} from ${source} at ${new Date(time).toISOString()}`)
      ports.set(id, 40001 + ports.size)
      const fail = fails
      fails = false
      await work()
      if (fail) throw new Error('no such data')
    },
    async open(id) {
      told.push(`open ${id}`)
      await work()
    },
    async close(id) {
      told.push(`close ${id}`)
    },
    async remove(id) {
      told.push(`remove ${id}`)
      ports.delete(id)
    },
    async finish() {
      for (const done of waiting) done()
      waiting = []
      await new Promise((resolve) => setImmediate(resolve))
    },
    failNext() {
      fails = true
    },
  }
}

type Body = Readonly<Record<string, unknown>>

/** A request's parameters as JSON, with the item names of lists as RDS has them. */
function rdsParameters(body: Body): Record<string, string> {
  const items: Readonly<Record<string, string>> = {
    Filters: 'Filter',
    Values: 'Value',
    Tags: 'Tag',
    VpcSecurityGroupIds: 'VpcSecurityGroupId',
    EventCategories: 'EventCategory',
  }
  const renamed = Object.entries(flatten(body)).map(([name, value]) => {
    const parts = name.split('.')
    const named = parts.map((part, index) =>
      part === 'member' ? (items[parts[index - 1] ?? ''] ?? 'member') : part,
    )
    return [named.join('.'), value] as const
  })
  return Object.fromEntries(renamed)
}

/** An account at noon of the practice world's test day, at speed 1. */
export function practiceAccount(samples: readonly Sample[] = [], saved?: unknown) {
  const clock = createWorldClock(noon)
  const databases = fakeDatabases()
  const errors: unknown[] = []
  const random = createRandom(7)
  const life = liveAccount({
    account: seedAccount('primary', noon, random),
    databases,
    clock,
    random,
    pace: paceAt(1),
    figures: () => figureHistory(samples),
    onError: (error) => errors.push(error),
  })
  if (saved !== undefined) life.load(saved)

  function ask(service: string, action: string, body: Body, inRegion = region): Body {
    const found = services.get(service)?.actions.get(action)
    if (found === undefined) throw new Error(`${service} has no ${action}`)
    const flat = service === 'rds' ? rdsParameters(body) : flatten(body)
    return JSON.parse(membersJson(life.perform(found, readParameters(flat), inRegion)))
  }

  return {
    databases,
    errors,
    account: (): Account => life.account(),
    /** An answer of RDS as the CLI would print it. Throws the AwsFault. */
    rds: (action: string, body: Body = {}, inRegion = region) => ask('rds', action, body, inRegion),
    cloudwatch: (action: string, body: Body = {}) => ask('monitoring', action, body),
    /** The code and the words with which RDS refuses; undefined when it doesn't. */
    refusal(action: string, body: Body = {}): string | undefined {
      try {
        ask('rds', action, body)
        return undefined
      } catch (error) {
        if (error instanceof AwsFault) return `${error.code}: ${error.message}`
        throw error
      }
    },
    /** Moves the clock by that many seconds, and lets every database finish. */
    async pass(seconds: number): Promise<void> {
      await databases.finish()
      clock.advance(clock.now() + seconds * 1000)
      await databases.finish()
      await databases.finish()
    },
    /** Moves the clock alone. */
    passWithout: (seconds: number) => clock.advance(clock.now() + seconds * 1000),
    /** What DescribeDBClusters says of a cluster's status. */
    clusterStatus(identifier: string): unknown {
      const answer = ask('rds', 'DescribeDBClusters', { DBClusterIdentifier: identifier })
      return at(answer, 'DBClusters', 0, 'Status')
    },
    instanceStatus(identifier: string): unknown {
      const answer = ask('rds', 'DescribeDBInstances', { DBInstanceIdentifier: identifier })
      return at(answer, 'DBInstances', 0, 'DBInstanceStatus')
    },
  }
}

/** What lies under those names and numbers of an answer; undefined when nothing does. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inside, step) => {
    if (typeof inside !== 'object' || inside === null) return undefined
    return Object.entries(inside).find(([name]) => name === String(step))?.[1]
  }, value)
}

export const source = 'loanserve-prod-aurora'

/** What a restore of LoanServe's cluster needs at least, to a time in minutes before noon. */
export function restoreRequest(identifier: string, minutesBefore: number): Body {
  return {
    DBClusterIdentifier: identifier,
    SourceDBClusterIdentifier: source,
    RestoreToTime: new Date(noon - minutesBefore * 60_000).toISOString(),
  }
}

export function instanceRequest(identifier: string, cluster: string): Body {
  return {
    DBInstanceIdentifier: identifier,
    DBClusterIdentifier: cluster,
    DBInstanceClass: 'db.r6g.large',
    Engine: 'aurora-postgresql',
  }
}
