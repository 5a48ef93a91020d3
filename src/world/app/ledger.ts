/** Where the application keeps its loans: in its database, or in memory where it has none. */
import type { Soon } from './soon.ts'

/** A loan as the API shows it. */
export interface LoanView {
  readonly id: string
  readonly borrower: string
  readonly principal_cents: number
  readonly outstanding_cents: number
  readonly annual_rate_percent: number
  readonly status: string
  readonly opened_on: string
  readonly next_payment_on: string | null
}

interface LoanPage {
  readonly loans: readonly LoanView[]
  /** Of all pages. */
  readonly total: number
}

/** The sums that the metrics page shows. */
export interface Totals {
  readonly loans: {
    readonly total: number
    readonly current: number
    readonly late: number
    readonly paid: number
    readonly outstanding_cents: number
  }
  readonly payments: { readonly total: number; readonly amount_cents: number }
}

interface PaymentView {
  readonly id: number
  readonly loan_id: string
  readonly amount_cents: number
  readonly created_at: string
}

/** Everything in it may fail, as a database may. */
export interface Ledger {
  /** Resolves when it can be asked. */
  readonly ping: () => Soon<void>
  readonly page: (limit: number, offset: number) => Soon<LoanPage>
  readonly loan: (id: string) => Soon<LoanView | undefined>
  readonly totals: () => Soon<Totals>
  /** `too-much`: less is outstanding. Then nothing has changed. */
  readonly pay: (loanId: string, amountCents: number) => Soon<PaymentView | 'unknown' | 'too-much'>
}
