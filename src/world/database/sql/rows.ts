/** The rows of a book as SQL: one statement for each table, made from JSON. */
import type { Book, LoanStatus } from '../book.ts'
import { literal } from './roles.ts'

const legacyStatus: Readonly<Record<LoanStatus, string>> = { current: 'C', late: 'L', paid: 'P' }
const time = (ms: number) => new Date(ms).toISOString()

/** Fills empty tables, and lets the numbers that are given out go on after theirs. */
export function rowsSql({ borrowers, loans, payments }: Book): string {
  const borrowerRows = [...borrowers.values()].map(({ id, name, createdAt }) => ({
    id,
    name,
    created_at: time(createdAt),
  }))
  const loanRows = [...loans.values()].map((loan) => ({
    id: loan.id,
    borrower_id: loan.borrowerId,
    principal_cents: loan.principalCents,
    outstanding_cents: loan.outstandingCents,
    annual_rate_percent: loan.annualRatePercent,
    status: loan.status,
    legacy_status: legacyStatus[loan.status],
    opened_on: loan.openedOn,
    next_payment_on: loan.nextPaymentOn ?? null,
    created_at: time(loan.createdAt),
  }))
  const paymentRows = payments.map(({ id, loanId, amountCents, createdAt }) => ({
    id,
    loan_id: loanId,
    amount_cents: amountCents,
    created_at: time(createdAt),
  }))
  return `
${insertSql('borrowers', borrowerRows)}
${insertSql('loans', loanRows)}
${insertSql('payments', paymentRows)}
SELECT setval(pg_get_serial_sequence('borrowers', 'id'), (SELECT max(id) FROM borrowers));
SELECT setval(pg_get_serial_sequence('payments', 'id'), (SELECT max(id) FROM payments));
`
}

function insertSql(table: string, rows: readonly unknown[]): string {
  const json = literal(JSON.stringify(rows))
  return `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, ${json});`
}
