/** The table `handrail_migrations`: what ran in this database. It lies where the role's own tables do. */

export const createTable = `
create table if not exists handrail_migrations (
  name                   text        primary key,
  phase                  text        not null check (phase in ('expand', 'contract')),
  checksum               text        not null,
  started_at             timestamptz not null default now(),
  finished_at            timestamptz,
  run_by                 text        not null,
  traffic_has_left       text
)`

/** Asked first: a role that may only read can still check. */
export const findTable = `select to_regclass('handrail_migrations') is not null as found`

export const allRan = `
select name, phase, checksum, started_at, finished_at, run_by, traffic_has_left
from handrail_migrations order by started_at, name`

/** In the transaction of the migration itself: both are there, or neither. `clock_timestamp()`: `now()` is its begin. */
export const insertFinished = `
insert into handrail_migrations (name, phase, checksum, run_by, traffic_has_left, finished_at)
values ($1, $2, $3, $4, $5, clock_timestamp())`

/** Before a migration that has no transaction: it may end anywhere. */
export const insertStarted = `
insert into handrail_migrations (name, phase, checksum, run_by, traffic_has_left)
values ($1, $2, $3, $4, $5)
on conflict (name) do update set
  checksum = excluded.checksum, run_by = excluded.run_by, traffic_has_left = excluded.traffic_has_left, started_at = now()`

export const setFinished = `update handrail_migrations set finished_at = now() where name = $1`

/** For one without a transaction that failed and left nothing. */
export const deleteStarted = `delete from handrail_migrations where name = $1 and finished_at is null`
