/** What LoanServe knows when practice begins, made from a seed, as plain data: what its database is filled with. */

interface Borrower {
  readonly id: number
  readonly name: string
  /** Milliseconds since 1970, as are all times here. */
  readonly createdAt: number
}

export type LoanStatus = 'current' | 'late' | 'paid'

export interface Loan {
  readonly id: string
  readonly borrowerId: number
  readonly principalCents: number
  readonly outstandingCents: number
  readonly annualRatePercent: number
  readonly status: LoanStatus
  /** Days, such as 2026-11-23. */
  readonly openedOn: string
  readonly nextPaymentOn: string | undefined
  readonly createdAt: number
}

interface Payment {
  readonly id: number
  readonly loanId: string
  readonly amountCents: number
  readonly createdAt: number
}

export interface Book {
  /** By id. */
  readonly borrowers: ReadonlyMap<number, Borrower>
  /** By id, in order. */
  readonly loans: ReadonlyMap<string, Loan>
  /** Oldest first. */
  readonly payments: readonly Payment[]
  /**
   * Takes a payment in. `unknown` when there is no such loan, `too-much` when less than that is outstanding: then
   * nothing changes.
   */
  readonly pay: (loanId: string, amountCents: number, at: number) => Payment | 'unknown' | 'too-much'
}

const loanCount = 1200
const borrowerCount = 800
const firstLoan = 10_001
const dayMs = 24 * 60 * 60 * 1000
/** Older payments have gone to the archive. */
const paymentsSinceMs = 92 * dayMs
const monthMs = 30 * dayMs

const givenNames = [
  'Ada',
  'Bram',
  'Chiara',
  'Dinh',
  'Elif',
  'Farid',
  'Greta',
  'Hiro',
  'Ines',
  'Jonas',
  'Kofi',
]
const familyNames = ['Okafor', 'de Vries', 'Russo', 'Tran', 'Kaya', 'Haddad', 'Lindqvist', 'Sato', 'Moreau']

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** The book of a LoanServe that has lived for some years at `now`. `random` gives numbers in [0, 1). */
export function createBook(random: () => number, now: number): Book {
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)] ?? ''
  // Most loans are young, a few of them of the last hours; the oldest has the lowest number.
  const births = Array.from({ length: loanCount }, () => now - 60_000 - random() ** 3 * 1500 * dayMs)
    .map(Math.round)
    .sort((a, b) => a - b)
  const borrowers = new Map<number, Borrower>()
  const loans = new Map<string, Loan>()
  const unnumbered: Omit<Payment, 'id'>[] = []
  for (const [at, createdAt] of births.entries()) {
    // Everyone borrows once, and some borrow again.
    const known = borrowers.size
    const isNew = known < borrowerCount && (known === 0 || random() < borrowerCount / loanCount)
    const borrowerId = isNew ? known + 1 : 1 + Math.floor(random() * known)
    if (isNew)
      borrowers.set(borrowerId, {
        id: borrowerId,
        name: `${pick(givenNames)} ${pick(familyNames)}`,
        createdAt,
      })
    const loan = newLoan(`LN-${firstLoan + at}`, borrowerId, createdAt, random, now)
    loans.set(loan.id, loan)
    unnumbered.push(...recentPayments(loan, random, now))
  }
  const payments = unnumbered
    .sort((a, b) => a.createdAt - b.createdAt)
    .map((payment, before): Payment => ({ id: before + 1, ...payment }))
  return keep(borrowers, loans, payments)
}

/** The book that goes on from these rows. */
function keep(borrowers: ReadonlyMap<number, Borrower>, loans: Map<string, Loan>, payments: Payment[]): Book {
  return {
    borrowers,
    loans,
    payments,
    pay(loanId, amountCents, at) {
      const loan = loans.get(loanId)
      if (loan === undefined) return 'unknown'
      if (loan.outstandingCents < amountCents) return 'too-much'
      const outstandingCents = loan.outstandingCents - amountCents
      const { status, nextPaymentOn } = loan
      loans.set(loanId, {
        ...loan,
        outstandingCents,
        status: outstandingCents === 0 ? 'paid' : status,
        nextPaymentOn: outstandingCents === 0 ? undefined : nextPaymentOn,
      })
      const payment = { id: (payments.at(-1)?.id ?? 0) + 1, loanId, amountCents, createdAt: at }
      payments.push(payment)
      return payment
    },
  }
}

function newLoan(id: string, borrowerId: number, createdAt: number, random: () => number, now: number): Loan {
  const principalCents = Math.round(50 + random() * 450) * 100_000
  const share = random()
  const age = now - createdAt
  const status: LoanStatus =
    age < 2 * monthMs ? 'current' : share < 0.1 ? 'paid' : share < 0.2 ? 'late' : 'current'
  const left = Math.max(0.2, 1 - (age / (1500 * dayMs)) * (0.5 + random() / 2))
  return {
    id,
    borrowerId,
    principalCents,
    outstandingCents: status === 'paid' ? 0 : Math.round(principalCents * left),
    annualRatePercent: Math.round((3 + random() * 6) * 100) / 100,
    status,
    openedOn: day(createdAt),
    nextPaymentOn: status === 'paid' ? undefined : day(now + Math.round(1 + random() * 29) * dayMs),
    createdAt,
  }
}

/** One for each of the last three months that the loan has lived through; who is late left the newest out. */
function recentPayments(loan: Loan, random: () => number, now: number): readonly Omit<Payment, 'id'>[] {
  if (loan.status === 'paid') return []
  const amountCents = Math.round(loan.principalCents / 60)
  const newest = now - Math.floor(random() * monthMs)
  return [0, 1, 2]
    .map((ago) => newest - ago * monthMs)
    .filter(
      (at, ago) =>
        at > loan.createdAt && at > now - paymentsSinceMs && !(ago === 0 && loan.status === 'late'),
    )
    .map((createdAt) => ({ loanId: loan.id, amountCents, createdAt }))
}
