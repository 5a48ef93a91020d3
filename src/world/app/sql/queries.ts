/** What LoanServe asks its database. Versions before v1.3.0 still read `legacy_status`. */

const loanColumns = (status: string) => `
  loans.id, borrowers.name AS borrower, loans.principal_cents::float8 AS principal_cents,
  loans.outstanding_cents::float8 AS outstanding_cents, loans.annual_rate_percent::float8 AS annual_rate_percent,
  ${status} AS status, loans.opened_on::text AS opened_on, loans.next_payment_on::text AS next_payment_on`

const legacyStatus = `CASE loans.legacy_status WHEN 'C' THEN 'current' WHEN 'L' THEN 'late' ELSE 'paid' END`

const status = (legacy: boolean) => (legacy ? legacyStatus : 'loans.status')

/** A page of loans: `$1` of them after the first `$2`, each with the number of all. */
export const pageSql = (legacy: boolean) => `
SELECT ${loanColumns(status(legacy))}, (SELECT count(*)::int FROM loans) AS total
FROM loans JOIN borrowers ON borrowers.id = loans.borrower_id
ORDER BY loans.id LIMIT $1 OFFSET $2`

/** The loan `$1`. */
export const loanSql = (legacy: boolean) => `
SELECT ${loanColumns(status(legacy))}
FROM loans JOIN borrowers ON borrowers.id = loans.borrower_id
WHERE loans.id = $1`

export const totalsSql = (legacy: boolean) => `
SELECT
  count(*)::int AS total,
  count(*) FILTER (WHERE ${status(legacy)} = 'current')::int AS current,
  count(*) FILTER (WHERE ${status(legacy)} = 'late')::int AS late,
  count(*) FILTER (WHERE ${status(legacy)} = 'paid')::int AS paid,
  coalesce(sum(outstanding_cents), 0)::float8 AS outstanding_cents,
  (SELECT count(*)::int FROM payments) AS payments,
  (SELECT coalesce(sum(amount_cents), 0)::float8 FROM payments) AS paid_cents
FROM loans`

/** Takes `$2` cents off the loan `$1` and records the payment; no row where that can't be. */
export const paySql = (legacy: boolean) => `
WITH paid AS (
  UPDATE loans SET
    outstanding_cents = outstanding_cents - $2::bigint,
    status = CASE WHEN outstanding_cents = $2::bigint THEN 'paid' ELSE status END,
    ${legacy ? `legacy_status = CASE WHEN outstanding_cents = $2::bigint THEN 'P' ELSE legacy_status END,` : ''}
    next_payment_on = CASE WHEN outstanding_cents = $2::bigint THEN NULL ELSE next_payment_on END
  WHERE id = $1 AND outstanding_cents >= $2::bigint
  RETURNING id
)
INSERT INTO payments (loan_id, amount_cents)
SELECT id, $2::bigint FROM paid
RETURNING id::int AS id, loan_id, amount_cents::float8 AS amount_cents, created_at`

export const existsSql = 'SELECT 1 FROM loans WHERE id = $1'
