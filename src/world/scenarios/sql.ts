/** A scenario's own sessions on the world's PostgreSQL. */
import type { Client } from 'pg'

/** Sessions that are named, as a program's would be, and ended together. */
export interface Sessions {
  /** Connects; rejects when the database can't be reached. */
  readonly open: (url: string, name: string) => Promise<Client>
  /** Ends them all, whatever they wait for. */
  readonly close: () => void
}

/** No session yet. The client is loaded with the first. */
export function createSessions(): Sessions {
  const clients = new Set<Client>()
  let closed = false
  return {
    async open(url, name) {
      const { default: pg } = await import('pg')
      const client = new pg.Client({ connectionString: url, application_name: name, ssl: false })
      // A session that an operator ends is no failure of ours: the query that it ran rejects, and that is all.
      client.on('error', () => clients.delete(client))
      await client.connect()
      clients.add(client)
      if (closed) void client.end()
      return client
    },
    close() {
      closed = true
      for (const client of clients) void client.end().catch(() => {})
    },
  }
}
