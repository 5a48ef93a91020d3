/** psql, by a cautious look at its SQL: what is not plainly a read is a change. */
import { type Argument, change, destroy, type Judge, type Judgment, read, strongest } from './judgment.ts'
import { hasOption, readWords } from './options.ts'

const valued: ReadonlySet<string> = new Set(
  (
    '-c --command -d --dbname -f --file -v --set --variable -L --log-file -o --output -F --field-separator -P --pset ' +
    '-R --record-separator -T --table-attr -h --host -p --port -U --username'
  ).split(' '),
)

export const judgePsql: Judge = ({ args, stdin }) => {
  if (args.some((arg) => arg.several)) return change("psql's options are not known before it runs")
  const { options } = readWords(args, { valued })
  if (hasOption(options, '--help', '-?', '--version', '-V', '-l', '--list')) return read('psql only lists')
  if (hasOption(options, '-o', '--output', '-L', '--log-file')) return change('psql writes a file')
  const texts = options.filter(({ name }) => name === '-c' || name === '--command').map(({ value }) => value)
  if (hasOption(options, '-f', '--file')) return change('psql runs a file that is not read here')
  const all = texts.length > 0 ? texts : [stdin]
  return strongest(all.map(judgeText)) ?? change('psql runs SQL that is not known')
}

function judgeText(sql: Argument | undefined): Judgment {
  if (sql === undefined) return change('psql runs SQL that is not known before it runs')
  const judged = judgeSql(sql.text)
  return sql.fixed || judged.effect !== 'read' ? judged : change('the SQL is not known before it runs')
}

const destroying = /\b(DROP|TRUNCATE|DELETE)\b/
const writing =
  /\b(INSERT|UPDATE|MERGE|INTO|CREATE|ALTER|GRANT|REVOKE|CALL|COPY|NEXTVAL|SETVAL|LO_\w+|DBLINK\w*|PG_(TERMINATE|CANCEL)_BACKEND|PG_RELOAD_CONF|PG_PROMOTE|PG_SWITCH_WAL|PG_LOGICAL_\w+|PG_ADVISORY_\w+|PG_TRY_ADVISORY_\w+|SET_CONFIG)\b/
const readingStarts =
  /^(SELECT|TABLE|VALUES|SHOW|WITH|EXPLAIN|BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SET|RESET|DISCARD)\b/
const readingMeta = /^\\(d\w*\+?|l\+?|z|conninfo|timing|x|encoding|echo|pset|sf\+?|sv\+?|q|\?)(\s|$)/

/** Judges SQL statements: SELECT and its like read, DROP, TRUNCATE and DELETE destroy, all else changes. */
function judgeSql(sql: string): Judgment {
  const statements = bareSql(sql)
    .split(/;|\n(?=\\)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
  return strongest(statements.map(judgeStatement)) ?? read('no SQL')
}

function judgeStatement(statement: string): Judgment {
  if (statement.startsWith('\\')) {
    return readingMeta.test(statement)
      ? read('psql only lists')
      : change(`${statement.split(/\s/)[0]} may do anything`)
  }
  const upper = statement.toUpperCase()
  const explained = upper.startsWith('EXPLAIN') && !/\bANALY[SZ]E\b/.test(upper)
  const word = destroying.exec(upper)?.[1]
  if (word !== undefined && !explained) return destroy(`SQL: ${word} removes data or schema`)
  if (explained) return read('SQL: EXPLAIN only plans')
  const write = writing.exec(upper)?.[1]
  if (write !== undefined) return change(`SQL: ${write} changes something`)
  const start = readingStarts.exec(upper)?.[1]
  return start === undefined ? change('SQL that is not plainly a read') : read(`SQL: ${start} only reads`)
}

/** Without comments, and with nothing in quotes: what is quoted is a value or a name. Dollar quotes hold code: kept. */
function bareSql(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (quoted) =>
    quoted.startsWith("'") ? "''" : quoted.startsWith('"') ? '""' : ' ',
  )
}
