/** `handrail check`: reads runbooks and says what is wrong with them, each with its place and how to mend it. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { exitCode } from '../run/exit-code.ts'
import { namedRunbooks } from '../run/find-runbook.ts'
import { Refusal } from '../run/refusal.ts'
import { parseRunbook } from '../runbook/parse.ts'
import { byPlace, formatProblem } from '../runbook/problem.ts'
import type { Parameter, Runbook } from '../runbook/runbook.ts'
import { missingFiles } from './missing-files.ts'
import { say } from './say.ts'

/** Gives 0 when no runbook has an error (warnings are allowed), 1 when one has, 2 when one can't be read. */
export async function checkCommand(paths: readonly string[]): Promise<number> {
  const files =
    paths.length === 0
      ? namedRunbooks(process.cwd()).map(({ file }) => file)
      : (await Promise.all(paths.map(markdownUnder))).flat()
  let errors = 0
  for (const file of files) {
    const source = await read(file)
    const parsed = parseRunbook(source, file)
    // Blocks run in the folder that holds runbooks/, or where a path was given.
    const folders = [process.cwd(), dirname(dirname(resolve(file)))]
    const problems = parsed.ok
      ? [...parsed.warnings, ...(await missingFiles(parsed.runbook, source, folders))].sort(byPlace)
      : parsed.problems
    const lost = parsed.ok ? await lostWays(parsed.runbook) : []
    if (!parsed.ok || lost.length > 0) errors += 1
    for (const problem of problems) say(`${formatProblem(problem)}\n`)
    for (const line of lost) say(`${line}\n`)
    if (parsed.ok && lost.length === 0) {
      const steps = parsed.runbook.phases.reduce((sum, phase) => sum + phase.steps.length, 0)
      say(`${file}: ok, ${steps} steps${asked(parsed.runbook)}\n`)
    }
  }
  return errors === 0 ? exitCode.done : exitCode.failed
}

/** What the operator is asked for before the run begins, as the rest of a line. */
function asked({ parameters }: Runbook): string {
  const words = parameters
    .filter(({ sources }) => sources.some(({ kind }) => kind === 'ask'))
    .map((parameter) => `${parameter.name}${offer(parameter)}`)
  return words.length === 0 ? '' : `; asks for ${words.join(', ')}`
}

function offer({ sources, secret }: Parameter): string {
  const value = sources.find(({ kind }) => kind === 'default')
  if (secret) return ' (secret)'
  return value?.kind === 'default' ? ` (${value.value})` : ''
}

/** A runbook may lead to others, which have to be there when they are needed; a line for each that isn't. */
async function lostWays({ file, emergency, phases }: Runbook): Promise<readonly string[]> {
  const steps = phases.flatMap((phase) => phase.steps)
  const ways = [
    ...(emergency === undefined ? [] : [{ name: emergency, place: file, what: 'emergency runbook' }]),
    ...steps.flatMap(({ leads, finding }) =>
      leads.map((name) => ({
        name,
        place: finding === undefined ? file : `${file}:${finding.position.line}:${finding.position.column}`,
        what: 'lead',
      })),
    ),
  ]
  const known = new Set(namedRunbooks(dirname(resolve(file))).map(({ name }) => name))
  return ways
    .filter(({ name }) => !known.has(name))
    .map(
      ({ name, place, what }) =>
        `${place}: error: the ${what} ${name} is no runbook that can be found from here`,
    )
}

async function markdownUnder(path: string): Promise<string[]> {
  const found = await stat(path).catch((error) => unreadable(path, error))
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path)
  return entries.filter((entry) => entry.endsWith('.md')).map((entry) => join(path, entry))
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => unreadable(file, error))
}

function unreadable(path: string, error: unknown): never {
  throw new Refusal(
    `${path} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    exitCode.usage,
  )
}
