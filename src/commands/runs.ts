/** `handrail runs`: the runs on this machine, newest first. */
import { z } from 'zod'
import { listRuns, type RunSummary, stateDirectory } from '../journal/store.ts'
import { exitCode } from '../run/exit-code.ts'
import { openingOf } from '../run/opening.ts'
import { say, sayJson, warn } from './say.ts'

export interface RunLine {
  readonly run: string
  readonly title: string
  readonly mode: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly lastAt: string
  /** `open` can be resumed. */
  readonly status: 'open' | 'done' | 'rolled-back' | 'stopped' | 'rollback-failed' | 'unreadable'
  readonly problem?: string
}

const ended = z.object({ ending: z.enum(['done', 'rolled-back', 'stopped', 'rollback-failed']) })

/** What a list says of one run. */
export function runLine({ run, first, last, problem }: RunSummary): RunLine {
  const blank = { run, title: '', mode: '', startedAt: '', lastAt: '' }
  if (problem !== undefined) return { ...blank, status: 'unreadable', problem }
  if (first === undefined || last === undefined) {
    return { ...blank, status: 'unreadable', problem: 'nothing was recorded' }
  }
  try {
    const { runbook, mode } = openingOf(first)
    const end = last.type === 'run.ended' ? ended.parse(last.data).ending : undefined
    return { run, title: runbook.name, mode, startedAt: first.at, lastAt: last.at, status: end ?? 'open' }
  } catch {
    return { ...blank, status: 'unreadable', problem: 'its first or last record is of another version' }
  }
}

/** Prints the runs; gives the exit code. */
export async function runsCommand(options: { readonly output?: 'json' }): Promise<number> {
  const runs = (await listRuns(stateDirectory(process.env))).map(runLine)
  if (options.output === 'json') {
    for (const run of runs) sayJson(run)
    return exitCode.done
  }
  if (runs.length === 0) {
    warn('No runs yet. Try one in the practice world: handrail practice\n')
    return exitCode.done
  }
  const width = Math.max(...runs.map(({ run }) => run.length))
  for (const { run, mode, status, lastAt, problem } of runs) {
    const words =
      problem ?? `${status.padEnd(16)}${mode.padEnd(10)}${lastAt.slice(0, 16).replace('T', ' ')} UTC`
    say(`${run.padEnd(width)}  ${words}\n`)
  }
  return exitCode.done
}
