/** What the application answers to a request: a decision over its behavior, without any network. */
import type { AppBehavior } from './behavior.ts'
import { type Loan, loanTotals } from './loans.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface Asked {
  readonly method: string
  /** With its query, as it came. */
  readonly url: string
}

/** Who answers: the pod's color and how its application behaves. */
export interface Answerer {
  readonly color: string
  readonly behavior: AppBehavior
}

/** What stands behind the application, measured for this one answer, in milliseconds. */
export interface Backing {
  readonly loans: readonly Loan[]
  readonly latencies: { readonly database: number; readonly creditBureau: number; readonly payments: number }
}

/**
 * The answer of one pod. `/healthz`, `/api/loans`, `/api/loans/ID` and `/api/loans/metrics` are served; the
 * headers x-version and x-color tell who answered. An unhealthy version fails its health check and every page
 * that needs the database.
 */
export function answer(asked: Asked, { color, behavior }: Answerer, backing: Backing): Answer {
  const headers = { 'x-version': behavior.version, 'x-color': color }
  const pathname = asked.url.split('?')[0] ?? '/'
  const reply = (status: number, body: unknown): Answer => ({ status, headers, body })
  if (asked.method !== 'GET' && asked.method !== 'HEAD')
    return {
      ...reply(405, { error: `${asked.method} is not allowed here` }),
      headers: { ...headers, allow: 'GET, HEAD' },
    }
  if (pathname === '/healthz') return reply(behavior.healthy ? 200 : 500, health(behavior, backing))
  if (!pathname.startsWith('/api/loans')) return reply(404, { error: `nothing is at ${pathname}` })
  if (!behavior.healthy) return reply(500, { error: "the database can't be reached" })
  if (pathname === '/api/loans/metrics')
    return reply(200, { version: behavior.version, color, loans: loanTotals(backing.loans) })
  if (pathname === '/api/loans' || pathname === '/api/loans/')
    return reply(200, { loans: backing.loans.map((loan) => shown(loan, behavior)) })
  const loan = backing.loans.find(({ id }) => pathname === `/api/loans/${id}`)
  return loan === undefined
    ? reply(404, { error: `there is no loan ${pathname.slice('/api/loans/'.length)}` })
    : reply(200, shown(loan, behavior))
}

/** The flag `new_feature` shows when the next payment is due; without it a loan looks as it always did. */
function shown({ next_payment_on, ...loan }: Loan, { flags }: AppBehavior) {
  return flags.new_feature === true ? { ...loan, next_payment_on } : loan
}

function health({ healthy }: AppBehavior, { latencies }: Backing) {
  const status = healthy ? 'ok' : 'failing'
  return {
    status,
    checks: [
      {
        name: 'database',
        status,
        latency_ms: latencies.database,
        comment: 'the loans are kept in memory; no database server stands behind them yet',
      },
      { name: 'credit-bureau', status: 'ok', latency_ms: latencies.creditBureau },
      { name: 'payments', status: 'ok', latency_ms: latencies.payments },
    ],
  }
}
