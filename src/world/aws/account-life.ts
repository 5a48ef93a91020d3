/** The account as it lives: it changes by requests and as time goes by, and the databases follow it. */
import type { Clock } from '../clock.ts'
import type { Databases } from '../database/databases.ts'
import { type Account, accountSchema, emptyAccount } from './account.ts'
import type { Action, Context, Effect } from './action.ts'
import { advance, databaseMade, databaseOpened, nextMoment } from './advance.ts'
import { type FigureHistory, figureHistory } from './cloudwatch/figures.ts'
import { region } from './identity.ts'
import type { Pace } from './pace.ts'
import type { Parameters } from './parameters.ts'
import type { Members } from './value.ts'

/** What of the world's databases the account needs. */
export type AccountDatabases = Pick<
  Databases,
  'primaryId' | 'addressOf' | 'restore' | 'open' | 'close' | 'remove'
>

export interface AccountLife {
  readonly account: () => Account
  /** Does what the action decides, and gives its answer. Throws the action's AwsFault. */
  readonly perform: (action: Action, parameters: Parameters, inRegion: string) => Members
  /** Changes the account without any effect. */
  readonly change: (next: (account: Account) => Account) => void
  /** Replaces the account. What was being made is made again. */
  readonly load: (account: unknown) => void
  readonly stop: () => void
}

export function liveAccount(options: {
  readonly account: Account
  readonly databases: AccountDatabases
  readonly clock: Clock
  readonly random: () => number
  readonly pace: Pace
  readonly figures: () => FigureHistory
  /** Hears of a database that could not be made, opened, closed or removed. */
  readonly onError: (error: unknown) => void
}): AccountLife {
  const { databases, clock, random, pace, onError } = options
  let account = options.account
  let lookedAt = clock.now()
  let cancel = () => {}
  let stopped = false
  /** The end of what was last begun for each database: its effects come one after the other. */
  const queues = new Map<string, Promise<void>>()
  const opening = new Set<string>()

  async function carryOut(effect: Effect): Promise<void> {
    const { databaseId } = effect
    switch (effect.kind) {
      case 'restore':
        try {
          await databases.restore(databaseId, effect.sourceId, effect.time)
          account = databaseMade(account, databaseId, 'made')
        } catch (error) {
          account = databaseMade(account, databaseId, 'failed')
          throw error
        }
        return
      case 'open':
        try {
          await databases.open(databaseId)
          account = databaseOpened(account, databaseId, clock.now())
        } finally {
          opening.delete(databaseId)
        }
        return
      case 'close':
        return databases.close(databaseId)
      case 'remove':
        return databases.remove(databaseId)
    }
  }

  function begin(effect: Effect): void {
    const { databaseId } = effect
    if (effect.kind === 'open') {
      if (opening.has(databaseId)) return
      opening.add(databaseId)
    }
    const before = queues.get(databaseId)
    // The first one begins at once: the address of a new database is in the answer to the request.
    const done = before === undefined ? carryOut(effect) : before.then(() => carryOut(effect))
    const ended: Promise<void> = done
      .catch((error: unknown) => {
        if (!stopped) onError(error)
      })
      .then(() => {
        if (queues.get(databaseId) === ended) queues.delete(databaseId)
        if (effect.kind === 'restore' || effect.kind === 'open') schedule()
      })
    queues.set(databaseId, ended)
  }

  function schedule(): void {
    cancel()
    const next = stopped ? undefined : nextMoment(account, clock.now())
    cancel = next === undefined ? () => {} : clock.at(next, settle)
  }

  function settle(): void {
    const now = clock.now()
    const step = advance(account, lookedAt, now)
    lookedAt = now
    account = step.account
    step.effects.forEach(begin)
    schedule()
  }

  function context(figures: FigureHistory): Context {
    return { now: clock.now(), pace, random, addressOf: databases.addressOf, figures }
  }

  return {
    account: () => account,
    perform(action, parameters, inRegion) {
      settle()
      // Nothing can be made in an empty region, since all that is made comes from something that is there.
      if (inRegion !== region) return action(emptyAccount, parameters, context(figureHistory([]))).answer()
      const decision = action(account, parameters, context(options.figures()))
      account = decision.account
      decision.effects.forEach(begin)
      schedule()
      return decision.answer()
    },
    change(next) {
      account = next(account)
    },
    load(saved) {
      account = accountSchema.parse(saved)
      lookedAt = clock.now()
      for (const { database, databaseId, origin } of account.clusters)
        if (database === 'making' && origin !== undefined)
          begin({ kind: 'restore', databaseId, sourceId: origin.databaseId, time: origin.time })
      settle()
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}
