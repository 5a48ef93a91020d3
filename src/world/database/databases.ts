/** The world's databases: one base, made once, and for each of them the log of what has been done since. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '../random.ts'
import type { Databases } from './access.ts'
import { type Book, createBook } from './book.ts'
import { createDatabase, type Database, type Home, makeHome, shareArchive } from './database.ts'
import { createDoor, freePort } from './door.ts'
import { openEmbeddedPostgres } from './embedded-postgres.ts'
import { isNews, type Moment, machineTime } from './moments.ts'
import type { PostgresProgram } from './postgres-program.ts'
import { baseFile, recover } from './recover.ts'
import { type Saved, savedFile, savedSchema } from './saved.ts'
import { firstSql } from './sql/first.ts'
import { placeTemplate } from './template.ts'

export type { DatabaseAddress, Databases } from './access.ts'

export interface DatabasesOptions {
  /** The world's clock, in milliseconds since 1970. */
  readonly now: () => number
  /** The machine's, by which PostgreSQL stamps what is done. */
  readonly machineNow: () => number
  /** In [0, 1): the passwords and the data come from it. */
  readonly random: () => number
  /** A directory that `save` has written: the databases go on from there. */
  readonly saved?: string
  /** A directory for what is kept from one world to the next, to be faster then. */
  readonly cache?: string
  /** Opens the PostgreSQL that everything runs on, when it is first needed. */
  readonly openProgram?: () => Promise<PostgresProgram>
}

const primaryName = 'loanserve-prod-aurora'
/** Ports that are known before anything listens on them: a restore has to name one at once. */
const sparePorts = 4

/**
 * The databases of a new world, or of a saved one: the primary alone, asleep, and open to clients. Nothing is started
 * before the first of them comes: then PostgreSQL is initialized, filled and started, which takes it less than a second.
 */
