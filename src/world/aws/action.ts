/** An action of the service: from the account and a request to the next account, what is to be done, and the answer. */
import type { DatabaseAddress } from '../database/databases.ts'
import type { Account } from './account.ts'
import type { FigureHistory } from './cloudwatch/figures.ts'
import type { Pace } from './pace.ts'
import type { Parameters } from './parameters.ts'
import type { Members } from './value.ts'

/** What is to be done to the world's databases. */
export type Effect =
  | {
      readonly kind: 'restore'
      readonly databaseId: string
      readonly sourceId: string
      /** Milliseconds since 1970. */
      readonly time: number
    }
  | { readonly kind: 'open' | 'close' | 'remove'; readonly databaseId: string }

export interface Context {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly pace: Pace
  /** Numbers in [0, 1), for ids. */
  readonly random: () => number
  /** Where a database is reached; undefined when there is none of that name. */
  readonly addressOf: (databaseId: string) => DatabaseAddress | undefined
  readonly figures: FigureHistory
}

export interface Decision {
  readonly account: Account
  readonly effects: readonly Effect[]
  /** Made once the effects have begun: a new database's address is known then. */
  readonly answer: () => Members
}

/** Decides and does nothing. Throws an AwsFault when the service refuses. */
export type Action = (account: Account, parameters: Parameters, context: Context) => Decision

/** A decision that changes nothing. */
export function told(account: Account, answer: Members): Decision {
  return { account, effects: [], answer: () => answer }
}
