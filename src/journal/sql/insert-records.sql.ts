/** Puts a batch in, one array a column; gives the seqs that were not there before. */
export const insertRecords = `
insert into handrail_records (run, seq, at, by, type, data, prev, hash, raw)
select $1, batch.*
from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::text[], $9::text[])
  as batch (seq, at, by, type, data, prev, hash, raw)
order by batch.seq
on conflict (run, seq) do nothing
returning seq::int as seq`
