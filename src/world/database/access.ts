/** The world's PostgreSQL servers, one for each Aurora cluster, as the rest of the world sees them. */
import type { Book } from './book.ts'

/** Where clients reach a database. */
export interface DatabaseAddress {
  readonly host: string
  readonly port: number
}

export interface Databases {
  /** Of the cluster that the application starts with: it is there from the beginning, asleep until someone connects. */
  readonly primaryId: string
  /** postgres://user:password@127.0.0.1:port/loanserve, for the application's user. */
  readonly primaryUrl: string
  /** The address of a cluster's database, known from its creation on, whether or not it listens. */
  readonly addressOf: (clusterId: string) => DatabaseAddress | undefined
  /**
   * What a database holds as long as nobody has ever connected to it, for who knows its whole URL: to read it here
   * wakes nothing, and payments taken in here are in the database when it wakes. Undefined from then on, and for
   * every database but the primary one.
   */
  readonly asleep: (url: string) => Book | undefined
  /**
   * Makes the database of a new cluster: the source's data as of `time` (milliseconds since 1970). It listens only
   * after `open`. Rejects when the data of that time can't be had; then there is no such database.
   */
  readonly restore: (clusterId: string, sourceId: string, time: number) => Promise<void>
  /** Lets clients connect: the cluster has an instance now. Its server starts with the first of them. */
  readonly open: (clusterId: string) => Promise<void>
  /** Ends every session and listens no more: the cluster's last instance is gone. */
  readonly close: (clusterId: string) => Promise<void>
  /** Deletes the database and its files. */
  readonly remove: (clusterId: string) => Promise<void>
  /** Whether a PostgreSQL process runs behind the address now, or is being started. */
  readonly isAwake: (clusterId: string) => boolean
  /** How many clients are connected to the cluster's database. */
  readonly sessions: (clusterId: string) => number
  /**
   * Writes everything into an empty directory: the data of every database with their whole past, so that a restore to
   * an earlier time works as well after `createDatabases({ saved })`. Sessions go on.
   */
  readonly save: (directory: string) => Promise<void>
  /** Ends all of it and deletes every file. */
  readonly stop: () => Promise<void>
}
