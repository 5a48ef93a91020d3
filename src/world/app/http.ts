/** The application's answers over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Asked, Prepared } from './answers.ts'

/** An answer in bytes; undefined headers are those that every answer has. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** No page of the application wants more than this. */
const largestBody = 65_536

/** An answer of the application as JSON. */
export function jsonReply({ status, headers, body }: Prepared): Reply {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    text: `${JSON.stringify(body)}\n`,
  }
}

/** What was asked, with its body. Throws when that is too large or never ends. */
export async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > largestBody) throw new Error(`the body of a request has more than ${largestBody} bytes`)
    chunks.push(bytes)
  }
  const body = Buffer.concat(chunks).toString()
  return { method: request.method ?? 'GET', url: request.url ?? '/', ...(body === '' ? {} : { body }) }
}

/** `now` in milliseconds since 1970. */
export function send(
  response: ServerResponse,
  { status, headers, text }: Reply,
  method: string,
  now: number,
): void {
  response.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(text),
    date: new Date(now).toUTCString(),
  })
  response.end(method === 'HEAD' ? undefined : text)
}
