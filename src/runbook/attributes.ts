/** The attributes of a fence: which there are, what they may be, and their values once read. */
import { parseDuration } from './duration.ts'
import type { Fence } from './fence.ts'
import { readFenceInfo, type Written, type WrittenAttribute } from './fence-info.ts'
import { isName } from './names.ts'
import type { Report } from './problem.ts'
import type { BlockRole, Effect, Position } from './runbook.ts'
import type { SourceText } from './source-text.ts'
import { didYouMean } from './spelling.ts'

/** A value with the place where the author wrote it. */
export interface Placed<T> {
  readonly value: T
  readonly position: Position
}

export interface Attributes {
  readonly role: BlockRole
  readonly name?: Placed<string>
  readonly timeoutMs?: number
  readonly effect?: Placed<Effect>
  readonly requires: readonly Placed<string>[]
  readonly provides: readonly Placed<string>[]
  readonly revokes: readonly Placed<string>[]
  readonly windowMs?: number
  readonly everyMs?: number
  readonly allow?: number
  /** Names of runbooks that a finding may lead to. */
  readonly leads: readonly Placed<string>[]
  readonly cwd?: string
  readonly interpreter?: string
}

const roles = ['verify', 'undo', 'watch', 'finding'] as const
const effects = ['read', 'change', 'destroy'] as const
const gateKeys = ['window', 'every', 'allow'] as const
const factKeys = ['requires', 'provides', 'revokes'] as const
const ours = ['name', 'timeout', 'effect', ...factKeys, ...gateKeys, 'leads', 'cwd', 'interpreter'] as const

/** Keys that Runme writes or reads (docs.runme.dev, "Cell Configuration Keys"); they change nothing here. */
const runmes: ReadonlySet<string> = new Set([
  'background',
  'category',
  'closeTerminalOnSuccess',
  'excludeFromRunAll',
  'id',
  'interactive',
  'mimeType',
  'openTerminalOnError',
  'promptEnv',
  'tag',
  'terminalRows',
  'transform',
])

/**
 * Reads what stands behind a fence's language. What can't be understood is an error in a runbook of ours, a warning in
 * other Markdown (`strict` says which); a known key with a wrong value is an error in both.
 */
export function readAttributes(fence: Fence, text: SourceText, strict: boolean, report: Report): Attributes {
  const line = fence.position.line
  const at = (written: Written) => text.at(line, written.column)
  const stray = strict ? 'error' : 'warning'
  const info = readFenceInfo(fence.info.text, fence.info.column)
  for (const { message, mend, ...written } of info.faults) {
    report({ severity: stray, message, mend, position: at(written) })
  }
  const role = roleOf(info.words, (word) => {
    const message = `${word.text} is not a role${didYouMean(word.text, roles)}`
    report({
      severity: stray,
      message,
      mend: 'A block is a verify, undo, watch or finding block, or has no role.',
      position: at(word),
    })
  })
  const written = new Map<string, WrittenAttribute>()
  for (const attribute of info.attributes) {
    const { key } = attribute
    if (written.has(key.text)) {
      const mend = 'Keep one of the two.'
      report({ severity: stray, message: `${key.text} is given twice`, mend, position: at(key) })
    } else if (ours.some((name) => name === key.text)) {
      written.set(key.text, attribute)
    } else if (!runmes.has(key.text) && !key.text.startsWith('runme.dev/')) {
      const message = `${key.text} is not an attribute of a block${didYouMean(key.text, [...ours, ...runmes])}`
      report({
        severity: stray,
        message,
        mend: `Known are ${ours.join(', ')}, and Runme's own.`,
        position: at(key),
      })
    }
  }
  refuseMisplaced(role, written, (key, where) => {
    const message = `${key.text} means nothing on ${role === 'undo' ? 'an' : 'a'} ${role} block`
    report({ severity: 'error', message, mend: `Move it to ${where}.`, position: at(key) })
  })
  return {
    role,
    ...valuesOf(
      written,
      strict,
      (value, message, mend) => {
        report({ severity: 'error', message, mend, position: at(value) })
      },
      at,
    ),
  }
}

function roleOf(words: readonly Written[], unknown: (word: Written) => void): BlockRole {
  const [first, ...more] = words
  const role = roles.find((name) => name === first?.text)
  for (const word of role === undefined && first !== undefined ? words : more) unknown(word)
  return role ?? 'command'
}

function refuseMisplaced(
  role: BlockRole,
  written: ReadonlyMap<string, WrittenAttribute>,
  refuse: (key: Written, where: string) => void,
): void {
  for (const name of gateKeys) {
    const key = written.get(name)?.key
    if (key !== undefined && role !== 'watch') refuse(key, 'a watch block')
  }
  const leads = written.get('leads')?.key
  if (leads !== undefined && role !== 'finding') refuse(leads, 'a finding block')
  for (const name of factKeys) {
    const key = written.get(name)?.key
    if (key !== undefined && (role === 'verify' || role === 'undo' || role === 'finding'))
      refuse(key, "the step's command block")
  }
}