export async function createDatabases(options: DatabasesOptions): Promise<Databases> {
  const { now, machineNow, random, openProgram = openEmbeddedPostgres } = options
  const saved = options.saved === undefined ? undefined : await readSaved(options.saved)
  const primaryId = saved?.primaryId ?? primaryName
  const passwords = saved?.passwords ?? { admin: password(random), app: password(random) }
  const bookOf = saved?.book ?? { seed: Math.floor(random() * 2 ** 32), now: now() }
  const databases = new Map<string, Database>()
  const homes = new Map<string, Home>()
  const spares = await Promise.all(Array.from({ length: sparePorts }, () => freePort()))
  let moments: readonly Moment[] = saved?.moments ?? []
  let opened: Promise<PostgresProgram> | undefined
  let book: Book | undefined
  let isAsleep = saved === undefined || saved.asleep !== undefined
  let madeAt = saved?.madeAt
  let count = 0
  let isStopped = false

  const note = () => {
    const moment = { world: now(), machine: machineNow() }
    if (!isNews(moments, moment)) return
    // With the next millisecond, so that whatever was done up to here was done before it, and whatever comes, after.
    const begun = performance.now()
    while (machineNow() <= moment.machine && performance.now() - begun < 2);
    moments = [...moments, { world: moment.world + 1, machine: moment.machine + 1 }]
  }

  function theProgram(): Promise<PostgresProgram> {
    if (isStopped) return Promise.reject(new Error('the practice world has ended'))
    opened ??= openProgram()
    // What is missing may be there at the next attempt.
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }

  function theBook(): Book {
    if (book !== undefined) return book
    const made = createBook(createRandom(bookOf.seed), bookOf.now)
    for (const { loanId, amountCents, createdAt } of saved?.asleep ?? [])
      made.pay(loanId, amountCents, createdAt)
    book = made
    return made
  }

  const newHome = (program: PostgresProgram) => makeHome(program, String(++count))

  async function makePrimary(program: PostgresProgram): Promise<Home> {
    const home = await newHome(program)
    await placeTemplate(program, home.data, options.cache)
    const sql = firstSql(passwords, theBook())
    // From here on the book is no more what the database holds: who asks has to wait for the database.
    isAsleep = false
    try {
      await program.script(home.data, 'loanserve', sql)
      await program.pack(home.data, baseFile(program))
    } catch (error) {
      isAsleep = true
      throw error
    }
    madeAt = now()
    note()
    book = undefined
    return home
  }

  function add(id: string, port: number, make: (program: PostgresProgram) => Promise<Home>): Database {
    const door = createDoor({
      port,
      wake: async () => (await database.wake()).socket,
      onTraffic: note,
    })
    const database: Database = createDatabase({
      id,
      door,
      adminPassword: passwords.admin,
      async home() {
        const program = await theProgram()
        const home = homes.get(id) ?? (await make(program))
        homes.set(id, home)
        return { program, home }
      },
      async discard() {
        const home = homes.get(id)
        homes.delete(id)
        if (home !== undefined) await rm(join(home.data, '..'), { recursive: true, force: true })
      },
    })
    databases.set(id, database)
    return database
  }

  function must(id: string): Database {
    const database = databases.get(id)
    if (database === undefined) throw new Error(`there is no database ${id}`)
    return database
  }

  function takePort(): number {
    const port = spares.shift()
    if (port === undefined) throw new Error('too many databases are made at once')
    void freePort().then((next) => spares.push(next))
    return port
  }

  async function restore(id: string, sourceId: string, time: number): Promise<void> {
    const source = must(sourceId)
    if (databases.has(id)) throw new Error(`there is a database ${id} already`)
    const made = add(id, takePort(), () => Promise.reject(new Error(`${id} has not been restored`)))
    try {
      note()
      const end = machineNow()
      const archive = await source.archive()
      const target = machineTime(moments, time)
      const program = await theProgram()
      const home = await newHome(program)
      await shareArchive(archive, home.archive)
      const isEarlier = madeAt !== undefined && time < madeAt
      await recover(program, home, passwords.admin, {
        ...(target < end ? { time: target } : {}),
        ...(isEarlier ? { trimTo: time } : {}),
      })
      homes.set(id, home)
    } catch (error) {
      databases.delete(id)
      await made.remove()
      throw error
    }
  }

  async function save(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true })
    const state: Saved = {
      version: 1,
      primaryId,
      passwords,
      book: bookOf,
      ...(isAsleep ? { asleep: theBook().payments.filter(({ createdAt }) => createdAt > bookOf.now) } : {}),
      ...(madeAt === undefined ? {} : { madeAt }),
      moments: [...moments],
      databases: [...databases.values()].map(({ id, door }) => ({
        id,
        port: door.port,
        open: door.isOpen(),
      })),
    }
    if (!isAsleep) {
      for (const [at, database] of [...databases.values()].entries())
        await (await theProgram()).pack(await database.archive(), join(directory, `${at}.tar`))
      await copyFile(baseFile(await theProgram()), join(directory, 'base.tar'))
    }
    await writeFile(join(directory, savedFile), `${JSON.stringify(state)}\n`, { mode: 0o600 })
  }

  /** Takes the files of a saved world over. Each database is recovered from them when it is first needed. */
  async function load(from: string, { databases: known, asleep }: Saved): Promise<void> {
    const program = asleep === undefined ? await theProgram() : undefined
    if (program !== undefined) await copyFile(join(from, 'base.tar'), baseFile(program))
    for (const [at, { id, port, open }] of known.entries()) {
      let make = makePrimary
      if (program !== undefined) {
        const home = await newHome(program)
        await rm(home.archive, { recursive: true })
        await program.unpack(join(from, `${at}.tar`), home.archive)
        make = async () => {
          await recover(program, home, passwords.admin)
          return home
        }
      }
      const database = add(id, await freePort(port), make)
      if (open) await database.door.open()
    }
  }

  if (options.saved !== undefined && saved !== undefined) await load(options.saved, saved)
  else await add(primaryId, takePort(), makePrimary).door.open()
  const primaryUrl = `postgres://app:${passwords.app}@127.0.0.1:${must(primaryId).door.port}/loanserve`

  return {
    primaryId,
    primaryUrl,
    addressOf(id) {
      const database = databases.get(id)
      return database === undefined ? undefined : { host: '127.0.0.1', port: database.door.port }
    },
    asleep: (url) =>
      isAsleep && url === primaryUrl && databases.get(primaryId)?.door.isOpen() === true
        ? theBook()
        : undefined,
    restore,
    open: async (id) => must(id).door.open(),
    close: async (id) => must(id).close(),
    async remove(id) {
      const database = must(id)
      databases.delete(id)
      await database.remove()
    },
    isAwake: (id) => databases.get(id)?.isAwake() ?? false,
    sessions: (id) => databases.get(id)?.door.sessions() ?? 0,
    save,
    async stop() {
      isStopped = true
      await Promise.all([...databases.values()].map((database) => database.close()))
      await (await opened?.catch(() => undefined))?.remove()
    },
  }
}

async function readSaved(directory: string): Promise<Saved> {
  return savedSchema.parse(JSON.parse(await readFile(join(directory, savedFile), 'utf8')))
}

/** Of letters and digits alone, so that it needs no escaping in a URL. */
function password(random: () => number): string {
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return Array.from({ length: 24 }, () => letters[Math.floor(random() * letters.length)] ?? 'x').join('')
}
