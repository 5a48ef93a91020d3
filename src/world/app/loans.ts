/** The loans that LoanServe knows: a small set in memory, made from a seed. */

export interface Loan {
  readonly id: string
  readonly borrower: string
  readonly principal_cents: number
  readonly outstanding_cents: number
  readonly annual_rate_percent: number
  readonly status: 'current' | 'late' | 'paid'
  readonly opened_on: string
  readonly next_payment_on: string | null
}

const borrowers = ['Ada Okafor', 'Bram de Vries', 'Chiara Russo', 'Dinh Tran', 'Elif Kaya', 'Farid Haddad']
const dayMs = 24 * 60 * 60 * 1000

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** `count` loans; `random` gives numbers in [0, 1), `now` is in milliseconds since 1970. */
export function createLoans(count: number, random: () => number, now: number): readonly Loan[] {
  return Array.from({ length: count }, (_, at) => {
    const principal = Math.round(50 + random() * 450) * 100_000
    const share = random()
    const status = share < 0.1 ? 'paid' : share < 0.2 ? 'late' : 'current'
    return {
      id: `LN-${String(10_001 + at)}`,
      borrower: borrowers[Math.floor(random() * borrowers.length)] ?? 'Ada Okafor',
      principal_cents: principal,
      outstanding_cents: status === 'paid' ? 0 : Math.round(principal * (0.2 + random() * 0.8)),
      annual_rate_percent: Math.round((3 + random() * 6) * 100) / 100,
      status,
      opened_on: day(now - Math.round(30 + random() * 1500) * dayMs),
      next_payment_on: status === 'paid' ? null : day(now + Math.round(1 + random() * 29) * dayMs),
    }
  })
}

/** The sums that the metrics page shows. */
export function loanTotals(loans: readonly Loan[]) {
  const count = (status: Loan['status']) => loans.filter((loan) => loan.status === status).length
  return {
    total: loans.length,
    current: count('current'),
    late: count('late'),
    paid: count('paid'),
    outstanding_cents: loans.reduce((sum, loan) => sum + loan.outstanding_cents, 0),
  }
}
