/** The data as they were before the database was made: without what is younger. */

/**
 * Takes out every row that was created after `$1`, a time, and gives back what those payments had taken off their
 * loans. One statement, so that it is done as a whole.
 */
export const trimSql = `
WITH gone AS (
  DELETE FROM payments WHERE created_at > $1 RETURNING loan_id, amount_cents
), owed AS (
  SELECT loan_id, sum(amount_cents) AS cents FROM gone GROUP BY loan_id
)
UPDATE loans SET
  outstanding_cents = outstanding_cents + owed.cents,
  status = CASE WHEN status = 'paid' THEN 'current' ELSE status END,
  legacy_status = CASE WHEN status = 'paid' THEN 'C' ELSE legacy_status END
FROM owed WHERE owed.loan_id = loans.id
`

export const trimLoansSql = 'DELETE FROM loans WHERE created_at > $1'
export const trimBorrowersSql = 'DELETE FROM borrowers WHERE created_at > $1'
