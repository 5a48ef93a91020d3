/** Tells a client of PostgreSQL why there is no database for it, in the protocol that it speaks. */
import type { Socket } from 'node:net'

/** The requests for an encrypted connection that come before anything else (PostgreSQL's protocol, 54.7). */
const encryptionRequests: readonly number[] = [80_877_103, 80_877_104]
const startupLength = 8

/** Ends the connection with an error that psql and drivers show. */
export function refuse(client: Socket, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  client.on('data', (chunk: Buffer) => {
    const asksForEncryption =
      chunk.length === startupLength && encryptionRequests.includes(chunk.readInt32BE(startupLength / 2))
    if (asksForEncryption) client.write('N')
    else client.end(errorResponse(message))
  })
  client.on('end', () => client.end())
  client.resume()
}

/** An ErrorResponse: fatal, cannot connect now. */
function errorResponse(message: string): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C57P03`, `M${message}`, '']
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''))
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
