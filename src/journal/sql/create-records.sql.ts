/** The table that a team's records are kept in. `raw` is the line as it stands in the journal: what the hash is of. */
export const createRecords = `
create table if not exists handrail_records (
  run  text        not null,
  seq  bigint      not null,
  at   timestamptz not null,
  by   text        not null,
  type text        not null,
  data jsonb       not null,
  prev text        not null,
  hash text        not null,
  raw  text        not null,
  primary key (run, seq)
)`
