/** A report as plain text that fits 80 columns. */
import type { ScenarioReport, StoryLine } from './report.ts'
import { duration } from './score.ts'
import { wrap } from './wrap.ts'

const width = 78

/** The debrief, ending in a line break. */
export function debriefText(report: ScenarioReport): string {
  const { title, scenario, seed, speed, score, grade, lines, teaches, goodHandling, cause, story } = report
  const fast = speed === 1 ? '' : `, speed ${speed}`
  return [
    ...indented(`${title} (${scenario}, seed ${seed}${fast})`, 0),
    '',
    `  ${score} of 100: ${grade}${report.safe ? '' : report.unsafeActs.length > 0 ? ', and not safe' : ''}`,
    ...(report.broken === null
      ? []
      : ['', ...indented(`The scenario itself broke, so the score says nothing: ${report.broken}`, 2)]),
    '',
    'Why',
    ...lines.flatMap(({ points, why }) => hang(points === 0 ? '·' : String(points), 6, why)),
    '',
    'What happened',
    ...story.flatMap((line) => hang(clockWords(line), 12, `${whoWords[line.who]}${line.what}`)),
    ...(speed === 1
      ? []
      : indented(
          `Times are your own clock's. The world ran ${speed} times as fast: a minute of yours was ${duration(60_000 * speed)} of its.`,
          2,
        )),
    '',
    'What was the matter',
    ...indented(cause, 2),
    '',
    'Good handling',
    ...goodHandling.flatMap((step, at) => hang(`${at + 1}.`, 6, step)),
    '',
    'What it teaches',
    ...indented(teaches, 2),
    '',
  ].join('\n')
}

const whoWords: Readonly<Record<StoryLine['who'], string>> = {
  world: '',
  pager: 'pager: ',
  you: 'you ',
  score: '→ ',
}

function clockWords({ afterMs }: StoryLine): string {
  const seconds = Math.max(0, Math.floor(afterMs / 1000))
  return `+${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Text behind a short mark, its further lines below its first. */
function hang(mark: string, indent: number, text: string): readonly string[] {
  const [first = '', ...more] = indented(text, indent)
  return [`  ${mark.padEnd(indent - 2)}${first.trimStart()}`, ...more]
}

function indented(text: string, indent: number): readonly string[] {
  return wrap(text, width - indent).map((line) => ' '.repeat(indent) + line)
}
