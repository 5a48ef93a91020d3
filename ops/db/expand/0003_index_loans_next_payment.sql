-- transaction: none
-- v1.3.0 asks each morning for the loans that are due.
CREATE INDEX CONCURRENTLY IF NOT EXISTS loans_next_payment_on ON loans (next_payment_on) WHERE status <> 'paid';
