/** The database that migrations run in: the one of DATABASE_URL, whose password is never shown. */
import { createRedactor, type Redactor } from '../journal/redact.ts'
import { LockHeld, openSession, type Session } from '../migrations/session.ts'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'

/** The database, and what takes its password out of any text. Throws a Refusal, ended by `more`, where none is named. */
export function databaseUrl(more = ''): { readonly url: string; readonly redact: Redactor } {
  const url = process.env.DATABASE_URL
  if (url === undefined || url === '')
    throw new Refusal(
      `DATABASE_URL is not set, so no database can be asked. Nothing was changed.${more}`,
      exitCode.usage,
    )
  const password = URL.canParse(url) ? new URL(url).password : ''
  const values = [url, password, decoded(password), process.env.PGPASSWORD ?? ''].filter(
    (each) => each !== '',
  )
  return { url, redact: createRedactor({ values }) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Opens a session, works, closes it. What the database says when it refuses becomes a refusal, without the password. */
export async function withSession<T>(
  url: string,
  redact: Redactor,
  options: Parameters<typeof openSession>[1],
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let session: Session
  try {
    session = await openSession(url, options)
  } catch (error) {
    throw new Refusal(
      redact(`The database of DATABASE_URL can't be asked: ${reasonOf(error)}. Nothing was changed.`),
      exitCode.usage,
    )
  }
  try {
    return await work(session)
  } catch (error) {
    if (error instanceof LockHeld)
      throw new Refusal(
        redact(
          `${error.message}\nNothing was changed. Wait until it is done, then look with \`handrail migrations check\`.`,
        ),
      )
    if (error instanceof Error && 'severity' in error)
      throw new Refusal(
        redact(`The database refused: ${error.message}. No migration was begun.`),
        exitCode.failed,
      )
    throw error
  } finally {
    await session.close()
  }
}

/** A refused connection to a name with several addresses has one reason for each and none of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
