/** What the database has of a run: seq and hash suffice to tell which records it lacks and which are others. */
export const shippedRecords = `select seq::int as seq, hash from handrail_records where run = $1 order by seq`
