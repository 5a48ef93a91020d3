/** What the application answers to a request: which of its pages is asked for, and what stands on it. */
import type { AppBehavior } from './behavior.ts'
import type { ExternalServices } from './external-services.ts'
import { type Health, healthPage } from './health.ts'
import type { Ledger, LoanView } from './ledger.ts'
import type { FrozenTotals } from './metrics.ts'
import { andThen, orElse, type Soon } from './soon.ts'
import { databaseTrouble, type Trouble } from './trouble.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface Asked {
  readonly method: string
  /** With its query, as it came. */
  readonly url: string
  readonly body?: string
}

/** An answer as the application has made it up, not sent yet. */
export interface Prepared extends Answer {
  /** What of its time is made up: so long it is still held back, in milliseconds. */
  readonly afterMs: number
  /** What went wrong behind it, for the log. */
  readonly trouble: Trouble | undefined
}

/** Who answers, and what stands behind it. */
export interface Answering {
  readonly color: string
  readonly behavior: AppBehavior
  readonly ledger: Ledger
  /** Of the ledger, for the health page. */
  readonly health: Health
  readonly services: ExternalServices
  readonly metrics: FrozenTotals
  /** Of the maintenance mode; '' without one. */
  readonly banner: string
}

/** How long the application waits for a service outside before it gives up. */
const servicePatienceMs = 1500
const defaultPage = 20
const largestPage = 100

/**
 * The answer of one pod. `/livez` says that it runs and `/healthz` how what is behind it does; `/api/loans`
 * (`?limit=&offset=`), `/api/loans/ID` and `/api/loans/metrics` are read, and a payment is made by POST to
 * `/api/loans/ID/payments` with `{"amount_cents":…}`. The headers x-version and x-color tell who answered. It never
 * rejects: what fails becomes an answer with its trouble.
 */
export function respond(asked: Asked, answering: Answering): Soon<Prepared> {
  const { behavior } = answering
  const [pathname = '/', query = ''] = asked.url.split('?')
  const path = pathname.replace(/(.)\/$/, '$1')
  if (path === '/livez') return readOnly(asked, answering, () => reply(answering, 200, { status: 'ok' }))
  if (path === '/healthz')
    return readOnly(asked, answering, () =>
      andThen(healthPage(answering), ({ status, body, afterMs, trouble }) => ({
        ...reply(answering, status, body, afterMs),
        trouble,
      })),
    )
  if (path !== '/api/loans' && !path.startsWith('/api/loans/'))
    return reply(answering, 404, { error: `nothing is at ${path}` })
  if (!behavior.healthy) return reply(answering, 500, { error: "the database can't be reached" })
  return orElse(
    () => api(path, new URLSearchParams(query), asked, answering),
    (error) => {
      const trouble = databaseTrouble(error)
      return { ...reply(answering, trouble.status, { error: trouble.error }), trouble }
    },
  )
}

function api(path: string, query: URLSearchParams, asked: Asked, answering: Answering): Soon<Prepared> {
  const [id = '', what, ...more] = path.slice('/api/loans/'.length).split('/')
  if (path === '/api/loans') return readOnly(asked, answering, () => listPage(query, answering))
  if (what === undefined && id === 'metrics') return readOnly(asked, answering, () => metricsPage(answering))
  if (what === undefined) return readOnly(asked, answering, () => loanPage(id, answering))
  if (what !== 'payments' || more.length > 0) return reply(answering, 404, { error: `nothing is at ${path}` })
  if (asked.method !== 'POST') return notAllowed(asked, answering, 'POST')
  return pay(id, asked.body ?? '', answering)
}

function listPage(query: URLSearchParams, answering: Answering): Soon<Prepared> {
  const limit = Math.min(largestPage, wholeNumber(query.get('limit')) ?? defaultPage)
  const offset = wholeNumber(query.get('offset')) ?? 0
  return andThen(answering.ledger.page(limit, offset), ({ loans, total }) =>
    reply(answering, 200, {
      loans: loans.map((loan) => shown(loan, answering.behavior)),
      page: { limit, offset, total },
    }),
  )
}

function metricsPage(answering: Answering): Soon<Prepared> {
  const { behavior, color, metrics, ledger } = answering
  return andThen(
    metrics(() => ledger.totals()),
    ({ at, totals }) =>
      reply(answering, 200, {
        version: behavior.version,
        color,
        as_of: new Date(at).toISOString(),
        ...totals,
      }),
  )
}

function loanPage(id: string, answering: Answering): Soon<Prepared> {
  const { ledger, services, behavior } = answering
  return andThen(ledger.loan(id), (loan) => {
    if (loan === undefined) return reply(answering, 404, { error: `there is no loan ${id}` })
    const { ok, ms } = services.ask('credit-bureau', servicePatienceMs)
    if (!ok) return without('credit-bureau', ms, answering)
    const credit_score = services.creditScore(loan.borrower)
    return reply(answering, 200, { ...shown(loan, behavior), credit_score }, ms)
  })
}

function pay(id: string, body: string, answering: Answering): Soon<Prepared> {
  const amount = amountOf(body)
  if (amount === undefined)
    return reply(answering, 400, { error: 'a payment is {"amount_cents": a whole number from 1}' })
  // The money moves first: a payment that was not taken must not be in the books.
  const { ok, ms } = answering.services.ask('payments', servicePatienceMs)
  if (!ok) return without('payments', ms, answering)
  return andThen(answering.ledger.pay(id, amount), (payment) => {
    if (payment === 'unknown') return reply(answering, 404, { error: `there is no loan ${id}` }, ms)
    if (payment === 'too-much') return reply(answering, 422, { error: 'less than that is outstanding' }, ms)
    return reply(answering, 201, payment, ms)
  })
}

function without(service: string, ms: number, answering: Answering): Prepared {
  const error = `${service} does not answer`
  const detail = `${service}: no answer within ${servicePatienceMs} ms`
  return {
    ...reply(answering, 502, { error }, ms),
    trouble: { status: 502, error, detail, unreachable: false },
  }
}

function reply({ behavior, color, banner }: Answering, status: number, body: object, afterMs = 0): Prepared {
  return {
    status,
    headers: { 'x-version': behavior.version, 'x-color': color },
    body: banner === '' ? body : { ...body, maintenance_banner: banner },
    afterMs: behavior.answersAfterMs + afterMs,
    trouble: undefined,
  }
}

function notAllowed({ method }: Asked, answering: Answering, allow: string): Prepared {
  const refused = reply(answering, 405, { error: `${method} is not allowed here` })
  return { ...refused, headers: { ...refused.headers, allow } }
}

function readOnly(asked: Asked, answering: Answering, page: () => Soon<Prepared>): Soon<Prepared> {
  return asked.method === 'GET' || asked.method === 'HEAD'
    ? page()
    : notAllowed(asked, answering, 'GET, HEAD')
}

/** The flag `new_feature` shows when the next payment is due; without it a loan looks as it always did. */
function shown({ next_payment_on, ...loan }: LoanView, { flags }: AppBehavior) {
  return flags.new_feature === true ? { ...loan, next_payment_on } : loan
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function amountOf(body: string): number | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || !('amount_cents' in value)) return undefined
    const { amount_cents } = value
    const isAmount =
      typeof amount_cents === 'number' && Number.isSafeInteger(amount_cents) && amount_cents > 0
    return isAmount ? amount_cents : undefined
  } catch {
    return undefined
  }
}
