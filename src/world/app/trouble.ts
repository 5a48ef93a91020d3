/** What a user is told when something behind the application fails, and what its log says of it. */
import { ZodError } from 'zod'

export interface Trouble {
  readonly status: number
  /** For the user: without the insides. */
  readonly error: string
  /** For the log. */
  readonly detail: string
  /** The database can't be asked at all, as opposed to this one statement. */
  readonly unreachable: boolean
}

const unreachable = "the database can't be reached"

/** By the first characters of PostgreSQL's error codes (appendix A of its manual). */
const byCode: readonly (readonly [code: string, status: number, error: string, unreachable: boolean])[] = [
  ['57014', 504, 'the database took too long', false],
  ['55P03', 503, 'the database is busy', false],
  ['53', 503, 'the database is busy', true],
  ['08', 503, unreachable, true],
  ['57P', 503, unreachable, true],
  ['28', 503, unreachable, true],
  ['3D', 503, unreachable, true],
  ['42', 500, 'internal error', false],
]

/** From an error of the database, of its driver or of the network. */
export function databaseTrouble(error: unknown): Trouble {
  // Rows that aren't what the application was written for: a migration has changed what a column holds.
  if (error instanceof ZodError)
    return {
      status: 500,
      error: 'internal error',
      detail: `unexpected rows: ${error.message}`,
      unreachable: false,
    }
  const detail = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = byCode.find(([start]) => code.startsWith(start))
  // What PostgreSQL itself says bears a code of five characters; the driver and the network have others, or none.
  const own = /^[0-9A-Z]{5}$/.test(code)
  const [, status, told, away] =
    known ?? (own ? ['', 500, 'internal error', false] : ['', 503, unreachable, true])
  return { status, error: told, detail: code === '' ? detail : `${detail} (${code})`, unreachable: away }
}
