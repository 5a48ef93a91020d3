/** Files that the commands of a runbook name and that are not there: the step that needs one would fail at night. */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Problem } from '../runbook/problem.ts'
import type { Block, CommandUse, Runbook } from '../runbook/runbook.ts'

/**
 * A warning for each file that a command reads or runs and that stands in none of the folders, at the line that names
 * it. What a run makes first, or what only stands on another machine, is not known here, so it is no error.
 */
export async function missingFiles(
  runbook: Runbook,
  source: string,
  folders: readonly string[],
): Promise<readonly Problem[]> {
  const named = runbook.phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ command, verify, watch, finding, undo }) => [command, verify, watch, finding, undo])
    .filter((block) => block !== undefined)
    .filter((block) => block.cwd === undefined && !movesAbout(block))
    .flatMap((block) =>
      block.commands.flatMap((use) => filesOf(use).map((path) => ({ path, from: block.position.line }))),
    )
  const lines = source.split(/\r\n|\r|\n/)
  const problems: Problem[] = []
  for (const { path, from } of named) {
    const there = await Promise.all(folders.map((folder) => exists(resolve(folder, path))))
    if (there.includes(true)) continue
    const after = lines.findIndex((line, index) => index >= from - 1 && line.includes(path))
    const line = after < 0 ? from : after + 1
    const column = Math.max(0, lines[line - 1]?.indexOf(path) ?? 0) + 1
    problems.push({
      severity: 'warning',
      message: `the file ${path} is not there`,
      mend: 'Start the run in the folder that has it, or write the file.',
      position: { file: runbook.file, line, column },
    })
  }
  return problems
}

/** A block that changes its folder, or writes files, knows better. */
function movesAbout({ commands }: Block): boolean {
  return commands.some(({ words: [first = ''] }) => ['cd', 'pushd', '>', '>>', 'tee'].includes(first))
}

/** Relative paths that a command needs: itself, what kubectl applies, curl's `@file`. None that an expansion is part of. */
function filesOf({ words: [program = '', ...args] }: CommandUse): readonly string[] {
  const behind = (flags: readonly string[]) =>
    args.flatMap((arg, index) => {
      const flag = flags.find((one) => arg.startsWith(`${one}=`))
      if (flag !== undefined) return [arg.slice(flag.length + 1)]
      return flags.includes(arg) ? [args[index + 1] ?? ''] : []
    })
  const files = program.includes('/') ? [program] : []
  if (program === 'kubectl') files.push(...behind(['-f', '--filename', '--patch-file', '-k', '--kustomize']))
  if (program === 'psql') files.push(...behind(['-f', '--file']))
  if (program === 'curl')
    files.push(
      ...behind(['-w', '--write-out', '-d', '--data', '--data-binary', '--json'])
        .filter((value) => value.startsWith('@'))
        .map((value) => value.slice(1)),
    )
  return [...new Set(files)].filter(
    (path) => path !== '' && path !== '-' && !/^(?:[/~]|https?:)|[$`*]/.test(path),
  )
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
