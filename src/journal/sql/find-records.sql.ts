/** Whether the table is there: a role that may only insert can't ask with `create table if not exists`. */
export const findRecords = `select to_regclass('handrail_records') is not null as found`
