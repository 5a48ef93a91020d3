/** `handrail practice --list`: what can be practised. */
import { exitCode } from '../run/exit-code.ts'
import type { Scenario } from '../world/scenarios/scenario.ts'
import { scenarios } from '../world/scenarios/scenarios.ts'
import { wrap } from '../world/scoring/wrap.ts'

/** Narrower than this, a table can't be read as one. */
const narrowest = 80

/** Prints the scenarios on stdout, as a table of at most `columns` or as JSON, one a line; gives the exit code. */
export function practiceList(output: 'json' | undefined, columns: number | undefined): number {
  const lines = output === 'json' ? scenarios.map(asJson) : table(Math.max(narrowest, columns ?? narrowest))
  process.stdout.write(`${lines.join('\n')}\n`)
  return exitCode.done
}

function asJson({ id, title, teaches, minutes, runbook }: Scenario): string {
  return JSON.stringify({ id, title, teaches, minutes, ...(runbook === undefined ? {} : { runbook }) })
}

function table(columns: number): readonly string[] {
  const idWidth = Math.max(...scenarios.map(({ id }) => id.length)) + 2
  const minutesWidth = 5
  const titleWidth = Math.floor((columns - idWidth - minutesWidth - 2) * 0.42)
  const teachesWidth = columns - idWidth - minutesWidth - titleWidth - 2
  const row = (id: string, minutes: string, title: string, teaches: string) => {
    const titles = wrap(title, titleWidth)
    const lessons = wrap(teaches, teachesWidth)
    return Array.from({ length: Math.max(titles.length, lessons.length) }, (_, at) =>
      [
        (at === 0 ? id : '').padEnd(idWidth),
        (at === 0 ? minutes : '').padEnd(minutesWidth),
        (titles[at] ?? '').padEnd(titleWidth + 2),
        lessons[at] ?? '',
      ]
        .join('')
        .trimEnd(),
    )
  }
  return [
    ...row('SCENARIO', 'MIN', 'WHAT HAPPENS', 'WHAT IT TEACHES'),
    ...scenarios.flatMap(({ id, minutes, title, teaches }) => row(id, String(minutes), title, teaches)),
  ]
}
