/** What the practice world asks of a PostgreSQL: another installation of it could stand in for the one from npm. */

/** A server that runs. */
export interface PostgresServer {
  /** Where it listens: a directory that holds its socket. */
  readonly socket: string
  /** Resolves when its process has ended, however that came. */
  readonly ended: Promise<void>
  /** Ends every session and the server. */
  readonly stop: () => Promise<void>
}

/** Settings by name, as `postgresql.conf` has them. */
export type PostgresSettings = Readonly<Record<string, string>>

export interface PostgresProgram {
  /** Below it lie the directories of the databases. The user that PostgreSQL runs as can reach it. */
  readonly directory: string
  /** Files that one version has made are for that version alone. */
  readonly version: string
  /** Makes a directory that PostgreSQL may write in. */
  readonly makeDirectory: (path: string) => Promise<void>
  /** Makes the files of a new server in `data`, whose superuser is `rdsadmin`. */
  readonly initialize: (data: string) => Promise<void>
  /** Runs statements in a database of a server that is not running; each ends with a semicolon and an empty line. */
  readonly script: (data: string, database: string, sql: string) => Promise<void>
  /** Puts all files of a directory into one file; of a server's only while it is not running. */
  readonly pack: (from: string, file: string) => Promise<void>
  /** Makes a directory of what `pack` has put into a file. */
  readonly unpack: (file: string, to: string) => Promise<void>
  /** Writes a file that PostgreSQL reads. */
  readonly write: (path: string, text: string) => Promise<void>
  /** Starts it; resolves when it lets clients in, rejects with what it printed when it never does. */
  readonly start: (data: string, settings: PostgresSettings) => Promise<PostgresServer>
  /** Deletes every file. */
  readonly remove: () => Promise<void>
}

/** There is no PostgreSQL for this machine: what needs it can't be had, and nothing else is missing. */
export class PostgresMissing extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(
      `${what}: the practice world has no database. The cluster, AWS calls that ask for no data and the front door work all the same`,
      options,
    )
  }
}
