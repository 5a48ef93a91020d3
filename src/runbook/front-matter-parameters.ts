/** `params:` of the front matter, as parameters: what each is made from, and what it may be. */
import { z } from 'zod'
import { checkValue } from './parameter-value.ts'
import type { Report } from './problem.ts'
import type { Parameter, ParameterSource } from './runbook.ts'
import { readShell } from './shell-text.ts'
import { didYouMean } from './spelling.ts'
import { templateNames } from './template.ts'
import { isSpecial, isSteering, isWellKnown } from './variables.ts'
import type { YamlPlaces } from './yaml-places.ts'

const keys = ['default', 'ask', 'env', 'from', 'computed', 'pattern', 'oneOf', 'example', 'secret'] as const

const words = z.string('has to be text')
const some = words.min(1, 'is empty')

const shape = z.strictObject({
  default: words.optional(),
  ask: some.optional(),
  env: some.regex(/^[A-Za-z_]\w*$/, 'is not the name of an environment variable').optional(),
  from: some.optional(),
  computed: z
    .union(
      [some, z.record(z.string(), z.record(z.string(), words))],
      'is neither a template such as api-$COLOR nor a map such as { COLOR: { blue: green, green: blue } }',
    )
    .refine(
      (value) => typeof value === 'string' || Object.keys(value).length === 1,
      'maps exactly one parameter',
    )
    .optional(),
  pattern: some.optional(),
  oneOf: z.array(words, 'has to be a list of values').min(1, 'is empty').optional(),
  example: words.optional(),
  secret: z.enum(['true', 'false'], 'is true or false').optional(),
})

type Shape = z.infer<typeof shape>

const mends: Readonly<Record<string, string>> = {
  default: 'Write the value; an empty one is "".',
  ask: 'Write the question to ask the operator, or true to ask by the name.',
  env: 'Name an environment variable, such as API_URL.',
  from: 'Write a command whose output is the value.',
  computed: 'Write a template, or a map from the values of one parameter.',
  pattern: 'Write a regular expression in single quotes.',
  oneOf: 'Write a list, such as [blue, green].',
  example: 'Write a value that the operator could give.',
  secret: 'Write true or false.',
}

/** Reads all parameters; each that can't be understood is reported and left out, but for its name. */
export function readParameters(
  params: unknown,
  places: YamlPlaces,
  report: Report,
): { readonly parameters: readonly Parameter[]; readonly declared: readonly string[] } {
  const map = z.record(z.string(), z.unknown()).safeParse(params)
  if (!map.success) {
    const mend = 'Write one line for each parameter, such as NAMESPACE: { default: loanserve }.'
    report({ severity: 'error', message: 'params is not a map', mend, position: places.valueAt(['params']) })
    return { parameters: [], declared: [] }
  }
  const names = Object.keys(map.data)
  const read = Object.entries(map.data).flatMap(([name, spec]) => {
    const parameter = readParameter(name, spec, names, places, report)
    return parameter === undefined ? [] : [parameter]
  })
  reportUnmapped(read, places, report)
  reportCycle(read, report)
  return { parameters: read, declared: names }
}

function readParameter(
  name: string,
  spec: unknown,
  names: readonly string[],
  places: YamlPlaces,
  report: Report,
): Parameter | undefined {
  const path = ['params', name]
  const position = places.keyAt(path)
  const refuse = (message: string, mend: string, at = position) =>
    report({ severity: 'error', message, mend, position: at })
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    refuse(`${name} can't name a parameter`, 'Use letters, digits and _, as for an environment variable.')
    return undefined
  }
  if (isSteering(name)) {
    refuse(
      `${name} can't be a parameter: it would change how every command runs`,
      'Give the parameter another name.',
    )
    return undefined
  }
  const written = typeof spec === 'string' ? (spec === '' ? {} : { default: spec }) : spec
  const checked = shape.safeParse(written)
  if (!checked.success) {
    for (const issue of checked.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) {
          const message = `${key} is not a key of a parameter${didYouMean(key, keys)}`
          refuse(message, `Known are ${keys.join(', ')}.`, places.keyAt([...path, key]))
        }
      } else if (issue.path.length === 0) {
        refuse(`${name} is neither a value nor a map`, `Write ${name}: { default: … }.`, places.valueAt(path))
      } else {
        const key = String(issue.path[0])
        refuse(`${name}: ${key} ${issue.message}`, mends[key] ?? '', places.valueAt([...path, ...issue.path]))
      }
    }
    return undefined
  }
  const sources = sourcesOf(name, checked.data)
  const { pattern, oneOf, example, secret } = checked.data
  if (pattern !== undefined && !compiles(pattern)) {
    const at = places.valueAt([...path, 'pattern'])
    refuse(
      `${name}: pattern is not a regular expression: ${why(pattern)}`,
      'Mend it; put it in single quotes.',
      at,
    )
    return undefined
  }
  const used = usedBy(sources, names, (unknown, key, severity) => {
    const message = `${name}: ${unknown} is not a parameter${didYouMean(unknown, names)}`
    report({
      severity,
      message,
      mend: 'Declare it under params, or name another.',
      position: places.valueAt([...path, key]),
    })
  })
  const parameter: Parameter = {
    name,
    sources,
    ...(pattern === undefined ? {} : { pattern }),
    ...(oneOf === undefined ? {} : { oneOf }),
    ...(example === undefined ? {} : { example }),
    secret: secret === 'true',
    uses: used,
    position,
  }
  for (const key of ['default', 'example'] as const) {
    const value = checked.data[key]
    const verdict = value === undefined ? undefined : checkValue(parameter, value)
    if (verdict?.ok === false) {
      const mend = `Mend the ${key} or what the parameter may be.`
      refuse(`${name}: ${key} ${verdict.why}`, mend, places.valueAt([...path, key]))
    }
  }
  if (parameter.secret && (checked.data.default ?? '') !== '') {
    const message = `${name} is secret, and its default stands in the file`
    const mend = 'Take it from the environment (env), or ask for it.'
    report({ severity: 'warning', message, mend, position: places.valueAt([...path, 'default']) })
  }
  return parameter
}

