-- How a payment came in. A constant default is kept beside the table: no row is rewritten, and code that doesn't know
-- the column goes on inserting.
ALTER TABLE payments ADD COLUMN channel text NOT NULL DEFAULT 'transfer';
