/** Who holds what: the runner's lock, and what a statement of its waits for. */

/**
 * The advisory lock is the word "handrail" as a number. It belongs to the session: it goes when the session goes. It is
 * tried, never waited for: a waiting statement would itself hold up CREATE INDEX CONCURRENTLY.
 */
export const tryLock = `select pg_try_advisory_lock(x'68616e647261696c'::bigint) as taken`

export const lockHolder = `
select activity.pid, activity.usename as "user", activity.application_name as application, activity.state,
  extract(epoch from now() - activity.backend_start)::float8 as seconds, left(activity.query, 200) as query
from pg_locks join pg_stat_activity activity using (pid)
where locktype = 'advisory' and granted and objsubid = 1
  and database = (select oid from pg_database where datname = current_database())
  and classid::bigint = x'68616e64'::bigint and objid::bigint = x'7261696c'::bigint`

/** What the session $1 waits for, and how long each has had its transaction. */
export const blockers = `
select pid, usename as "user", application_name as application, state,
  extract(epoch from now() - xact_start)::float8 as seconds, left(query, 200) as query
from pg_stat_activity where pid = any(pg_blocking_pids($1)) order by xact_start`

/** Indexes named $1 (in the schema $2, or where the search path finds it) that a CREATE or DROP … CONCURRENTLY left. */
export const invalidIndex = `
select format('%I.%I', namespace.nspname, class.relname) as name
from pg_index index
  join pg_class class on class.oid = index.indexrelid
  join pg_namespace namespace on namespace.oid = class.relnamespace
where not index.indisvalid and class.relname = $1
  and case when $2::text is null then pg_table_is_visible(class.oid) else namespace.nspname = $2 end
  and not exists (select from pg_stat_progress_create_index progress where progress.index_relid = class.oid)`
