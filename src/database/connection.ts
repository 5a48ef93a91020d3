/** A PostgreSQL connection URI: what stands in it, and the same with another address. Its errors never show the value. */

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Connection extends Address {
  readonly user?: string
  readonly password?: string
  readonly database?: string
  /** The parameters behind the question mark, decoded. */
  readonly options: Readonly<Record<string, string>>
}

export type ConnectionResult =
  | { readonly ok: true; readonly connection: Connection }
  /** A clause that fits behind "the value", e.g. "is no postgres:// URI"; without anything of the value. */
  | { readonly ok: false; readonly why: string }

const defaultPort = 5432

/** scheme, userinfo with its @, address, the rest. As libpq reads it: the userinfo ends at the last @ before a slash. */
const form = /^(postgres(?:ql)?:\/\/)([^/]*@)?([^/?#@]*)([/?#][\s\S]*)?$/i

/** An address in the parameters goes before the one in the URI, and would silently outlive its replacement. */
const addressOptions = ['host', 'hostaddr', 'port', 'service']

/**
 * Reads a URI in the form of libpq (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS)
 * with one host.
 */
export function readConnection(uri: string): ConnectionResult {
  const match = form.exec(uri)
  if (match === null) return no('is no postgres:// URI')
  const [, , userinfo = '', address = '', rest = ''] = match
  const place = /^(\[[^\]]+\]|[^:,[\]]+)(?::(\d{1,5}))?$/.exec(address)
  if (place === null)
    return no(address.includes(',') ? 'names several hosts' : 'names no host, or one that cannot be read')
  const [path = '', query = ''] = rest.split(/\?(.*)/s)
  const options = Object.fromEntries(new URLSearchParams(query))
  const own = addressOptions.find((name) => options[name] !== undefined)
  if (own !== undefined) return no(`has its address in the parameter "${own}"`)
  const [, name = '', secret] = /^([^:]*)(?::(.*))?@$/s.exec(userinfo) ?? []
  const [user, password, database] = [name, secret, path.slice(1)].map(decoded)
  if (user === null || password === null || database === null) return no('holds a % that encodes nothing')
  return {
    ok: true,
    connection: {
      host: (place[1] ?? '').replace(/^\[|\]$/g, ''),
      port: Number(place[2] ?? defaultPort),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      options,
    },
  }
}

/**
 * The URI with host and port replaced. All else stays as it is written, character by character: user, password, database
 * and parameters. Give it what `readConnection` has read.
 */
export function withAddress(uri: string, { host, port }: Address): string {
  const written = host.includes(':') ? `[${host}]` : host
  return uri.replace(
    form,
    (_all, scheme: string, userinfo: string | undefined, _address: string, rest: string | undefined) =>
      `${scheme}${userinfo ?? ''}${written}:${port}${rest ?? ''}`,
  )
}

/** Whether both lead to the same place. Names of hosts ignore case. */
export function isSameAddress(one: Address, other: Address): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port
}

/** The address as a person reads it. */
export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** libpq's variables for the parameters of a URI that it knows; those of other drivers (`schema`, `pgbouncer`) it refuses. */
const optionVariables: Readonly<Record<string, string>> = {
  application_name: 'PGAPPNAME',
  channel_binding: 'PGCHANNELBINDING',
  client_encoding: 'PGCLIENTENCODING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  gssencmode: 'PGGSSENCMODE',
  options: 'PGOPTIONS',
  require_auth: 'PGREQUIREAUTH',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
}

/** node-postgres's word for TLS without a check of the certificate; libpq's is `require`. */
const sslModes: Readonly<Record<string, string>> = { 'no-verify': 'require' }

/**
 * The connection as libpq's environment variables
 * (https://www.postgresql.org/docs/current/libpq-envars.html), so that nothing of it stands on a command line.
 * Transactions only read unless `write` is given: what would write is then refused by the server.
 */
export function connectionEnvironment(
  connection: Connection,
  { write }: { readonly write: boolean },
): Readonly<Record<string, string>> {
  const { host, port, user, password, database, options } = connection
  const known: Record<string, string> = { PGCONNECT_TIMEOUT: '10', PGAPPNAME: 'handrail' }
  for (const [name, value] of Object.entries(options)) {
    const variable = optionVariables[name]
    if (variable !== undefined) known[variable] = sslModes[value] ?? value
  }
  const readOnly = write ? [] : ['-c default_transaction_read_only=on']
  const pgOptions = [...(known.PGOPTIONS === undefined ? [] : [known.PGOPTIONS]), ...readOnly].join(' ')
  return {
    ...known,
    PGHOST: host,
    PGPORT: String(port),
    ...(user === undefined ? {} : { PGUSER: user }),
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    ...(database === undefined ? {} : { PGDATABASE: database }),
    ...(pgOptions === '' ? {} : { PGOPTIONS: pgOptions }),
  }
}

const no = (why: string): ConnectionResult => ({ ok: false, why })

/** Undefined for nothing, null for what can't be decoded. */
function decoded(text: string | undefined): string | undefined | null {
  if (text === undefined || text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
