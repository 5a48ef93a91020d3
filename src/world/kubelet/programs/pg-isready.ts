/** `pg_isready`: whether a PostgreSQL server takes connections (PostgreSQL documentation, "pg_isready"). */
import { readOptions } from './options.ts'
import type { Program } from './program.ts'
import { settled } from './step.ts'

const known = {
  h: { name: 'host', takesValue: true },
  host: { name: 'host', takesValue: true },
  p: { name: 'port', takesValue: true },
  port: { name: 'port', takesValue: true },
  d: { name: 'database', takesValue: true },
  dbname: { name: 'database', takesValue: true },
  U: { name: 'user', takesValue: true },
  username: { name: 'user', takesValue: true },
  t: { name: 'timeout', takesValue: true },
  timeout: { name: 'timeout', takesValue: true },
  q: { name: 'quiet' },
  quiet: { name: 'quiet' },
  V: { name: 'version' },
  version: { name: 'version' },
} as const

const words = {
  accepting: { text: 'accepting connections', code: 0 },
  rejecting: { text: 'rejecting connections', code: 1 },
  'no response': { text: 'no response', code: 2 },
} as const

/** Exits with 0 when it accepts, 1 when it rejects, 2 without an answer, and 3 when it was asked wrongly. */
export const pgIsReady: Program = function* ({ args, env, room, stdout, stderr }) {
  const options = readOptions(args, known)
  if ('wrong' in options) {
    const name = options.wrong.replace(/^-+/, '')
    stderr(
      options.why === 'needs-value'
        ? `pg_isready: option requires an argument -- '${name}'\n`
        : options.wrong.startsWith('--')
          ? `pg_isready: unrecognized option '${options.wrong}'\n`
          : `pg_isready: invalid option -- '${name}'\n`,
    )
    stderr('pg_isready: hint: Try "pg_isready --help" for more information.\n')
    return 3
  }
  const { values, rest } = options
  const [extra] = rest
  if (extra !== undefined) {
    stderr(`pg_isready: error: too many command-line arguments (first is "${extra}")\n`)
    stderr('pg_isready: hint: Try "pg_isready --help" for more information.\n')
    return 3
  }
  if (values.has('version')) {
    stdout('pg_isready (PostgreSQL) 18.4\n')
    return 0
  }
  const named = connection(values.get('database')?.at(-1) ?? '')
  const host = values.get('host')?.at(-1) ?? named.host ?? env.PGHOST
  const port = values.get('port')?.at(-1) ?? named.port ?? env.PGPORT ?? '5432'
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    stderr(`pg_isready: invalid port number: "${port}"\n`)
    if (!values.has('quiet')) stdout(`${host ?? '/var/run/postgresql'}:${port} - no attempt\n`)
    return 3
  }
  // Without a host it asks the socket of a server in the same container, and there is none.
  const readiness =
    host === undefined || host.startsWith('/')
      ? 'no response'
      : yield* settled(room.askDatabase(host, Number(port)))
  const { text, code } = words[readiness]
  if (!values.has('quiet')) stdout(`${host ?? '/var/run/postgresql'}:${port} - ${text}\n`)
  return code
}

/** The host and port of a connection string that was given in place of a database's name. */
function connection(name: string): { readonly host?: string; readonly port?: string } {
  if (/^postgres(ql)?:\/\//.test(name)) {
    if (!URL.canParse(name)) return {}
    const { hostname, port } = new URL(name)
    return { ...(hostname === '' ? {} : { host: hostname }), ...(port === '' ? {} : { port }) }
  }
  const host = /\bhost=(\S+)/.exec(name)?.[1]
  const port = /\bport=(\S+)/.exec(name)?.[1]
  return { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) }
}
