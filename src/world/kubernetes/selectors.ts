/** Label selectors and field selectors: what they ask of objects. */
import type { LabelSelector, StringMap } from './objects.ts'
import { badRequest } from './status.ts'

export interface Requirement {
  readonly key: string
  readonly operator: 'in' | 'notin' | 'exists' | 'notexists' | 'gt' | 'lt'
  readonly values: readonly string[]
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
    case 'gt':
      return isNumber(value) && Number(value) > Number(values[0])
    case 'lt':
      return isNumber(value) && Number(value) < Number(values[0])
  }
}

function isNumber(value: string | undefined): value is string {
  return value !== undefined && /^[-+]?\d+$/.test(value)
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
        throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`)
      return { field, equals: operator !== '!=', value: value.replace(/\\([\\,=])/g, '$1') }
    })
}

/** Commas separate; a backslash makes the next character part of the value. */
function splitUnescaped(text: string): readonly string[] {
  return text.match(/(?:\\.|[^,\\])+/gs) ?? []
}

/** Whether the fields meet all requirements; a field that isn't there is empty. */
export function matchesFields(requirements: readonly FieldRequirement[], fields: StringMap): boolean {
  return requirements.every(({ field, equals, value }) => {
    // An old name, which the real server still takes.
    const actual = fields[field === 'spec.host' ? 'spec.nodeName' : field] ?? ''
    return (actual === value) === equals
  })
}
