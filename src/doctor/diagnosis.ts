/** What was found out about one thing that a runbook needs, and how it is said. */

/**
 * `fine`; `missing`: without it a runbook can't run to its end; `doubtful`: it can, and somebody should know; `unknown`:
 * it could not be found out; `note`: nobody can know beforehand.
 */
type Standing = 'fine' | 'missing' | 'doubtful' | 'unknown' | 'note'

export interface Diagnosis {
  readonly area: string
  readonly subject: string
  readonly standing: Standing
  readonly says: string
  /** What to do about it, as a sentence. */
  readonly now?: string
}

const signs: Readonly<Record<Standing, string>> = {
  fine: '✓',
  missing: '✗',
  doubtful: '!',
  unknown: '?',
  note: '·',
}

const narrowest = 11

/** The diagnoses under the headings of their areas, wrapped to the width in columns. */
export function diagnosisLines(diagnoses: readonly Diagnosis[], width: number): readonly string[] {
  const areas = [...new Set(diagnoses.map(({ area }) => area))]
  return areas.flatMap((area, index) => {
    const own = diagnoses.filter((each) => each.area === area)
    const column = Math.max(narrowest, ...own.map(({ subject }) => subject.length))
    return [...(index === 0 ? [] : ['']), area, ...own.flatMap((each) => lines(each, column, width))]
  })
}

function lines(
  { subject, standing, says, now }: Diagnosis,
  column: number,
  width: number,
): readonly string[] {
  const indent = ' '.repeat(column + 5)
  const [first = '', ...more] = wrapped(says, width - indent.length)
  const advice = now === undefined ? [] : wrapped(now, width - indent.length)
  return [
    `  ${signs[standing]} ${subject.padEnd(column)} ${first}`.trimEnd(),
    ...[...more, ...advice].map((line) => `${indent}${line}`),
  ]
}

function wrapped(text: string, width: number): readonly string[] {
  const rows: string[] = []
  for (const word of text.split(' ')) {
    const last = rows.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      rows[rows.length - 1] = `${last} ${word}`
    else rows.push(word)
  }
  return rows
}

/** The worst of them as a word: what is missing before what is unknown. */
export function overall(diagnoses: readonly Diagnosis[]): 'ready' | 'lacking' | 'unknown' {
  const has = (standing: Standing) => diagnoses.some((each) => each.standing === standing)
  if (has('missing')) return 'lacking'
  return has('unknown') ? 'unknown' : 'ready'
}
