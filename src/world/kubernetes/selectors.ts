/** Label selectors and field selectors: reading their text, and asking objects. */
import type { LabelSelector, StringMap } from './objects.ts'
import { badRequest } from './status.ts'

export interface Requirement {
  readonly key: string
  readonly operator: 'in' | 'notin' | 'exists' | 'notexists'
  readonly values: readonly string[]
}

const keyPattern = String.raw`(?:[a-z0-9A-Z.-]+/)?[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?`
const requirementPatterns = [
  { pattern: new RegExp(`^(${keyPattern})\\s+(in|notin)\\s*\\(([^()]*)\\)$`), set: true },
  { pattern: new RegExp(`^(${keyPattern})\\s*(==|=|!=)\\s*([\\w.-]*)$`), set: false },
] as const
const existence = new RegExp(`^(!?)\\s*(${keyPattern})$`)

/**
 * `app=api,color in (blue, green),!canary` as requirements that all have to hold; an empty text has none.
 * Throws StatusError (400) for what can't be read.
 */
export function parseLabelSelector(text: string): readonly Requirement[] {
  // A comma inside parentheses separates values, not requirements.
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim())
  return parts.filter((part) => part !== '' || parts.length > 1).map((part) => parseRequirement(part, text))
}

function parseRequirement(part: string, whole: string): Requirement {
  for (const { pattern, set } of requirementPatterns) {
    const [, key, operator, rest] = pattern.exec(part) ?? []
    if (key === undefined || operator === undefined || rest === undefined) continue
    if (set)
      return {
        key,
        operator: operator === 'in' ? 'in' : 'notin',
        values: rest.split(',').map((v) => v.trim()),
      }
    return { key, operator: operator === '!=' ? 'notin' : 'in', values: [rest] }
  }
  const [, not, key] = existence.exec(part) ?? []
  if (key === undefined)
    throw badRequest(`unable to parse requirement: found '${part}', in the label selector '${whole}'`)
  return { key, operator: not === '!' ? 'notexists' : 'exists', values: [] }
}

/** Whether labels meet all requirements. */
export function matchesLabels(requirements: readonly Requirement[], labels: StringMap = {}): boolean {
  return requirements.every((requirement) => meets(requirement, labels))
}

function meets({ key, operator, values }: Requirement, labels: StringMap): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value)
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case 'notexists':
      return value === undefined
  }
}

const operators: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: 'notexists',
}

/** The requirements of a selector object, as Deployments have. */
function selectorRequirements(selector: LabelSelector): readonly Requirement[] {
  return [
    ...Object.entries(selector.matchLabels ?? {}).map(
      ([key, value]): Requirement => ({ key, operator: 'in', values: [value] }),
    ),
    ...(selector.matchExpressions ?? []).map(
      ({ key, operator, values }): Requirement => ({
        key,
        operator: operators[operator] ?? 'in',
        values: values ?? [],
      }),
    ),
  ]
}

/** Whether a selector object selects these labels. */
export function selects(selector: LabelSelector, labels: StringMap | undefined): boolean {
  return matchesLabels(selectorRequirements(selector), labels)
}

/** A selector as tables and the scale subresource print it: `app=api,color=blue`, keys in order. */
export function selectorText(selector: LabelSelector): string {
  const texts = selectorRequirements(selector)
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ key, operator, values }) => {
      if (operator === 'exists') return key
      if (operator === 'notexists') return `!${key}`
      if (operator === 'in' && values.length === 1) return `${key}=${values[0]}`
      return `${key} ${operator} (${values.toSorted().join(',')})`
    })
  return texts.length === 0 ? '<none>' : texts.join(',')
}

export interface FieldRequirement {
  readonly field: string
  readonly equals: boolean
  readonly value: string
}

/** `metadata.name=a,status.phase!=Running` as requirements. Throws StatusError (400). */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  return splitUnescaped(text)
    .filter((part) => part !== '')
    .map((part) => {
      const [, field, operator, value] = /^([^=!]+)(!=|==|=)(.*)$/s.exec(part) ?? []
      if (field === undefined || value === undefined)
        throw badRequest(`invalid field selector: ${part}: it wants field=value or field!=value`)
      return { field, equals: operator !== '!=', value: value.replace(/\\([\\,=])/g, '$1') }
    })
}

/** Commas separate; a backslash makes the next character part of the value. */
function splitUnescaped(text: string): readonly string[] {
  return text.match(/(?:\\.|[^,\\])+/gs) ?? []
}

/** Whether the fields meet all requirements. Throws StatusError (400) for a field that can't be selected by. */
export function matchesFields(requirements: readonly FieldRequirement[], fields: StringMap): boolean {
  return requirements.every(({ field, equals, value }) => {
    const actual = fields[field]
    if (actual === undefined) throw badRequest(`field label not supported: ${field}`)
    return (actual === value) === equals
  })
}
