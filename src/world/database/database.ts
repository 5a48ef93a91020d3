/** One database: its door, the server behind it while that runs, and its files. One thing at a time is done to it. */
import { access, link, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Door } from './door.ts'
import type { PostgresProgram, PostgresServer } from './postgres-program.ts'
import { serverSettings } from './recovery.ts'

/** How long a file of the log may take into the archive. */
const archivePatienceMs = 10_000

export interface Database {
  readonly id: string
  readonly door: Door
  /** The server runs or is being started. */
  readonly isAwake: () => boolean
  /** Starts the server unless it runs. */
  readonly wake: () => Promise<PostgresServer>
  /** Ends every session and the server. */
  readonly close: () => Promise<void>
  /** Brings everything done so far into the archive, with a commit after it, and gives the archive's directory. */
  readonly archive: () => Promise<string>
  /** Ends it for good and deletes its files. */
  readonly remove: () => Promise<void>
}

/** Where a database keeps its files. */
export interface Home {
  readonly data: string
  readonly archive: string
}

interface DatabaseOptions {
  readonly id: string
  readonly door: Door
  readonly adminPassword: string
  /** Gives its files, and makes them where there are none yet. */
  readonly home: () => Promise<{ readonly program: PostgresProgram; readonly home: Home }>
  /** Deletes the files, if there are any. */
  readonly discard: () => Promise<void>
}

/** An empty home below the program's directory. */
export async function makeHome(program: PostgresProgram, name: string): Promise<Home> {
  const directory = join(program.directory, name)
  await program.makeDirectory(directory)
  const archive = join(directory, 'archive')
  await program.makeDirectory(archive)
  return { data: join(directory, 'data'), archive }
}

/** Lets the superuser do something in the server's database. */
export async function asAdmin<T>(
  server: PostgresServer,
  password: string,
  task: (client: Client) => Promise<T>,
): Promise<T> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    host: server.socket,
    port: 5432,
    user: 'rdsadmin',
    password,
    database: 'loanserve',
  })
  client.on('error', () => {})
  await client.connect()
  try {
    return await task(client)
  } finally {
    await client.end()
  }
}

/** The files of an archive in another one too. They never change, so that one file can be in both. */
export async function shareArchive(from: string, to: string): Promise<void> {
  for (const name of await readdir(from))
    if (!name.endsWith('.part')) await link(join(from, name), join(to, name))
}

/** A database whose server sleeps. */
export function createDatabase({ id, door, adminPassword, home, discard }: DatabaseOptions): Database {
  let server: PostgresServer | undefined
  let waking = false
  let removed = false
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = last.then(task, task)
    last = turn.catch(() => {})
    return turn
  }

  async function start(): Promise<PostgresServer> {
    if (server !== undefined) return server
    if (removed) throw new Error(`the database ${id} has been deleted`)
    waking = true
    try {
      const { program, home: own } = await home()
      const started = await program.start(own.data, serverSettings)
      server = started
      void started.ended.then(() => {
        if (server === started) server = undefined
      })
      return started
    } finally {
      waking = false
    }
  }

  async function stop(): Promise<void> {
    await door.close()
    const running = server
    server = undefined
    await running?.stop()
  }

  async function archive(): Promise<string> {
    const wasAwake = server !== undefined
    const running = await start()
    const { home: own } = await home()
    const file = await asAdmin(running, adminPassword, async (client) => {
      // A commit that writes something: what is recovered has to reach beyond the last change that matters.
      await client.query('SELECT pg_current_xact_id()')
      const { rows } = await client.query<{ file: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS file')
      return rows[0]?.file ?? ''
    })
    await arrival(join(own.archive, file))
    if (!wasAwake && !door.isOpen()) await stop()
    return own.archive
  }

  return {
    id,
    door,
    isAwake: () => waking || server !== undefined,
    wake: () => inTurn(start),
    close: () => inTurn(stop),
    archive: () => inTurn(archive),
    remove: () =>
      inTurn(async () => {
        removed = true
        await stop()
        await discard()
      }),
  }
}

async function arrival(file: string): Promise<void> {
  const giveUpAt = performance.now() + archivePatienceMs
  while (!(await exists(file))) {
    if (performance.now() > giveUpAt) throw new Error(`PostgreSQL did not archive ${file}`)
    await pause(10)
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
