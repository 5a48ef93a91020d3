/** Where a DATABASE_URL leads, seen from inside the practice world: no further than this machine. */

interface TargetConfig {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly ssl: boolean
}

export type DatabaseTarget = { readonly config: TargetConfig } | { readonly problem: Error }

const loopback: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']
const plainModes: readonly (string | null)[] = [null, 'disable', 'allow', 'prefer']

/**
 * The parts of the URL by which the driver connects, or what would come of trying: a text that isn't a URL, or a name
 * that resolves to nothing, as every name outside of the world does. Only the URL's own host counts; what it says
 * about hosts in its query is left out.
 */
export function databaseTarget(url: string): DatabaseTarget {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol))
    return { problem: coded('ERR_INVALID_URL', 'DATABASE_URL is not a URL of PostgreSQL') }
  if (!loopback.includes(parsed.hostname))
    return { problem: coded('ENOTFOUND', `getaddrinfo ENOTFOUND ${parsed.hostname}`) }
  return {
    config: {
      host: parsed.hostname.replace(/[[\]]/g, ''),
      port: Number(parsed.port || 5432),
      user: decodeURIComponent(parsed.username),
      password: decodeURIComponent(parsed.password),
      database: decodeURIComponent(parsed.pathname.slice(1)),
      ssl: !plainModes.includes(parsed.searchParams.get('sslmode')),
    },
  }
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
