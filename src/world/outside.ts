/** What pods of the practice cluster reach beyond it: the databases, and nothing else. */
import { connect } from 'node:net'
import type { Databases } from './database/databases.ts'
import type { Outside } from './kubelet/network.ts'
import type { DatabaseReadiness } from './kubelet/programs/program.ts'

/** PostgreSQL's own port, which tools take when none is named. The databases of this world have others. */
const usualPort = 5432
/** A client's first message: may we talk TLS? Any server of PostgreSQL's answers it with one letter. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const answersWithinMs = 3000

/**
 * The way from pods to the databases. All of them are on one host of this world, so the usual port is taken for the
 * primary one's: `pg_isready -h "$DB_HOST"` means that.
 */
export function outsideOf(databases: Pick<Databases, 'primaryId' | 'addressOf'>): Outside {
  return {
    addressesOf: () => [],
    async askDatabase(host, port) {
      const primary = databases.addressOf(databases.primaryId)
      if (primary === undefined || host !== primary.host) return 'no response'
      return ask(host, port === usualPort ? primary.port : port)
    },
  }
}

function ask(host: string, port: number): Promise<DatabaseReadiness> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (readiness: DatabaseReadiness) => {
      socket.destroy()
      resolve(readiness)
    }
    socket.setTimeout(answersWithinMs, () => end('no response'))
    socket.on('connect', () => socket.write(sslRequest))
    socket.on('data', (answer) => end(/^[NS]/.test(answer.toString('latin1')) ? 'accepting' : 'rejecting'))
    socket.on('error', () => end('no response'))
    socket.on('close', () => end('no response'))
  })
}
