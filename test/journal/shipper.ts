/** A program for ship.test.ts: ships the run argv[3] in the directory argv[2] to HANDRAIL_DATABASE_URL until it is ended. */
import { startShipping } from '../../src/journal/ship.ts'

const [directory = '', run = ''] = process.argv.slice(2)
startShipping({
  databaseUrl: process.env.HANDRAIL_DATABASE_URL ?? '',
  directory,
  run,
  onProblem: ({ message }) => console.error(message),
})
