/** The parameters of a request, read by the name that the service's documentation gives them. */
import { AwsFault, invalidValue, missingParameter } from './fault.ts'

/** Flat as the Query protocol sends them: `Tags.Tag.1.Key`, `AlarmNames.member.2`. */
export type Flat = Readonly<Record<string, string>>

export interface Tag {
  readonly key: string
  readonly value: string
}

export interface Filter {
  readonly name: string
  readonly values: readonly string[]
}

export interface Parameters {
  readonly flat: Flat
  /** Undefined when it isn't there or empty. */
  readonly text: (name: string) => string | undefined
  /** Throws MissingParameter. */
  readonly required: (name: string) => string
  readonly flag: (name: string) => boolean | undefined
  readonly integer: (name: string) => number | undefined
  readonly number: (name: string) => number | undefined
  /** Milliseconds since 1970, from ISO 8601 or from seconds since 1970. */
  readonly time: (name: string) => number | undefined
  /** The strings of a list whose members have that name; undefined when no list was sent. */
  readonly texts: (name: string, item: string) => readonly string[] | undefined
  /** The structures of a list, in their order. */
  readonly structures: (name: string, item: string) => readonly Parameters[]
  /** What is below a structure's name. */
  readonly inside: (name: string) => Parameters
  readonly has: (name: string) => boolean
}

/** The numbers that follow `prefix`, ascending. */
function indexes(flat: Flat, prefix: string): readonly number[] {
  const found = Object.keys(flat).flatMap((key) => {
    if (!key.startsWith(prefix)) return []
    const index = /^\d+/.exec(key.slice(prefix.length))?.[0]
    return index === undefined ? [] : [Number(index)]
  })
  return [...new Set(found)].sort((a, b) => a - b)
}

function below(flat: Flat, prefix: string): Flat {
  const entries = Object.entries(flat).filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]))
}

/** Seconds since 1970 as the JSON protocol sends them, or what Date understands; NaN for neither. */
function readTime(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  // A time without a zone is UTC: the service knows no other.
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`)
}

/** Readers throw an AwsFault when a value isn't of its type. */
export function readParameters(flat: Flat): Parameters {
  const text = (name: string) => (Object.hasOwn(flat, name) && flat[name] !== '' ? flat[name] : undefined)
  const number = (name: string, pattern: RegExp, kind: string) => {
    const value = text(name)
    if (value === undefined) return undefined
    if (!pattern.test(value)) throw new AwsFault('MalformedInput', `${value} is not a valid ${kind}`)
    return Number(value)
  }
  return {
    flat,
    text,
    required(name) {
      const value = text(name)
      if (value === undefined) throw missingParameter(name)
      return value
    },
    flag(name) {
      const value = text(name)?.toLowerCase()
      if (value === undefined) return undefined
      if (value !== 'true' && value !== 'false')
        throw new AwsFault('MalformedInput', `${value} is not a valid boolean`)
      return value === 'true'
    },
    integer: (name) => number(name, /^-?\d+$/, 'integer'),
    number: (name) => number(name, /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i, 'number'),
    time(name) {
      const value = text(name)
      if (value === undefined) return undefined
      const time = readTime(value)
      if (Number.isNaN(time)) throw invalidValue(`timestamp ${value} must be in ISO8601 format`)
      return time
    },
    texts(name, item) {
      // An empty list is sent as the bare name.
      if (Object.hasOwn(flat, name)) return []
      const prefix = `${name}.${item}.`
      const found = indexes(flat, prefix).map((index) => flat[`${prefix}${index}`] ?? '')
      return found.length === 0 ? undefined : found
    },
    structures(name, item) {
      const prefix = `${name}.${item}.`
      return indexes(flat, prefix).map((index) => readParameters(below(flat, `${prefix}${index}.`)))
    },
    inside: (name) => readParameters(below(flat, `${name}.`)),
    has: (name) => Object.keys(flat).some((key) => key === name || key.startsWith(`${name}.`)),
  }
}

/** The tags of a request, as RDS takes them. Throws for what no tag may be. */
export function readTags(parameters: Parameters): readonly Tag[] {
  return parameters.structures('Tags', 'Tag').map((tag) => {
    const key = tag.required('Key')
    if (key.toLowerCase().startsWith('aws:'))
      throw invalidValue('System tags cannot be added/updated by requester')
    if (key.length > 128)
      throw invalidValue(`Tag key is too long: ${key.length} characters, where 128 are allowed`)
    return { key, value: tag.text('Value') ?? '' }
  })
}

/** The filters of a Describe action. Throws for a name that is not among `known`. */
export function readFilters(parameters: Parameters, known: readonly string[]): readonly Filter[] {
  return parameters.structures('Filters', 'Filter').map((filter) => {
    const name = filter.required('Name')
    if (!known.includes(name)) throw invalidValue(`Unrecognized filter name: ${name}`)
    return { name, values: filter.texts('Values', 'Value') ?? [] }
  })
}
