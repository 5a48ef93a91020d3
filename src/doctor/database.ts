/** A PostgreSQL database by its URI: whether it lets this user in. No password is ever part of what is said. */
import { z } from 'zod'
import type { Diagnosis } from './diagnosis.ts'

/** The practice world starts its database when the first one asks for it, and that takes its time. */
const answerWithinMs = 8000

export interface DatabaseQuestion {
  readonly area: string
  /** The variable that holds the URI. */
  readonly variable: string
  readonly uri: string | undefined
  /** What to say when there is none. */
  readonly absent: { readonly standing: Diagnosis['standing']; readonly says: string; readonly now?: string }
}

const answer = z.tuple([
  z.object({ version: z.string(), user: z.string(), database: z.string(), standby: z.boolean() }),
])

/** One connection, one question, closed again. Never throws. */
export async function examineDatabase({ area, variable, uri, absent }: DatabaseQuestion): Promise<Diagnosis> {
  const subject = { area, subject: 'database' }
  if (uri === undefined || uri === '') return { ...subject, ...absent }
  const place = placeOf(uri)
  if (place === undefined)
    return {
      ...{ ...subject, standing: 'missing', says: `${variable} is no postgres:// URI.` },
      now: 'It has the form postgres://USER:PASSWORD@HOST:5432/DATABASE.',
    }
  // Loaded here and not above: most runbooks never need it.
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    ...{ connectionString: uri, connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs },
    application_name: 'handrail doctor',
  })
  client.on('error', () => {})
  const begun = performance.now()
  try {
    await client.connect()
    const { rows } = await client.query(question)
    const [{ version, user, database, standby }] = answer.parse(rows)
    const ms = Math.round(performance.now() - begun)
    const says = `${place}: PostgreSQL ${version}, ${user} at ${database}, answers in ${ms} ms`
    return standby
      ? {
          ...{ ...subject, standing: 'doubtful', says: `${says}. It is a standby, which takes no writes.` },
          now: `Point ${variable} at the writer.`,
        }
      : { ...subject, standing: 'fine', says }
  } catch (error) {
    const why = error instanceof Error ? firstLine(error) : 'it can not be asked'
    return { ...subject, standing: 'missing', says: `${place}, from ${variable}: ${without(why, uri)}.` }
  } finally {
    await client.end().catch(() => {})
  }
}

const question = `select current_setting('server_version') as version, current_user as "user",
  current_database() as database, pg_is_in_recovery() as standby`

function placeOf(uri: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(uri) || !URL.canParse(uri)) return undefined
  const { hostname, port } = new URL(uri)
  return `${hostname}:${port === '' ? '5432' : port}`
}

/** An error of several addresses has its words in its parts. */
function firstLine(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return (first instanceof Error ? first.message : String(first)).split('\n')[0] ?? ''
}

function without(text: string, uri: string): string {
  const { password } = new URL(uri)
  return [password, decodeURIComponent(password)]
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '…'), text)
}
