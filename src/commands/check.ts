/** `handrail check`: reads runbooks and says what is wrong with them, each with its place and how to mend it. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exitCode } from '../run/exit-code.ts'
import { namedRunbooks } from '../run/find-runbook.ts'
import { Refusal } from '../run/refusal.ts'
import { parseRunbook } from '../runbook/parse.ts'
import { formatProblem } from '../runbook/problem.ts'

/** Gives 0 when no runbook has an error (warnings are allowed), 1 when one has, 2 when one can't be read. */
export async function checkCommand(paths: readonly string[]): Promise<number> {
  const files =
    paths.length === 0
      ? (await namedRunbooks(process.cwd())).map(({ file }) => file)
      : (await Promise.all(paths.map(markdownUnder))).flat()
  let errors = 0
  for (const file of files) {
    const parsed = parseRunbook(await read(file), file)
    const problems = parsed.ok ? parsed.warnings : parsed.problems
    if (!parsed.ok) errors += 1
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`)
    if (parsed.ok) {
      const steps = parsed.runbook.phases.reduce((sum, phase) => sum + phase.steps.length, 0)
      process.stdout.write(`${file}: ok, ${steps} steps\n`)
    }
  }
  return errors === 0 ? exitCode.done : exitCode.failed
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
