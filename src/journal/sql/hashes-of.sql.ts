/** The hashes under which some records of a run are kept. */
export const hashesOf = `select seq::int as seq, hash from handrail_records where run = $1 and seq = any($2::bigint[])`