/** A list of names parted by blanks or commas. */
function leadsOf(
  given: Written | undefined,
  refuse: Refuse,
  at: (written: Written) => Position,
): readonly Placed<string>[] {
  const names: Placed<string>[] = []
  for (const match of given?.text.matchAll(/[^\s,]+/g) ?? []) {
    const place = { text: match[0], column: (given?.column ?? 1) + match.index }
    if (isName(match[0])) names.push({ value: match[0], position: at(place) })
    else
      refuse(place, `leads: "${match[0]}" can't be a runbook's name`, 'Write the names of files without .md.')
  }
  return names
}

type Refuse = (value: Written, message: string, mend: string) => void

function valuesOf(
  written: ReadonlyMap<string, WrittenAttribute>,
  strict: boolean,
  refuse: Refuse,
  at: (written: Written) => Position,
): Omit<Attributes, 'role'> {
  const value = (key: (typeof ours)[number]) => written.get(key)?.value
  const duration = (key: 'timeout' | 'window' | 'every') => {
    const given = value(key)
    if (given === undefined) return undefined
    const read = parseDuration(given.text)
    if (read.ok) return read.ms
    refuse(given, `${key}: ${read.why}`, read.mend)
    return undefined
  }
  const facts = (key: (typeof factKeys)[number]) => {
    const given = value(key)
    return given === undefined ? [] : factsOf(given, key, refuse, at)
  }
  const timeoutMs = duration('timeout')
  const windowMs = duration('window')
  const everyMs = duration('every')
  const every = value('every')
  if (every !== undefined && everyMs !== undefined && everyMs > (windowMs ?? 60_000)) {
    refuse(
      every,
      `every: ${every.text} is longer than the window, so there would be one sample`,
      'Make window longer or every shorter.',
    )
  }
  const name = nameOf(value('name'), strict, refuse, at)
  const effect = effectOf(value('effect'), refuse, at)
  const allow = allowOf(value('allow'), refuse)
  const cwd = value('cwd')?.text
  const interpreter = value('interpreter')?.text
  return {
    requires: facts('requires'),
    provides: facts('provides'),
    revokes: facts('revokes'),
    leads: leadsOf(value('leads'), refuse, at),
    ...(name === undefined ? {} : { name }),
    ...(effect === undefined ? {} : { effect }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(allow === undefined ? {} : { allow }),
    ...(cwd === undefined || cwd === '' ? {} : { cwd }),
    ...(interpreter === undefined || interpreter === '' ? {} : { interpreter }),
  }
}

/** In other Markdown a name that can't be an id is left alone, and the heading names the step. */
function nameOf(
  given: Written | undefined,
  strict: boolean,
  refuse: Refuse,
  at: (written: Written) => Position,
): Placed<string> | undefined {
  if (given === undefined) return undefined
  if (isName(given.text)) return { value: given.text, position: at(given) }
  if (strict)
    refuse(
      given,
      `"${given.text}" can't name a step`,
      'Use letters, digits, - and _, with a letter or digit first.',
    )
  return undefined
}

function effectOf(
  given: Written | undefined,
  refuse: Refuse,
  at: (written: Written) => Position,
): Placed<Effect> | undefined {
  if (given === undefined) return undefined
  const effect = effects.find((name) => name === given.text)
  if (effect !== undefined) return { value: effect, position: at(given) }
  refuse(
    given,
    `${given.text} is not an effect${didYouMean(given.text, effects)}`,
    'Write read, change or destroy.',
  )
  return undefined
}

function allowOf(given: Written | undefined, refuse: Refuse): number | undefined {
  if (given === undefined) return undefined
  if (/^\d{1,6}$/.test(given.text)) return Number(given.text)
  refuse(
    given,
    `allow: "${given.text}" is not a number of samples`,
    'Write how many samples may be bad, such as 0 or 1.',
  )
  return undefined
}

function factsOf(
  given: Written,
  key: string,
  refuse: Refuse,
  at: (written: Written) => Position,
): readonly Placed<string>[] {
  const facts: Placed<string>[] = []
  for (const match of given.text.matchAll(/[^,]+/g)) {
    const fact = match[0].trim()
    const blank = match[0].length - match[0].trimStart().length
    const place = { text: fact, column: given.column + match.index + blank }
    if (isName(fact)) facts.push({ value: fact, position: at(place) })
    else
      refuse(
        place,
        `${key}: "${fact}" can't name a fact`,
        'Use letters, digits, - and _; several are parted by commas.',
      )
  }
  if (facts.length === 0 && given.text.trim() === '')
    refuse(given, `${key} names no fact`, 'Name one, or take it out.')
  return facts
}
