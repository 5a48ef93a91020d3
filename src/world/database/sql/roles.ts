/** Who may come in, and the database that is theirs. */

/** Quoted as a string constant of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * Run in the database template1 of a new server. Nobody can come in yet: neither of the two users has a password. The
 * database is the one that every server has, under another name: a further one would be three hundred more files.
 */
export const rolesSql = `
CREATE ROLE app LOGIN;

ALTER DATABASE postgres RENAME TO loanserve;

ALTER DATABASE loanserve OWNER TO app;
`

/** PostgreSQL keeps passwords as SCRAM verifiers. */
export function passwordsSql(passwords: { readonly admin: string; readonly app: string }): string {
  return `
ALTER ROLE rdsadmin PASSWORD ${literal(passwords.admin)};
ALTER ROLE app PASSWORD ${literal(passwords.app)};
`
}
