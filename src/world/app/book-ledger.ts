/** A ledger over a book in memory: it answers at once. */
import type { Book, Loan } from '../database/book.ts'
import type { Ledger, LoanView, Totals } from './ledger.ts'

/** `now` in milliseconds since 1970: when payments are taken in. */
export function bookLedger(book: Book, now: () => number): Ledger {
  const view = (loan: Loan): LoanView => ({
    id: loan.id,
    borrower: book.borrowers.get(loan.borrowerId)?.name ?? '',
    principal_cents: loan.principalCents,
    outstanding_cents: loan.outstandingCents,
    annual_rate_percent: loan.annualRatePercent,
    status: loan.status,
    opened_on: loan.openedOn,
    next_payment_on: loan.nextPaymentOn ?? null,
  })
  return {
    ping: () => undefined,
    page: (limit, offset) => ({
      loans: [...book.loans.values()].slice(offset, offset + limit).map(view),
      total: book.loans.size,
    }),
    loan(id) {
      const loan = book.loans.get(id)
      return loan === undefined ? undefined : view(loan)
    },
    totals: () => totals(book),
    pay(loanId, amountCents) {
      const payment = book.pay(loanId, amountCents, now())
      if (typeof payment === 'string') return payment
      const { id, createdAt } = payment
      return {
        id,
        loan_id: loanId,
        amount_cents: amountCents,
        created_at: new Date(createdAt).toISOString(),
      }
    },
  }
}

function totals({ loans, payments }: Book): Totals {
  const count = { current: 0, late: 0, paid: 0 }
  let outstanding = 0
  for (const { status, outstandingCents } of loans.values()) {
    count[status]++
    outstanding += outstandingCents
  }
  return {
    loans: { total: loans.size, ...count, outstanding_cents: outstanding },
    payments: {
      total: payments.length,
      amount_cents: payments.reduce((sum, { amountCents }) => sum + amountCents, 0),
    },
  }
}
