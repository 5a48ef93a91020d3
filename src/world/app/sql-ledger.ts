/** A ledger in PostgreSQL, asked through the application's connection pool. */
import { z } from 'zod'
import type { Ledger } from './ledger.ts'
import type { ConnectionPool } from './pool.ts'
import { existsSql, loanSql, pageSql, paySql, totalsSql } from './sql/queries.ts'

const loanRow = z.object({
  id: z.string(),
  borrower: z.string(),
  principal_cents: z.number(),
  outstanding_cents: z.number(),
  annual_rate_percent: z.number(),
  status: z.string(),
  opened_on: z.string(),
  next_payment_on: z.string().nullable(),
})
const pageRows = z.array(loanRow.extend({ total: z.number() }))
const totalsRow = z.object({
  total: z.number(),
  current: z.number(),
  late: z.number(),
  paid: z.number(),
  outstanding_cents: z.number(),
  payments: z.number(),
  paid_cents: z.number(),
})
const paymentRow = z.object({
  id: z.number(),
  loan_id: z.string(),
  amount_cents: z.number(),
  created_at: z.date(),
})

/** `legacy`: an old version, which reads and writes the column `legacy_status`. */
export function sqlLedger(pool: ConnectionPool, legacy: boolean): Ledger {
  return {
    ping: () => pool.check(),
    async page(limit, offset) {
      const rows = pageRows.parse(await pool.query(pageSql(legacy), [limit, offset]))
      return { loans: rows.map(({ total: _, ...loan }) => loan), total: rows[0]?.total ?? 0 }
    },
    async loan(id) {
      const [row] = await pool.query(loanSql(legacy), [id])
      return row === undefined ? undefined : loanRow.parse(row)
    },
    async totals() {
      const [row] = await pool.query(totalsSql(legacy), [])
      const { payments, paid_cents, ...loans } = totalsRow.parse(row)
      return { loans, payments: { total: payments, amount_cents: paid_cents } }
    },
    async pay(loanId, amountCents) {
      const [row] = await pool.query(paySql(legacy), [loanId, amountCents])
      if (row !== undefined) {
        const payment = paymentRow.parse(row)
        return { ...payment, created_at: payment.created_at.toISOString() }
      }
      return (await pool.query(existsSql, [loanId])).length === 0 ? 'unknown' : 'too-much'
    },
  }
}