/** In the order in which they are tried; a parameter without any is asked for by its name. */
function sourcesOf(name: string, spec: Shape): readonly ParameterSource[] {
  const sources: ParameterSource[] = []
  if (spec.env !== undefined) sources.push({ kind: 'env', variable: spec.env })
  if (spec.from !== undefined) sources.push({ kind: 'command', command: spec.from })
  if (typeof spec.computed === 'string') sources.push({ kind: 'template', template: spec.computed })
  else if (spec.computed !== undefined) {
    for (const [of, values] of Object.entries(spec.computed)) sources.push({ kind: 'map', of, values })
  }
  const ask = spec.ask === 'true' ? name : spec.ask
  if (ask !== undefined) sources.push({ kind: 'ask', question: ask })
  if (spec.default !== undefined) sources.push({ kind: 'default', value: spec.default })
  return sources.length === 0 ? [{ kind: 'ask', question: name }] : sources
}

/** The other parameters that the sources name; what they name beside those is told to `unknown`. */
function usedBy(
  sources: readonly ParameterSource[],
  names: readonly string[],
  unknown: (name: string, key: 'from' | 'computed', severity: 'error' | 'warning') => void,
): readonly string[] {
  const used = new Set<string>()
  for (const source of sources) {
    if (source.kind === 'command') {
      const { expansions, assigned } = readShell(source.command)
      for (const { name, guarded } of expansions) {
        if (assigned.has(name) || isSpecial(name)) continue
        if (names.includes(name)) used.add(name)
        else if (!guarded && !isWellKnown(name)) unknown(name, 'from', 'warning')
      }
    } else if (source.kind === 'template' || source.kind === 'map') {
      for (const name of source.kind === 'map' ? [source.of] : templateNames(source.template)) {
        if (names.includes(name)) used.add(name)
        else unknown(name, 'computed', 'error')
      }
    }
  }
  return [...used]
}

/** A map that leaves out a value that can come, with nothing after it to fall back on, fails at night. */
function reportUnmapped(parameters: readonly Parameter[], places: YamlPlaces, report: Report): void {
  for (const { name, sources } of parameters) {
    const map = sources.find((source) => source.kind === 'map')
    if (map === undefined || sources.at(-1) !== map) continue
    const possible = parameters.find((other) => other.name === map.of)?.oneOf ?? []
    for (const value of possible.filter((value) => !Object.hasOwn(map.values, value))) {
      const message = `${name}: computed has nothing for ${map.of}=${value}`
      const position = places.keyAt(['params', name, 'computed', map.of])
      report({
        severity: 'error',
        message,
        mend: `Add ${value} to the map, or give ${name} a default.`,
        position,
      })
    }
  }
}

/** One problem for each circle of parameters that are made from each other. */
function reportCycle(parameters: readonly Parameter[], report: Report): void {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  const told = new Set<string>()
  for (const parameter of parameters) {
    const circle = circleFrom(parameter, byName)
    if (circle === undefined || circle.some((name) => told.has(name))) continue
    for (const name of circle) told.add(name)
    const message = `${parameter.name} is made from itself: ${[...circle, parameter.name].join(' ← ')}`
    report({
      severity: 'error',
      message,
      mend: 'Give one of them another source.',
      position: parameter.position,
    })
  }
}

/** The names on a way from the parameter back to itself, or undefined where there is none. */
function circleFrom(from: Parameter, byName: ReadonlyMap<string, Parameter>): readonly string[] | undefined {
  const seen = new Set<string>()
  const ways: (readonly string[])[] = [[from.name]]
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    for (const used of byName.get(way.at(-1) ?? '')?.uses ?? []) {
      if (used === from.name) return way
      if (seen.has(used)) continue
      seen.add(used)
      ways.push([...way, used])
    }
  }
  return undefined
}

function compiles(pattern: string): boolean {
  return why(pattern) === ''
}

function why(pattern: string): string {
  try {
    new RegExp(`^(?:${pattern})$`, 'u')
    return ''
  } catch (error) {
    return error instanceof Error
      ? error.message.replace(/^Invalid regular expression: .*: /, '')
      : String(error)
  }
}
