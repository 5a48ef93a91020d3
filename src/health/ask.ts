/** Asks the application over HTTP, as curl would: through the proxy of the environment, and following nothing. */
import http from 'node:http'
import https from 'node:https'
import type { Answer } from './page.ts'
import { printable } from './printable.ts'
import { answerWithinMs } from './thresholds.ts'

/** A health page is small; of something else the beginning is enough. */
const longestBody = 256 * 1024

/** One GET, timed until its last byte; without a whole answer within 5 s there is none. Never throws. */
export function ask(url: string): Promise<Answer> {
  const begun = performance.now()
  const elapsed = () => performance.now() - begun
  return new Promise((resolve) => {
    const none = (why: string) => resolve({ kind: 'none', why, ms: elapsed() })
    const late = AbortSignal.timeout(answerWithinMs)
    const failed = (error: Error) =>
      none(late.aborted ? `no answer within ${answerWithinMs / 1000} s` : reasonOf(error))
    try {
      const target = new URL(url)
      const { get, Agent } = target.protocol === 'https:' ? https : http
      const agent = new Agent({ proxyEnv: process.env, timeout: answerWithinMs })
      const request = get(
        target,
        { agent, signal: late, headers: { 'user-agent': 'handrail' } },
        (response) => {
          let body = ''
          response.setEncoding('utf8')
          response.on('data', (text: string) => {
            if (body.length < longestBody) body += text
          })
          response.on('error', failed)
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response
            const color = headers['x-color']
            const served = typeof color === 'string' ? { color: printable(color, 40) } : {}
            resolve({ kind: 'answered', status, ms: elapsed(), body, ...served })
            agent.destroy()
          })
        },
      )
      request.on('error', failed)
    } catch (error) {
      none(error instanceof Error ? printable(error.message) : 'it can not be asked')
    }
  })
}

/** An AggregateError (each address of a host was tried) has no message of its own. */
function reasonOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const code = first instanceof Error && 'code' in first ? String(first.code) : ''
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was cut',
    ENOTFOUND: 'its name leads to no address',
    EAI_AGAIN: 'its name could not be looked up',
    EHOSTUNREACH: 'its address can not be reached',
  }
  return known[code] ?? printable(first instanceof Error ? first.message : String(first))
}
