/** Handrail's own commands, as blocks call them. */
import { change, destroy, guess, type Judge, read } from './judgment.ts'
import { hasOption, readWords } from './options.ts'
import { judgePsql } from './psql.ts'

const valued: ReadonlySet<string> = new Set(
  (
    '-n --namespace --context -o --output -p --param --secret --key --keep-as --cluster --to --color --dir ' +
    '--database-url --format --ran --lock-timeout --tries --traffic-has-left --service --prefix --drain'
  ).split(' '),
)

/** Commands and pairs of them that only look. */
const reads: ReadonlySet<string> = new Set([
  'probe',
  'status',
  'doctor',
  'check',
  'graph',
  'report',
  'runs',
  'completion',
  'audit verify',
  'audit export',
  'migrations check',
  'migrations ran',
  'database where',
  'database restorable',
  'flags show',
])

/** What can be taken back by the same command or another. */
const changes: ReadonlySet<string> = new Set([
  'switch',
  'audit ship',
  'migrations expand',
  'database repoint',
  'database point-back',
  'flags set',
])

export const judgeHandrail: Judge = (invocation, inner) => {
  const { args } = invocation
  if (args.some((arg) => arg.several)) return change("handrail's command is not known before it runs")
  const { operands, options, rest } = readWords(args, { valued })
  if (hasOption(options, '--help', '-h', '--version', '-V')) return read('handrail only prints')
  const [first, second] = operands
  if (first === undefined) return change('handrail alone opens its screen')
  // With just its two colors: a variable that turned out to be an option would leave one too few, and be refused.
  if (first.fixed && first.text === 'switch' && operands.length === 3 && hasOption(options, '--dry-run'))
    return read('a dry run of a switch only looks')
  if (!first.fixed || second?.fixed === false) {
    if (reads.has(first.text)) return read(`handrail ${first.text} only looks`)
    if (changes.has(first.text)) return change(`handrail ${first.text} changes the cluster`)
    return change("handrail's command is not known before it runs")
  }
  if (first.text === 'migrations' && hasOption(options, '--dry-run'))
    return read('a dry run of migrations only looks')
  const names = [first.text, `${first.text} ${second?.text ?? ''}`]
  const name = `handrail ${names.find((each) => reads.has(each) || changes.has(each)) ?? names[1]}`.trim()
  if (names.some((each) => reads.has(each))) return read(`${name} only looks`)
  if (names.some((each) => changes.has(each))) return change(`${name} changes something`)
  if (names[1] === 'migrations contract')
    return destroy('handrail migrations contract drops what is in the database')
  if (names[1] !== 'database psql') return guess(`${name} may change something`)
  const judged = judgePsql({ ...invocation, program: 'psql', args: rest }, inner)
  // The server refuses what would write; SQL that is not known could still ask for leave to.
  return judged.effect === 'change' && !hasOption(options, '--write') ? guess(judged.because) : judged
}
