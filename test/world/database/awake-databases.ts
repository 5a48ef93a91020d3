/** Wakes a practice database, prints where it runs, and waits to be killed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openEmbeddedPostgres } from '../../../src/world/database/embedded-postgres.ts'
import { ask, practiceDatabases } from './practice-databases.ts'

const program = await openEmbeddedPostgres()
const { directory } = program
const { primaryUrl } = await practiceDatabases({ openProgram: async () => program })
await ask(primaryUrl, 'SELECT 1')
const pid = Number(readFileSync(join(directory, '1', 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
process.stdout.write(`${JSON.stringify({ directory, pid })}\n`)
setInterval(() => {}, 1000)
