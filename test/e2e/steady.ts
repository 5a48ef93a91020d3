/**
 * A screen without what differs from run to run: times, durations, ports, ids, latencies and what else is measured have
 * a placeholder each, so that two runs can be compared as text.
 */

interface Volatile {
  readonly pattern: RegExp
  /** As short as the shortest that it stands for; what is longer leaves blanks, and no column moves. */
  readonly placeholder: string | ((...found: readonly string[]) => string)
  /** At the right edge of its pane: the blanks before it take up its width, which the pattern finds too. */
  readonly isAtRight?: boolean
}

/** In the alphabet that Kubernetes makes names from: no vowels, and no digits that look like letters. */
const random = '[bcdfghjklmnpqrstvwxz2456789]'
const edge = '(?= *(?:│|$))'
const spark = '[▁▂▃▄▅▆▇█]+'
const time = '\\d+(?:\\.\\d+)?'
/** As the steps' pane has it: 0.3s, 12s, 2m05s. */
const short = '(?:\\d+m\\d\\ds|\\d+(?:\\.\\d)?s)'

const volatiles: readonly Volatile[] = [
  // Ids of runs, then times: an id begins with one.
  { pattern: /\d{4}-\d\d-\d\d-\d{4}-([a-z-]+)-[a-z0-9]{4}\b/g, placeholder: (_, name = '') => `#-${name}-#` },
  { pattern: /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Z| UTC)?/g, placeholder: '#date' },
  { pattern: / +\d+:\d\d(?::\d\d)?(?= *$)/g, placeholder: '#:##', isAtRight: true },
  { pattern: /\b\d\d:\d\d:\d\d\b/g, placeholder: '#time' },
  {
    pattern: new RegExp(` +(?:now|\\d+ (?:s|min) ago|STALE \\d+ (?:s|min))${edge}`, 'g'),
    placeholder: 'now',
    isAtRight: true,
  },

  // Where things are, and who did them.
  { pattern: /(127\.0\.0\.1|localhost|\[::1\]):\d+/g, placeholder: (_, host = '') => `${host}:#` },
  { pattern: /\/tmp\/handrail-[\w-]+/g, placeholder: '/tmp/#' },
  { pattern: /\bby [\w.-]+@[\w.-]+/g, placeholder: 'by #' },
  {
    pattern: new RegExp(`\\b(${random}{6,10})-${random}{5}\\b`, 'g'),
    placeholder: (_, hash = '') => `${hash}-#`,
  },

  // Latencies with their course: the strip of a narrow screen, the pane of a wide one.
  {
    pattern: new RegExp(`(health \\d+ in) ${time} ms ${spark} .*`, 'g'),
    placeholder: (_, health = '') => `${health} # ms`,
  },
  {
    pattern: new RegExp(`(?<=[^\\s│] *) +${spark} ${time} ms${edge}`, 'g'),
    placeholder: '▁ # ms',
    isAtRight: true,
  },
  { pattern: new RegExp(`${spark} ${time} ms`, 'g'), placeholder: '▁ # ms' },

  // What a gate has seen, and how long it is open.
  { pattern: /(?<=│ )●+(?= *(?:│|$))/g, placeholder: '●' },
  { pattern: /\d+ of (?=\d+ s\b)/g, placeholder: '# of ' },
  { pattern: /[█▓▒░]{6,}(?![█▓▒░]| +\d+\/\d+)/g, placeholder: (bar = '') => '░'.repeat(bar.length) },

  // Durations, and the other figures.
  { pattern: new RegExp(`(?<=^[^│]*) +${short}${edge}`, 'g'), placeholder: '#s', isAtRight: true },
  {
    pattern: new RegExp(`(?<![\\w.])${time}( ?(?:ms|s|min))\\b`, 'g'),
    placeholder: (_, unit = '') => `#${unit}`,
  },
  { pattern: new RegExp(`(?<![\\w.])${time}m? CPU`, 'g'), placeholder: '# CPU' },
  {
    pattern: new RegExp(`(?<![\\w.])${time} ?([kKMG]i?B?|bytes)\\b`, 'g'),
    placeholder: (_, unit = '') => `#${unit}`,
  },
  { pattern: /\b\d+ requests\b/g, placeholder: '# requests' },
]

/** Room for any duration beside a title: `2m05s`. */
const DURATION_CELLS = 5

/**
 * The rows with a placeholder for all that differs from run to run. Placeholders are short; the blanks after one, or
 * before one at the right edge of its pane, make up for what it stands for, so that columns and borders stay in line.
 * What says the same in every run is left alone, and so are the numbers of steps, pods and endpoints.
 */
export function steady(rows: readonly string[]): readonly string[] {
  return rows.map((row) => volatiles.reduce((text, each) => replaced(text, each), cutAlike(row)).trimEnd())
}

/**
 * The rows without what blocks printed: below the rule that says `output`, as far as its pane is wide. For screens that
 * fill with measurements, whose words fall differently into rows.
 */
export function withoutOutput(rows: readonly string[]): readonly string[] {
  const begins = rows.findIndex((row) => row.includes('── output'))
  const column = rows[begins]?.indexOf('── output') ?? 0
  const border = rows[begins]?.indexOf('│', column) ?? -1
  const ends = rows.findIndex((row, at) => at > begins && /^[─━┄]+$/.test(row))
  return rows.map((row, at) => {
    if (begins === -1 || at <= begins || (ends !== -1 && at >= ends)) return row
    const rest = border === -1 ? '' : row.slice(border)
    return `${row.slice(0, column).padEnd(column)}${' '.repeat(Math.max(0, border - column))}${rest}`.trimEnd()
  })
}

const step = new RegExp(`^( \\S )([^│]+?)( +)(${short})${edge}`)

/** A step's title is cut by the width of the duration beside it: here it is as if that were always the same. */
function cutAlike(row: string): string {
  return row.replace(step, (_, sign: string, title: string, gap: string, took: string) => {
    const room = title.length + gap.length + took.length - DURATION_CELLS - 1
    if (title.length <= room) return `${sign}${title}${gap}${took}`
    return `${sign}${title.slice(0, room - 1)}…${took.padStart(DURATION_CELLS + 1)}`
  })
}

function replaced(row: string, { pattern, placeholder, isAtRight = false }: Volatile): string {
  const from = new RegExp(pattern)
  let text = row
  for (let found = from.exec(text); found !== null; found = from.exec(text)) {
    const [whole] = found
    const instead = typeof placeholder === 'string' ? placeholder : placeholder(...found)
    const before = text.slice(0, found.index)
    const after = text.slice(found.index + whole.length)
    const head = isAtRight ? `${before}${instead.padStart(whole.length)}` : `${before}${instead}`
    text = isAtRight ? `${head}${after}` : `${head}${widened(after, whole.length - instead.length)}`
    from.lastIndex = head.length
  }
  return text
}

/** So many blanks more, or fewer, in the first gap between columns. */
function widened(text: string, by: number): string {
  const gap = text.search(/ {2}| ?│|$/)
  if (by >= 0) return `${text.slice(0, gap)}${' '.repeat(by)}${text.slice(gap)}`
  const blanks = /^ */.exec(text.slice(gap))?.[0].length ?? 0
  return `${text.slice(0, gap)}${text.slice(gap + Math.min(-by, Math.max(0, blanks - 1)))}`
}
