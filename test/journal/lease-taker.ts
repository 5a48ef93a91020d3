/** A program for lease.test.ts: takes the lease of the run in argv[2], prints how that went, and then waits to be ended. */
import { takeLease } from '../../src/journal/lease.ts'

const [directory = '', operator = ''] = process.argv.slice(2)
const result = await takeLease(directory, { operator, since: '2026-11-23T07:14:00.000Z' })
console.log(
  JSON.stringify(
    result.ok ? { ok: true, from: result.from?.operator } : { ok: false, message: result.message },
  ),
)
process.stdin.resume()
process.stdin.on('end', async () => {
  if (result.ok) await result.lease.release('2026-11-23T08:00:00.000Z')
  process.exit(0)
})
